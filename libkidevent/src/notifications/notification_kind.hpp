#pragma once
// What people are told of, in one table: by which template, and whether they may say that they do not want
// it.

#include "notifications/outgoing_message.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace kidevent::notifications {

enum class notification_kind {
    registration_confirmed,
    registration_cancelled,
    event_cancelled,
    session_changed,
    session_reminder,
    daily_digest,
    account_created,
};

struct notification_rule {
    notification_kind kind;
    std::string_view name;           // as it is stored, and the name of its e-mail's template
    std::string_view short_template; // of text messages and pushes; "": there are none
    std::string_view subject;        // what the notification's subject_id is the id of
    // A courtesy: who gets it by e-mail may say no more of it. What is none answers something that somebody
    // did, or tells what they must know.
    bool is_courtesy;
    bool is_on; // by e-mail, for who has not said anything
};

// In the order of the enumeration.
std::span<const notification_rule> all_notification_rules() noexcept;
const notification_rule& rule_of(notification_kind kind) noexcept;
std::optional<notification_kind> find_kind(std::string_view name) noexcept;

// What may be refused by its receiver, and waits while it is quiet: courtesies, and whatever makes a
// telephone ring.
bool is_optional(notification_kind kind, channel by) noexcept;
// Whether there are messages of the kind on this channel at all.
bool exists(notification_kind kind, channel by) noexcept;
// For who has not said anything. By telephone: giving the number was saying yes.
bool is_on_by_default(notification_kind kind, channel by) noexcept;

std::string_view to_text(channel of) noexcept;
std::optional<channel> find_channel(std::string_view name) noexcept;
inline constexpr channel all_channels[] = {channel::email, channel::sms, channel::push};

} // namespace kidevent::notifications
