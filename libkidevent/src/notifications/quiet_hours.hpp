#pragma once
// The time of day in which no telephone rings and no reminder arrives, on the clock of the organisation.

#include "core/clock.hpp"
#include "events/time_zone.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kidevent::notifications {

// Minutes after midnight, 0 to 1439. The same twice: no quiet time.
struct quiet_hours {
    std::chrono::minutes from{0};
    std::chrono::minutes until{0};
    bool operator==(const quiet_hours&) const = default;
};

// `at` itself when it is not quiet then; otherwise when the quiet time ends, after `at`.
timestamp end_of_quiet(const quiet_hours& of, const events::time_zone& on, timestamp at);

// "07:30"; std::nullopt for anything else.
std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) noexcept;
std::string time_of_day_text(std::chrono::minutes after_midnight);

} // namespace kidevent::notifications
