#pragma once
// Repetition rules (RRULE) by libical, kept within bounds of memory and time. The only place that uses
// libical. Called by the iCalendar reader only.

#include "events/time_zone.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kidevent::events {

// What one file may spend on expanding rules. One unit is a candidate that libical looks at, some ten
// microseconds; a hostile rule could otherwise keep it busy for hours.
struct expansion_budget {
    std::size_t candidates = 1'000'000;
};

struct recurrence_window {
    std::chrono::local_seconds start;        // DTSTART
    time_zone zone;                          // of DTSTART; UNTIL is often in universal time
    std::chrono::local_seconds end;          // instances after it are left out
    std::chrono::local_seconds endless_from; // a rule without end has no instances before it
    std::size_t instances_max = 0;           // expansion ends with one more than this
};

struct recurrence {
    std::vector<std::chrono::local_seconds> instances; // ascending; instances_max + 1 when there are more
    bool endless = false;                              // the rule has neither COUNT nor UNTIL
};

struct recurrence_fault {
    std::string message; // follows the value of the rule
};

// The instances of the rule in the window. DTSTART is the first of them whether the rule hits it or not
// (RFC 5545, section 3.8.5.3).
std::variant<recurrence, recurrence_fault> expand_rule(std::string_view rule, const recurrence_window& in,
                                                       expansion_budget& budget);

} // namespace kidevent::events
