#pragma once
// Letters and blanks as HTTP means them: ASCII only, never the locale. For the parsers of http/.

#include <cstddef>
#include <string_view>

namespace kidevent::http {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_letter(char c) noexcept { return is_lower(c) || is_upper(c); }
constexpr bool is_alphanumeric(char c) noexcept { return is_letter(c) || is_digit(c); }
constexpr char to_lower(char c) noexcept { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// Below space, or DEL.
constexpr bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (to_lower(a[i]) != to_lower(b[i])) return false;
    return true;
}

// Removes what RFC 9110 calls optional white space, SP and HTAB, from both ends; nothing else.
constexpr std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// What follows the media type in Content-Type: nothing, or "; charset=utf-8" once, quoted or not.
constexpr bool is_utf8_parameter(std::string_view parameters) noexcept {
    if (parameters.empty()) return true;
    if (parameters.front() != ';') return false;
    parameters = trimmed(parameters.substr(1));
    return equal_ignoring_case(parameters, "charset=utf-8")
           || equal_ignoring_case(parameters, "charset=\"utf-8\"");
}

} // namespace kidevent::http
