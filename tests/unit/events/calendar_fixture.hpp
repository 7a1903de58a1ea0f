#pragma once
// What the tests of the calendar readers share: options, files, and sessions as readable text.

#include "events/calendar_file.hpp"
#include "events/time_zone.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace calendar_test {

using namespace kidevent::events;

inline std::string read_bytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot open " + path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string fixture(std::string_view name) {
    return read_bytes(std::filesystem::path{__FILE__}.parent_path() / "fixtures" / name);
}

inline std::string demo_calendar(std::string_view name) {
    return read_bytes(std::filesystem::path{__FILE__}.parent_path() / "../../../tenants/demo" / name);
}

// An organisation in Berlin on the first of January 2026 that looks two years ahead.
inline calendar_options berlin_options() {
    using namespace std::chrono;
    calendar_options options;
    options.default_time_zone = "Europe/Berlin";
    options.default_currency = "EUR";
    options.default_capacity = 20;
    options.sessions_per_event_max = 500;
    options.now = sys_days{2026y / January / 1};
    options.horizon = days{732};
    return options;
}

inline std::string local_text(std::chrono::sys_seconds at, std::string_view zone) {
    using namespace std::chrono;
    const local_seconds local = time_zone::find(zone).value().to_local(at);
    const auto day = floor<days>(local);
    const year_month_day date{day};
    const hh_mm_ss time{local - day};
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()));
    return text;
}

// "2026-07-01 09:00-12:00, ...": the sessions on the event's own clock, the end's date when it is another.
inline std::string sessions_text(const imported_event& of) {
    std::string text;
    for (const imported_session& session : of.sessions) {
        const std::string from = local_text(session.starts_at, of.time_zone);
        const std::string until = local_text(session.ends_at, of.time_zone);
        const bool same_day = from.substr(0, 10) == until.substr(0, 10);
        text += (text.empty() ? "" : ", ") + from + (same_day ? "-" + until.substr(11) : " to " + until);
        if (session.capacity) text += " (" + std::to_string(*session.capacity) + ")";
    }
    return text;
}

// "12: message | 15: message"
template<class Remarks> std::string remarks_text(const Remarks& remarks) {
    std::string text;
    for (const auto& remark : remarks)
        text += (text.empty() ? "" : " | ") + std::to_string(remark.line) + ": " + remark.message;
    return text;
}

// A calendar of one event that lasts an hour; `lines` are its properties from DTSTART on.
inline std::string calendar_of(std::string_view lines) {
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//"
           "EN\r\nBEGIN:VEVENT\r\nUID:one\r\nSUMMARY:One\r\n"
           + std::string{lines} + "END:VEVENT\r\nEND:VCALENDAR\r\n";
}

} // namespace calendar_test
