#include "events/calendar_text.hpp"

#include "http/utf8.hpp"

#include <algorithm>

namespace kidevent::events {
bool has_control_characters(std::string_view utf8, bool multiline) noexcept {
    return std::any_of(utf8.begin(), utf8.end(), [multiline](char c) {
        if (multiline && (c == '\n' || c == '\t')) return false;
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
}

std::string quoted(std::string_view value) {
    constexpr std::size_t characters_max = 40;
    std::string shown = "'";
    std::size_t position = 0;
    std::size_t valid_until = 0; // what stands before it is UTF-8
    for (std::size_t characters = 0; position < value.size(); ++characters) {
        if (characters == characters_max) return shown + "...'";
        if (position >= valid_until) {
            const std::string_view rest = value.substr(position, 256);
            valid_until = position + http::find_invalid_utf8(rest).value_or(rest.size());
        }
        const std::size_t from = position;
        if (position == valid_until) { // the byte here is not
            ++position;
            shown += '?';
            continue;
        }
        http::next_code_point(value, position);
        const std::string_view character = value.substr(from, position - from);
        shown += has_control_characters(character, false) ? "?" : character;
    }
    return shown + "'";
}

std::string_view trimmed(std::string_view text) noexcept {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view without_bom(std::string_view bytes) noexcept {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    return bytes;
}

std::string to_upper_ascii(std::string_view text) {
    std::string upper{text};
    for (char& c : upper) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return upper;
}

std::string to_lower_ascii(std::string_view text) {
    std::string lower{text};
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

} // namespace kidevent::events
