#pragma once
// A message in the queue and in the log, and the organisation in whose name it is sent. See
// sql/migrations/0008_notifications.sql.

#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "events/time_zone.hpp"
#include "notifications/notification_kind.hpp"
#include "notifications/reminder_rules.hpp"

#include <string>
#include <vector>

namespace kidevent::notifications {

using notification_id = strong_id<struct notification_tag>;

// As the log shows it.
struct notification {
    notification_id id;
    account_id to;
    std::string kind;
    std::string channel;
    uuid subject; // which kind's: see notification_rule
    std::string state;
    int attempts;
    timestamp scheduled_for;
    std::optional<timestamp> sent_at;
    std::optional<int> code;
    std::optional<std::string> detail;
    std::optional<std::string> provider_id;
    std::optional<std::string> message_id;
    timestamp created_at;
};

// What its messages say about the organisation, and its rules.
struct sender_profile {
    std::string slug;
    std::string name;
    std::string locale;
    std::string branding; // a JSON object
    std::string origin;
    events::time_zone zone;
    notification_rules rules;
};

// What a message is about: it names rows, which are read when it is written.
struct message_subject {
    notification_kind kind;
    uuid id; // which kind's: see notification_rule
    // Of a registration: the transaction that made or cancelled it, so that all of one request are one
    // message. Of a session that is reminded of: its start. Of a digest: the day's first moment. Otherwise
    // when it happened.
    timestamp about;
};

// To be put into the queue.
struct planned_message {
    account_id to;
    channel by = channel::email;
    message_subject what;
    std::string dedupe_key; // one message has it, ever
};

} // namespace kidevent::notifications
