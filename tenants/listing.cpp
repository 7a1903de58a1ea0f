#include "listing.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace kidevent::cli {
namespace {

// Control characters would let a stored text steer the terminal.
std::string printable(std::string_view text) {
    std::string safe(text);
    for (char& c : safe) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) c = '?';
    }
    return safe;
}

std::string cell_of(const boost::json::value& value) {
    if (value.is_null()) return "-";
    if (value.is_bool()) return value.get_bool() ? "yes" : "no";
    if (const auto* const text = value.if_string()) return text->empty() ? "-" : printable(*text);
    if (const auto* const items = value.if_array()) {
        std::string joined;
        for (const auto& item : *items)
            joined += (joined.empty() ? "" : ",") + cell_of(item);
        return joined.empty() ? "-" : joined;
    }
    return printable(boost::json::serialize(value));
}

// Code points, which is the width of the letters that names are written with.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string heading_of(std::string_view column) {
    std::string heading(column);
    for (char& c : heading) {
        if (c == '_') c = ' ';
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return heading;
}

void print_table(std::ostream& out, const std::vector<std::vector<std::string>>& lines) {
    std::vector<std::size_t> widths;
    for (const auto& line : lines) {
        widths.resize(std::max(widths.size(), line.size()));
        for (std::size_t at = 0; at < line.size(); ++at)
            widths[at] = std::max(widths[at], width_of(line[at]));
    }
    for (const auto& line : lines) {
        for (std::size_t at = 0; at < line.size(); ++at) {
            out << line[at];
            if (at + 1 < line.size()) out << std::string(widths[at] - width_of(line[at]) + 2, ' ');
        }
        out << '\n';
    }
}

} // namespace

void print_list(std::ostream& out, const std::vector<std::string>& columns, const boost::json::array& rows,
                bool json) {
    if (json) {
        out << boost::json::serialize(rows) << '\n';
        return;
    }
    std::vector<std::vector<std::string>> lines(1);
    for (const auto& column : columns)
        lines[0].push_back(heading_of(column));
    for (const auto& row : rows) {
        auto& line = lines.emplace_back();
        for (const auto& column : columns) {
            const auto* const value = row.as_object().if_contains(column);
            line.push_back(value == nullptr ? "-" : cell_of(*value));
        }
    }
    print_table(out, lines);
}

void print_item(std::ostream& out, const boost::json::object& item, bool json) {
    if (json) {
        out << boost::json::serialize(item) << '\n';
        return;
    }
    std::vector<std::vector<std::string>> lines;
    for (const auto& [key, value] : item)
        lines.push_back({std::string(key), cell_of(value)});
    print_table(out, lines);
}

} // namespace kidevent::cli
