#pragma once
// One reading of a request target only: a target that nginx and the application could understand
// differently is refused. Used by the request builder.

#include <string_view>

namespace kidevent::fastcgi {

bool is_valid_utf8(std::string_view bytes) noexcept;

// `raw` is the target as the client sent it, `normalised` the path as nginx understood it (decoded,
// dots resolved, slashes merged), or "" when the front did not say. nullptr when the two agree
// segment by segment; otherwise a sentence for the client.
const char* find_target_fault(std::string_view raw, std::string_view normalised);

} // namespace kidevent::fastcgi
