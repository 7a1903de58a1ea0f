#pragma once
// What an organisation offers: an event (a camp, a course) and its sessions, the dated occurrences with
// places.

#include "core/clock.hpp"
#include "core/uuid.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kidevent::events {

// What answers about events and sessions depend on, places left included: see
// db::tenant_transaction::changes().
inline constexpr std::string_view calendar_topic = "events";

struct event {
    event_id id;
    std::string title;
    std::string description;
    std::string location;
    std::string category;
    std::string time_zone; // IANA
    int version;
    timestamp created_at;
    std::optional<timestamp> published_at;
    std::optional<timestamp> cancelled_at;

    std::string_view state() const noexcept {
        if (cancelled_at) return "cancelled";
        return published_at ? "published" : "draft";
    }
};

struct session {
    session_id id;
    event_id event;
    timestamp starts_at;
    timestamp ends_at;
    std::string time_zone;
    int capacity;
    int seats_taken;
    int age_min; // whole years on the day the session starts
    int age_max;
    std::int64_t price_minor;
    std::string currency;
    int version;
};

// A line of the public list: the event with a summary of its sessions.
struct event_summary {
    event_id id;
    std::string_view title; // views of the answer's rows
    std::string_view location;
    std::string_view category;
    std::string_view time_zone;
    timestamp starts_at;
    timestamp ends_at;
    int age_min;
    int age_max;
    std::int64_t price_minor; // of the cheapest session
    int sessions;
    int places_left; // in sessions that have not started
};

// What staff write; absent members stay as they are (or take the default in a new event).
struct event_change {
    std::optional<std::string> title;
    std::optional<std::string> description;
    std::optional<std::string> location;
    std::optional<std::string> category;
    std::optional<std::string> time_zone;
};

struct session_change {
    std::optional<timestamp> starts_at;
    std::optional<timestamp> ends_at;
    std::optional<std::int64_t> capacity;
    std::optional<std::int64_t> age_min;
    std::optional<std::int64_t> age_max;
    std::optional<std::int64_t> price_minor;
};

struct event_filter {
    std::optional<std::chrono::sys_days> from; // in the organisation's time zone, both days included
    std::optional<std::chrono::sys_days> to;
    std::optional<std::int64_t> age;
    std::optional<std::string> category;
    std::optional<std::string> search; // part of the title
};

// Lower case (ASCII and the letters of Latin-1, Latin Extended-A, Greek and Cyrillic), as stored for search.
std::string folded(std::string_view text);

} // namespace kidevent::events
