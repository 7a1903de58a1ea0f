#pragma once
// What an organisation has chosen: when sessions are reminded of and how, when it is quiet, when digests go
// out, where answers go.

#include "notifications/outgoing_message.hpp"
#include "notifications/quiet_hours.hpp"

#include <kidevent/settings.hpp>

#include <vector>

namespace kidevent::notifications {

struct reminder_rule {
    std::chrono::minutes before{0}; // the start of a session; 1 to 43200 (30 days)
    channel by = channel::email;
    bool operator==(const reminder_rule&) const = default;
};

struct notification_rules {
    std::vector<reminder_rule> reminders;
    quiet_hours quiet;
    std::chrono::minutes digest_at{0}; // after midnight
    std::optional<std::string> reply_to;
};

// Of an organisation that has not chosen.
notification_rules default_rules(const notification_settings& with);

// "1440 email,120 sms", as it is stored.
std::string to_text(const std::vector<reminder_rule>& reminders);
// Throws std::invalid_argument for what to_text() does not write.
std::vector<reminder_rule> parse_reminders(std::string_view text);

} // namespace kidevent::notifications
