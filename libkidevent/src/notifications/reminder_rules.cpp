#include "notifications/reminder_rules.hpp"

#include "notifications/notification_kind.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace kidevent::notifications {

notification_rules default_rules(const notification_settings& with) {
    notification_rules made;
    made.quiet = {parse_time_of_day(with.quiet_from).value(), parse_time_of_day(with.quiet_until).value()};
    made.digest_at = parse_time_of_day(with.digest_at).value();
    const auto before = std::chrono::ceil<std::chrono::minutes>(with.reminder_before);
    if (before.count() > 0) made.reminders.push_back({before, channel::email});
    return made;
}

std::string to_text(const std::vector<reminder_rule>& reminders) {
    std::string text;
    for (const reminder_rule& each : reminders)
        text += (text.empty() ? "" : ",") + std::to_string(each.before.count()) + " "
                + std::string{to_text(each.by)};
    return text;
}

std::vector<reminder_rule> parse_reminders(std::string_view text) {
    std::vector<reminder_rule> read;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        const std::string_view part = text.substr(0, end);
        int before = 0;
        const auto [rest, failed] = std::from_chars(part.data(), part.data() + part.size(), before);
        const auto blank = static_cast<std::size_t>(rest - part.data());
        const auto by = find_channel(part.substr(std::min(blank + 1, part.size())));
        if (failed != std::errc{} || before < 1 || part.substr(blank, 1) != " " || !by)
            throw std::invalid_argument("not a rule of reminders: " + std::string{part});
        read.push_back({std::chrono::minutes{before}, *by});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return read;
}

} // namespace kidevent::notifications
