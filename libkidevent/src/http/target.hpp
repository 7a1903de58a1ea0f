#pragma once
// The target of a request, taken apart. Whatever a proxy in front could have understood differently is
// refused, so that nginx and we always speak of the same path.

#include "core/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace kidevent::http {

struct target {
    std::string path; // decoded, begins with '/'; segments are as they were sent, because no %2F gets here
    std::string query_text; // what follows the first '?', not decoded
};

constexpr std::size_t target_bytes_max = 8192;

// Errors: malformed_request for a target that is longer than target_bytes_max, does not begin with '/', has a
// fragment, blanks, control bytes (also encoded), broken percent escapes, text that is not UTF-8; and for
// paths with "//", a "." or ".." segment, a backslash or an encoded slash, in any spelling.
result<target> parse_target(std::string_view text);

} // namespace kidevent::http
