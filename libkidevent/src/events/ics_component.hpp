#pragma once
// The text of an .ics file as components (BEGIN to END) and properties, with their physical lines, which
// libical's own parser forgets. Knows the grammar of RFC 5545, section 3.1, and no property's meaning.
// Called by the iCalendar reader only.

#include "events/calendar_file.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kidevent::events {

struct ics_property {
    std::size_t line = 0;                                        // where it starts
    std::string name;                                            // upper case
    std::vector<std::pair<std::string, std::string>> parameters; // names upper case, values unquoted
    std::string value;                                           // unfolded, still escaped

    // The first value of the parameter; "" when it is absent.
    std::string_view parameter(std::string_view of_name) const noexcept;
};

struct ics_component {
    std::size_t line = 0; // of BEGIN
    std::string name;     // upper case, e.g. "VEVENT"
    std::vector<ics_property> properties;
    std::vector<ics_component> components;
    bool damaged = false; // a line inside was refused, or END is missing; the errors say why

    // The first property of that name; nullptr when there is none.
    const ics_property* find_property(std::string_view of_name) const noexcept;
};

// The VCALENDAR objects of the file. Everything that is malformed goes to errors.errors.
std::vector<ics_component> read_components(std::string_view bytes, calendar_file& errors);

// A TEXT value with \n \, \; and \\ resolved.
std::string unescaped(std::string_view text);

// The values of a list, separated by commas that are not escaped; still escaped.
std::vector<std::string_view> split_list(std::string_view value);

} // namespace kidevent::events
