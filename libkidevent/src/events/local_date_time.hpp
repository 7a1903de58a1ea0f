#pragma once
// Strict readers of dates and times as calendar files write them. Called by the calendar readers only.

#include <chrono>
#include <optional>
#include <string_view>

namespace kidevent::events {

// A date, perhaps with a time of day.
struct written_time {
    std::chrono::local_days day;
    std::optional<std::chrono::seconds> time_of_day; // nullopt: a whole day
    bool universal = false;                          // written with a Z

    std::chrono::local_seconds local() const { return day + time_of_day.value_or(std::chrono::seconds{0}); }
};

// iCalendar: 20260701, 20260701T090000, 20260701T070000Z. The years 1601 to 2199.
std::optional<written_time> find_ics_time(std::string_view text);

// 2026-07-01 09:00 or 2026-07-01T09:00:00, without any offset. The years 1601 to 2199.
std::optional<written_time> find_plain_time(std::string_view text);

// iCalendar: P1D, PT1H30M, P2W. The days are days on the calendar, the rest is exact time. At most
// 100000 days.
struct written_duration {
    std::chrono::days days{0};
    std::chrono::seconds exact{0};
};
std::optional<written_duration> find_ics_duration(std::string_view text);

// iCalendar: +0200, -053000.
std::optional<std::chrono::seconds> find_ics_offset(std::string_view text);

} // namespace kidevent::events
