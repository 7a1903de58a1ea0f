#pragma once
// What the readers of both calendar formats share: checks of single fields, and the way from local to
// universal time. Called by calendar_ics.cpp, calendar_csv.cpp and their parts only.

#include "events/calendar_file.hpp"
#include "events/time_zone.hpp"

namespace kidevent::events {

// A local time together with the clock that shows it.
struct zoned_time {
    std::chrono::local_seconds at;
    time_zone zone;

    std::chrono::sys_seconds to_utc() const { return zone.to_utc(at); }
};

// The zone of the options; throws std::invalid_argument naming the option that cannot work.
time_zone checked_default_zone(const calendar_options& with);

// Whole weeks, as days, that move a file whose first session is on `first`; 0 without `shift_to`.
std::chrono::days shift_for(std::chrono::local_days first, const calendar_options& with);

// The instant after moving by whole days. A universal time moves on the clock of `home`, so that people
// see it at the same time of day in summer and winter.
std::chrono::sys_seconds moved(const zoned_time& from, std::chrono::days by, const time_zone& home);

// Why the session cannot be; nullopt when it can.
std::optional<std::string> find_session_fault(std::chrono::sys_seconds starts_at,
                                              std::chrono::sys_seconds ends_at);

// Why the event cannot be (fields, ages, sessions); nullopt when it can. `names` are the format's own.
struct field_names {
    std::string_view uid, title, description, location, category, currency, age_min, age_max;
};
std::optional<std::string> find_event_fault(const imported_event& of, const field_names& names,
                                            const calendar_options& with);

// The answer to a file of that many bytes, more than with.file_bytes_max.
calendar_file refuse_oversized(std::size_t bytes, const calendar_options& with);

// Keep the file's lists bounded. False when the list of errors is full and reading should end.
bool add_error(calendar_file& to, std::size_t line, std::string message);
void add_note(calendar_file& to, std::size_t line, std::string message);

// A whole number in decimal digits within the range.
std::optional<std::int64_t> find_whole_number(std::string_view text, std::int64_t min, std::int64_t max);

// An amount of money in minor units of `currency`, at most calendar_limits::price_minor_max.
// A number without a decimal point is in minor units or in the currency itself, as `whole` says.
enum class whole_price { is_minor, is_major };
std::optional<std::int64_t> find_price(std::string_view text, std::string_view currency, whole_price whole);

} // namespace kidevent::events
