#pragma once
// UTF-8 as RFC 3629 defines it: shortest forms only, no surrogates, nothing above U+10FFFF.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kidevent::http {

// Where the first byte stands that does not belong to well-formed UTF-8; std::nullopt when all of it is.
std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept;
inline bool is_utf8(std::string_view text) noexcept { return !find_invalid_utf8(text); }

// Reads the code point at `position` and moves past it. Precondition: is_utf8(text) and position <
// text.size().
char32_t next_code_point(std::string_view text, std::size_t& position) noexcept;

// Precondition: is_utf8(text).
std::size_t count_code_points(std::string_view text) noexcept;

void append_utf8(std::string& out, char32_t code_point);

// The longest prefix of at most `bytes_max` bytes that does not cut a code point. Precondition:
// is_utf8(text).
std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) noexcept;

} // namespace kidevent::http
