#pragma once
// One VEVENT as values: its fields, its first instance and what repeats, adds and takes away others.
// Nothing is expanded here. Called by calendar_ics.cpp only.

#include "events/calendar_draft.hpp"
#include "events/ics_component.hpp"
#include "events/ics_zones.hpp"
#include "events/local_date_time.hpp"

namespace kidevent::events {

// An occurrence as written: it ends at a time of its own or after a duration.
struct ics_instance {
    zoned_time starts_at;
    bool all_day = false;
    std::optional<zoned_time> ends_at;
    std::optional<written_duration> duration;
    std::optional<int> capacity;
    std::size_t line = 0;
};

// Which instance EXDATE or RECURRENCE-ID means. A DATE means all that start on that local day.
struct instance_key {
    std::chrono::local_seconds local;
    std::optional<std::chrono::sys_seconds> utc; // nullopt: the day of `local`
};

struct ics_event {
    imported_event event;                   // without sessions
    time_zone zone;                         // of event.time_zone
    std::optional<ics_instance> first;      // nullopt only in a cancelled event
    const ics_property* rule = nullptr;     // RRULE
    std::vector<ics_instance> more;         // RDATE
    std::vector<instance_key> excluded;     // EXDATE
    std::optional<instance_key> instead_of; // RECURRENCE-ID: this is no event but one changed instance
    bool cancelled = false;
};

// nullopt after errors, which go to `result`. `component` must outlive the event.
std::optional<ics_event> read_event(const ics_component& component, ics_zones& zones, const time_zone& home,
                                    const calendar_options& with, calendar_file& result);

} // namespace kidevent::events
