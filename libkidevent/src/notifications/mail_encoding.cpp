#include "notifications/mail_encoding.hpp"

#include "crypto/base64url.hpp"
#include "http/utf8.hpp"

#include <algorithm>

namespace kidevent::notifications {

namespace {

constexpr std::size_t body_line_max = 76;
// Together with the name of the field it stays below the 78 characters that a line should have.
constexpr std::size_t plain_text_max = 60;
// "=?utf-8?B?" and "?=" leave 63 of 75 characters, 45 bytes are 60 of them.
constexpr std::size_t word_bytes_max = 45;

bool is_printable(char c) { return c >= ' ' && c <= '~'; }

std::string escaped(char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    return {'=', digits[byte >> 4], digits[byte & 15]};
}

void append_line(std::string& to, std::string_view line) {
    std::size_t column = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        const bool is_last = i + 1 == line.size();
        const bool is_plain = is_printable(c) && c != '=' && !(c == ' ' && is_last);
        const std::string piece = is_plain ? std::string{c} : escaped(c);
        // The last one needs no room for the mark of a soft break.
        if (column + piece.size() > (is_last ? body_line_max : body_line_max - 1)) {
            to += "=\r\n";
            column = 0;
        }
        to += piece;
        column += piece.size();
    }
    to += "\r\n";
}

std::string encoded_words(std::string_view text) {
    std::string made;
    while (!text.empty()) {
        const auto piece = http::utf8_prefix(text, word_bytes_max);
        if (!made.empty()) made += "\r\n ";
        made += "=?utf-8?B?" + encode_base64(piece) + "?=";
        text.remove_prefix(piece.size());
    }
    return made;
}

bool is_plain(std::string_view text) {
    return text.size() <= plain_text_max && std::all_of(text.begin(), text.end(), is_printable)
           && text.find("=?") == std::string_view::npos && !text.starts_with(' ') && !text.ends_with(' ');
}

} // namespace

std::string encode_base64(std::string_view bytes) {
    std::string made = crypto::encode_base64url(bytes);
    std::replace(made.begin(), made.end(), '-', '+');
    std::replace(made.begin(), made.end(), '_', '/');
    made.append((4 - made.size() % 4) % 4, '=');
    return made;
}

std::string quoted_printable(std::string_view text) {
    std::string made;
    made.reserve(text.size() + text.size() / 8);
    while (!text.empty()) {
        const auto end = text.find('\n');
        auto line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        append_line(made, line);
    }
    return made;
}

std::string header_text(std::string_view text) {
    return is_plain(text) ? std::string{text} : encoded_words(text);
}

std::string display_name(std::string_view text) {
    if (!is_plain(text)) return encoded_words(text);
    std::string made = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') made += '\\';
        made += c;
    }
    return made + '"';
}

} // namespace kidevent::notifications
