#pragma once
// Reads the calendar that an organisation brings along, an .ics (RFC 5545) or .csv (RFC 4180) file, into
// plain events with their sessions. No database, no network: the importer of events/ and the command
// line call it and decide what becomes of the result. Safe for hostile bytes; never throws for them.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::events {

struct imported_session {
    std::chrono::sys_seconds starts_at;
    std::chrono::sys_seconds ends_at; // after starts_at
    std::optional<int> capacity;      // places, when they differ from the event's
    friend bool operator==(const imported_session&, const imported_session&) = default;
};

struct imported_event {
    std::string uid;              // UID of the VEVENT, or the CSV column uid: the same in every import
    std::string title;            // one line
    std::string description;      // may hold line feeds; "" when there is none
    std::string location;         // "" when there is none
    std::string category;         // the first of CATEGORIES; "" when there is none
    std::string time_zone;        // IANA name
    int capacity = 0;             // places in each session
    std::optional<int> age_min;   // years, inclusive
    std::optional<int> age_max;   // years, inclusive
    std::int64_t price_minor = 0; // of one place in one session, in minor units of `currency`
    std::string currency;         // ISO 4217
    std::vector<imported_session> sessions; // at least one; by starts_at, which is unique
    std::size_t line = 0;                   // of the file, from 1: BEGIN:VEVENT or the first row
};

// Why something of the file is not among the events. An event with an error is left out as a whole.
struct import_error {
    std::size_t line = 0; // physical line of the file, from 1
    std::string message;  // names the field and the value; valid UTF-8 on one line
};

// What the reader did on its own, e.g. that it skipped a cancelled event.
struct import_note {
    std::size_t line = 0;
    std::string message;
};

struct calendar_file {
    std::vector<imported_event> events; // in the order of the file, uid unique
    std::vector<import_error> errors;   // by line; at most calendar_limits::errors_max
    std::vector<import_note> notes;
};

struct calendar_options {
    std::string default_time_zone; // IANA; for floating and universal times
    std::string default_currency;  // ISO 4217
    int default_capacity = 20;
    std::size_t sessions_per_event_max = 500;
    std::size_t file_bytes_max = 16u << 20;
    std::chrono::sys_seconds now;
    std::chrono::seconds horizon{}; // repeating events are expanded until now + horizon
    // Moves the whole file by the number of whole weeks that puts its first session on this day (of
    // default_time_zone) or at most six days after it. Weekdays and local times stay as they are.
    std::optional<std::chrono::sys_days> shift_to;
};

namespace calendar_limits {
inline constexpr std::size_t uid_characters_max = 255;
inline constexpr std::size_t title_characters_max = 200;
inline constexpr std::size_t description_characters_max = 10000;
inline constexpr std::size_t location_characters_max = 300;
inline constexpr std::size_t category_characters_max = 60;
inline constexpr int capacity_max = 100000;
inline constexpr int age_max = 25;
inline constexpr std::int64_t price_minor_max = 1'000'000'000;
inline constexpr std::chrono::days session_length_max{366};
inline constexpr std::chrono::year first_year{1970};
inline constexpr std::chrono::year last_year{2199};
inline constexpr std::size_t errors_max = 1000; // reading ends with the error that says so
} // namespace calendar_limits

// iCalendar. Besides the properties of RFC 5545 it understands X-KIDEVENT-CAPACITY, X-KIDEVENT-AGE-MIN,
// X-KIDEVENT-AGE-MAX, X-KIDEVENT-CURRENCY and X-KIDEVENT-PRICE (minor units, e.g. 1250, or with a
// decimal point, 12.50). A rule without COUNT and UNTIL yields no sessions that are over before `now`.
// Throws std::invalid_argument when the options themselves cannot work.
calendar_file read_ics(std::string_view bytes, const calendar_options& with);

// CSV with a header row: uid, title, starts_at and ends_at, and in any order also description, location,
// category, time_zone, capacity, age_min, age_max, price (as people write it: 12 or 12.50), currency.
// Rows with the same uid are sessions of one event: later ones leave the event's cells empty or repeat
// them; another capacity is that session's own. Comma, semicolon and tab separate alike.
// Throws std::invalid_argument when the options themselves cannot work.
calendar_file read_csv(std::string_view bytes, const calendar_options& with);

} // namespace kidevent::events
