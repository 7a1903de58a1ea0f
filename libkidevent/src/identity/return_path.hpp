#pragma once
// Where a browser may be sent after a sign-in: to a path of the origin it is at, and nowhere else.

#include <string>
#include <string_view>

namespace kidevent::identity {

// True for "/", "/events?age=9" and the like: one slash, then letters that every browser reads alike. False
// for everything that some browser could take for another origin or for another path ("//evil", "/\evil",
// "https:evil", "/%2F..", "/.//evil"), and for more than 500 bytes.
bool is_return_path(std::string_view text) noexcept;

} // namespace kidevent::identity
