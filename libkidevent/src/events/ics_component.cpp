#include "events/ics_component.hpp"

#include "events/calendar_draft.hpp"
#include "events/calendar_text.hpp"
#include "http/utf8.hpp"

#include <algorithm>
#include <optional>

namespace kidevent::events {
namespace {

constexpr std::size_t content_line_bytes_max = 65536;
constexpr std::size_t depth_max = 8;

struct content_line {
    std::size_t line = 0;
    std::string text; // unfolded, at most content_line_bytes_max
    bool too_long = false;
};

// Joins folded lines. Takes CRLF, LF and CR as the end of a line.
class content_lines {
public:
    explicit content_lines(std::string_view bytes) : rest_(without_bom(bytes)) {}

    std::optional<content_line> next() {
        while (!rest_.empty() && (rest_[0] == '\r' || rest_[0] == '\n'))
            take_line_end();
        if (rest_.empty()) return std::nullopt;
        content_line taken;
        taken.line = line_;
        append_physical_line(taken);
        while (rest_.starts_with(' ') || rest_.starts_with('\t')) {
            rest_.remove_prefix(1);
            append_physical_line(taken);
        }
        return taken;
    }

private:
    void append_physical_line(content_line& to) {
        const std::size_t length = std::min(rest_.find_first_of("\r\n"), rest_.size());
        to.too_long = to.too_long || to.text.size() + length > content_line_bytes_max;
        if (!to.too_long) to.text += rest_.substr(0, length);
        rest_.remove_prefix(length);
        take_line_end();
    }

    void take_line_end() {
        if (rest_.empty()) return;
        rest_.remove_prefix(rest_.starts_with("\r\n") ? 2 : 1);
        ++line_;
    }

    std::string_view rest_;
    std::size_t line_ = 1;
};

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

// Takes ";NAME=value,value" off the front; false when it is malformed. Keeps the first value.
bool take_parameter(std::string_view& text, ics_property& to) {
    text.remove_prefix(1);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || !is_name(text.substr(0, equals))) return false;
    std::pair<std::string, std::string> parameter{to_upper_ascii(text.substr(0, equals)), {}};
    text.remove_prefix(equals);
    for (bool first = true; text.starts_with('=') || text.starts_with(','); first = false) {
        text.remove_prefix(1);
        const bool in_quotes = text.starts_with('"');
        if (in_quotes) text.remove_prefix(1);
        const std::size_t length = in_quotes ? text.find('"') : text.find_first_of(",;:\"");
        if (length == std::string_view::npos) return false;
        if (first) parameter.second = text.substr(0, length);
        text.remove_prefix(length + (in_quotes ? 1 : 0));
    }
    to.parameters.push_back(std::move(parameter));
    return true;
}

std::optional<ics_property> find_property_in(const content_line& from) {
    ics_property property;
    property.line = from.line;
    std::string_view text = from.text;
    const std::size_t name_length = std::min(text.find_first_of(":;"), text.size());
    if (!is_name(text.substr(0, name_length))) return std::nullopt;
    property.name = to_upper_ascii(text.substr(0, name_length));
    text.remove_prefix(name_length);
    while (text.starts_with(';')) {
        if (!take_parameter(text, property)) return std::nullopt;
    }
    if (!text.starts_with(':')) return std::nullopt;
    property.value = text.substr(1);
    return property;
}

class component_reader {
public:
    component_reader(std::string_view bytes, calendar_file& errors) : lines_(bytes), errors_(errors) {}

    std::vector<ics_component> read() {
        while (std::optional<content_line> line = lines_.next()) {
            if (!read_line(*line)) break;
        }
        while (!open_.empty()) {
            refuse(open_.back().line, "BEGIN:" + open_.back().name + " has no END");
            close();
        }
        if (calendars_.empty() && errors_.errors.empty()) {
            refuse(1, "the file holds no calendar; it must begin with BEGIN:VCALENDAR");
        }
        return std::move(calendars_);
    }

private:
    // False when reading should end.
    bool read_line(const content_line& line) {
        if (line.too_long) {
            return refuse(line.line,
                          "the line is longer than " + std::to_string(content_line_bytes_max) + " bytes");
        }
        std::optional<ics_property> property = find_property_in(line);
        if (!property) {
            return refuse(line.line, quoted(line.text) + " is not a property; expected NAME:value");
        }
        if (property->name == "BEGIN") return begin(*property);
        if (property->name == "END") return end(*property);
        if (open_.empty()) return refuse(line.line, property->name + " stands outside of BEGIN:VCALENDAR");
        if (!http::is_utf8(line.text)) return refuse(line.line, property->name + " is not valid UTF-8");
        open_.back().properties.push_back(std::move(*property));
        return true;
    }

    bool begin(const ics_property& property) {
        ics_component component;
        component.line = property.line;
        component.name = to_upper_ascii(trimmed(property.value));
        if (!is_name(component.name)) {
            return refuse(property.line, "BEGIN:" + quoted(property.value) + " names no component");
        }
        if (open_.empty() && component.name != "VCALENDAR") {
            refuse(property.line, "BEGIN:" + component.name + " stands outside of BEGIN:VCALENDAR");
            component.damaged = true;
        }
        if (open_.size() == depth_max) {
            refuse(property.line, "components are nested deeper than " + std::to_string(depth_max));
            return false;
        }
        open_.push_back(std::move(component));
        return true;
    }

    bool end(const ics_property& property) {
        const std::string name = to_upper_ascii(trimmed(property.value));
        const bool is_open =
            std::any_of(open_.begin(), open_.end(), [&](const ics_component& c) { return c.name == name; });
        if (!is_open) return refuse(property.line, "END:" + quoted(property.value) + " has no BEGIN");
        bool reading = true;
        while (open_.back().name != name) {
            reading = refuse(open_.back().line, "BEGIN:" + open_.back().name + " has no END before line "
                                                    + std::to_string(property.line))
                      && reading;
            close();
        }
        close();
        return reading;
    }

    void close() {
        ics_component component = std::move(open_.back());
        open_.pop_back();
        std::vector<ics_component>& home = open_.empty() ? calendars_ : open_.back().components;
        if (!open_.empty() || component.name == "VCALENDAR") home.push_back(std::move(component));
    }

    // An error in the innermost open component, which is thereby damaged.
    bool refuse(std::size_t line, std::string message) {
        if (!open_.empty()) open_.back().damaged = true;
        return add_error(errors_, line, std::move(message));
    }

    content_lines lines_;
    calendar_file& errors_;
    std::vector<ics_component> open_; // outermost first
    std::vector<ics_component> calendars_;
};

} // namespace

std::string_view ics_property::parameter(std::string_view of_name) const noexcept {
    for (const auto& written : parameters) {
        if (written.first == of_name) return written.second;
    }
    return {};
}

const ics_property* ics_component::find_property(std::string_view of_name) const noexcept {
    for (const ics_property& property : properties) {
        if (property.name == of_name) return &property;
    }
    return nullptr;
}

std::vector<ics_component> read_components(std::string_view bytes, calendar_file& errors) {
    return component_reader{bytes, errors}.read();
}

std::string unescaped(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            plain += text[i];
            continue;
        }
        ++i;
        plain += text[i] == 'n' || text[i] == 'N' ? '\n' : text[i];
    }
    return plain;
}

std::vector<std::string_view> split_list(std::string_view value) {
    std::vector<std::string_view> values;
    std::size_t from = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\\') {
            ++i;
        } else if (value[i] == ',') {
            values.push_back(value.substr(from, i - from));
            from = i + 1;
        }
    }
    values.push_back(value.substr(from));
    return values;
}

} // namespace kidevent::events
