#pragma once
// Finds the clock that a TZID of an .ics file means: the IANA zone of that name, or what the file's own
// VTIMEZONE describes. Called by the iCalendar reader only.

#include "events/ics_component.hpp"
#include "events/ics_recurrence.hpp"
#include "events/time_zone.hpp"

#include <map>

namespace kidevent::events {

class ics_zones {
public:
    // `calendars` and `budget` must outlive the object. Offsets are known until `end`.
    ics_zones(const std::vector<ics_component>& calendars, std::chrono::sys_seconds end,
              expansion_budget& budget);

    // nullopt when the name is no IANA zone and the file has no usable VTIMEZONE for it.
    std::optional<time_zone> find(std::string_view tzid);

private:
    std::optional<time_zone> find_anew(std::string_view tzid);

    std::map<std::string, const ics_component*, std::less<>> described_; // VTIMEZONE by TZID
    std::map<std::string, std::optional<time_zone>, std::less<>> found_;
    std::chrono::sys_seconds end_;
    expansion_budget& budget_;
};

} // namespace kidevent::events
