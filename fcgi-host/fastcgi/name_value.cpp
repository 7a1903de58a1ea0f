#include "fastcgi/name_value.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace kidevent::fastcgi {
namespace {

// One byte below 128, or four bytes with the top bit set.
std::optional<std::size_t> take_length(std::string_view& bytes) noexcept {
    if (bytes.empty()) return std::nullopt;
    const auto first = static_cast<unsigned char>(bytes[0]);
    if (first < 0x80) {
        bytes.remove_prefix(1);
        return first;
    }
    if (bytes.size() < 4) return std::nullopt;
    std::uint32_t length = first & 0x7fU;
    for (std::size_t i = 1; i < 4; ++i)
        length = (length << 8) | static_cast<unsigned char>(bytes[i]);
    bytes.remove_prefix(4);
    return length;
}

void append_length(std::string& to, std::size_t length) {
    if (length < 0x80) {
        to.push_back(static_cast<char>(length));
        return;
    }
    to.push_back(static_cast<char>((length >> 24) | 0x80));
    to.push_back(static_cast<char>((length >> 16) & 0xff));
    to.push_back(static_cast<char>((length >> 8) & 0xff));
    to.push_back(static_cast<char>(length & 0xff));
}

} // namespace

bool parse_name_values(std::string_view bytes, std::vector<param>& into) {
    into.clear();
    while (!bytes.empty()) {
        const auto name_length = take_length(bytes);
        if (!name_length) return false;
        const auto value_length = take_length(bytes);
        if (!value_length) return false;
        // Compared with what is left, never added up: the sum of two lengths may not fit.
        if (*name_length > bytes.size() || *value_length > bytes.size() - *name_length) return false;
        into.push_back({bytes.substr(0, *name_length), bytes.substr(*name_length, *value_length)});
        bytes.remove_prefix(*name_length + *value_length);
    }
    return true;
}

void append_name_value(std::string& to, std::string_view name, std::string_view value) {
    append_length(to, name.size());
    append_length(to, value.size());
    to.append(name);
    to.append(value);
}

} // namespace kidevent::fastcgi
