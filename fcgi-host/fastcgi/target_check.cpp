#include "fastcgi/target_check.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

namespace kidevent::fastcgi {
namespace {

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out.push_back(text[i]);
            continue;
        }
        if (text.size() - i < 3) return std::nullopt;
        const int high = hex_digit(text[i + 1]);
        const int low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out.push_back(static_cast<char>(high * 16 + low));
        i += 2;
    }
    return out;
}

// Everything up to the next '/', which is removed too; sets `last` when there was none.
std::string_view take_segment(std::string_view& path, bool& last) noexcept {
    const auto slash = path.find('/');
    last = slash == std::string_view::npos;
    const auto segment = path.substr(0, slash);
    path.remove_prefix(last ? path.size() : slash + 1);
    return segment;
}

const char* find_path_fault(std::string_view raw_path, std::string_view normalised) {
    constexpr auto ambiguous = "The path has more than one reading; send it in its normal form.";
    const bool comparable = !normalised.empty();
    if (comparable && normalised.front() != '/') return ambiguous;
    raw_path.remove_prefix(1);
    if (comparable) normalised.remove_prefix(1);
    for (bool last = false; !last;) {
        const auto segment = percent_decoded(take_segment(raw_path, last));
        if (!segment) return "The path is not percent-encoded correctly.";
        if (std::any_of(segment->begin(), segment->end(), is_control))
            return "The path holds a control character.";
        if (!is_valid_utf8(*segment)) return "The path is not valid UTF-8.";
        if (*segment == "." || *segment == ".." || segment->find('/') != std::string::npos) return ambiguous;
        if (segment->empty() && !last) return ambiguous;
        if (!comparable) continue;
        bool last_normalised = false;
        if (take_segment(normalised, last_normalised) != *segment || last != last_normalised)
            return ambiguous;
    }
    return nullptr;
}

} // namespace

bool is_valid_utf8(std::string_view bytes) noexcept {
    for (std::size_t i = 0; i < bytes.size();) {
        const auto lead = static_cast<unsigned char>(bytes[i]);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
        if (lead < 0xc2 || lead > 0xf4 || bytes.size() - i < length) return false;
        char32_t point = lead & (0xffU >> (length + 1));
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(bytes[i + k]);
            if ((next & 0xc0) != 0x80) return false;
            point = (point << 6) | (next & 0x3fU);
        }
        const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
        if (overlong || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
        i += length;
    }
    return true;
}

const char* find_target_fault(std::string_view raw, std::string_view normalised) {
    if (raw.empty() || raw.front() != '/') return "The request target does not begin with a slash.";
    if (std::any_of(raw.begin(), raw.end(), is_control))
        return "The request target holds a control character.";
    if (raw.find_first_of(" #") != std::string_view::npos)
        return "The request target holds a space or a fragment.";
    if (!is_valid_utf8(raw)) return "The request target is not valid UTF-8.";
    const auto question = raw.find('?');
    const auto query = question == std::string_view::npos ? std::string_view{} : raw.substr(question);
    if (query.find("%00") != std::string_view::npos) return "The query holds a NUL character.";
    return find_path_fault(raw.substr(0, question), normalised);
}

} // namespace kidevent::fastcgi
