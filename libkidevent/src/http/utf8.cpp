#include "http/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace kidevent::http {

namespace {

using byte = unsigned char;

bool is_continuation(byte b) noexcept { return (b & 0xc0U) == 0x80U; }

// The length of the sequence at `at`, or 0 when it is not well-formed (table 3-7 of the Unicode standard).
std::size_t sequence_length(std::string_view text, std::size_t at) noexcept {
    const auto first = static_cast<byte>(text[at]);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() - at < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if (!is_continuation(static_cast<byte>(text[at + i]))) return 0;
    const auto second = static_cast<byte>(text[at + 1]);
    if (first == 0xe0 && second < 0xa0) return 0; // longer than needed
    if (first == 0xed && second > 0x9f) return 0; // a surrogate
    if (first == 0xf0 && second < 0x90) return 0; // longer than needed
    if (first == 0xf4 && second > 0x8f) return 0; // above U+10FFFF
    return length;
}

} // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at < text.size()) {
        std::uint64_t eight = 0;
        if (text.size() - at >= sizeof eight) {
            std::memcpy(&eight, text.data() + at, sizeof eight);
            if ((eight & 0x8080808080808080U) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        const std::size_t length = sequence_length(text, at);
        if (length == 0) return at;
        at += length;
    }
    return std::nullopt;
}

char32_t next_code_point(std::string_view text, std::size_t& position) noexcept {
    const auto first = static_cast<byte>(text[position++]);
    if (first < 0x80) return first;
    const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    char32_t code_point = first & (0x3fU >> static_cast<unsigned>(more));
    for (int i = 0; i < more && position < text.size(); ++i)
        code_point = (code_point << 6U) | (static_cast<byte>(text[position++]) & 0x3fU);
    return code_point;
}

std::size_t count_code_points(std::string_view text) noexcept {
    std::size_t count = 0;
    for (const char c : text)
        if (!is_continuation(static_cast<byte>(c))) ++count;
    return count;
}

void append_utf8(std::string& out, char32_t code_point) {
    const auto tail = [&](unsigned shift) {
        return static_cast<char>(0x80U | ((code_point >> shift) & 0x3fU));
    };
    if (code_point < 0x80) {
        out += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        out += static_cast<char>(0xc0U | (code_point >> 6U));
        out += tail(0);
    } else if (code_point < 0x10000) {
        out += static_cast<char>(0xe0U | (code_point >> 12U));
        out += tail(6);
        out += tail(0);
    } else {
        out += static_cast<char>(0xf0U | (code_point >> 18U));
        out += tail(12);
        out += tail(6);
        out += tail(0);
    }
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) noexcept {
    if (text.size() <= bytes_max) return text;
    while (bytes_max > 0 && is_continuation(static_cast<byte>(text[bytes_max])))
        --bytes_max;
    return text.substr(0, bytes_max);
}

} // namespace kidevent::http
