#include "notifications/notification_kind.hpp"

#include <algorithm>

namespace kidevent::notifications {

namespace {

using enum notification_kind;

constexpr notification_rule table[] = {
    {registration_confirmed, "registration_confirmed", "", "registration", false, true},
    {registration_cancelled, "registration_cancelled", "", "registration", false, true},
    {event_cancelled, "event_cancelled", "event_cancelled_short", "event", false, true},
    {session_changed, "session_changed", "", "session", false, true},
    {session_reminder, "session_reminder", "session_reminder_short", "session", true, true},
    {daily_digest, "daily_digest", "", "household", true, false},
    {account_created, "account_created", "", "account", false, true},
};

constexpr bool is_in_order() {
    for (std::size_t i = 0; i < std::size(table); ++i)
        if (table[i].kind != static_cast<notification_kind>(i)) return false;
    return std::size(table) == static_cast<std::size_t>(account_created) + 1;
}
static_assert(is_in_order(), "rule_of() looks rows up by the kind's number");

} // namespace

std::span<const notification_rule> all_notification_rules() noexcept { return table; }

const notification_rule& rule_of(notification_kind kind) noexcept {
    return table[static_cast<std::size_t>(kind)];
}

std::optional<notification_kind> find_kind(std::string_view name) noexcept {
    for (const notification_rule& each : table)
        if (each.name == name) return each.kind;
    return std::nullopt;
}

bool is_optional(notification_kind kind, channel by) noexcept {
    return by != channel::email || rule_of(kind).is_courtesy;
}

bool exists(notification_kind kind, channel by) noexcept {
    return by == channel::email || !rule_of(kind).short_template.empty();
}

bool is_on_by_default(notification_kind kind, channel by) noexcept {
    return by != channel::email || rule_of(kind).is_on;
}

std::string_view to_text(channel of) noexcept {
    switch (of) {
    case channel::email: return "email";
    case channel::sms: return "sms";
    case channel::push: return "push";
    }
    return "";
}

std::optional<channel> find_channel(std::string_view name) noexcept {
    const auto* const found = std::find_if(std::begin(all_channels), std::end(all_channels),
                                           [name](channel each) { return to_text(each) == name; });
    if (found == std::end(all_channels)) return std::nullopt;
    return *found;
}

} // namespace kidevent::notifications
