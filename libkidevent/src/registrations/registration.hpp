#pragma once
// One child in one session.

#include "core/clock.hpp"
#include "core/uuid.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kidevent::registrations {

struct registration {
    registration_id id;
    session_id session;
    event_id event;
    child_id child;
    household_id household;
    std::int64_t price_minor;
    std::string currency;
    int version;
    timestamp registered_at;
    std::optional<timestamp> cancelled_at;
    std::string event_title; // of the event, for lists
    timestamp session_starts_at;
};

// One wish of a request: this child in that session.
struct place {
    child_id child;
    session_id session;

    auto operator<=>(const place&) const = default;
};

// A line of a session's roster, for staff.
struct roster_line {
    registration_id registration;
    child_id child;
    std::string given_name;
    std::string family_name;
    std::chrono::sys_days birth_date;
    std::string guardian_name;
    std::string guardian_email;
    timestamp registered_at;
};

} // namespace kidevent::registrations
