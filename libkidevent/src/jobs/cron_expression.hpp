#pragma once
// The five fields of cron (minute, hour, day of month, month, day of week) and the instants that they name in
// a time zone. Used by the schedules.

#include "events/time_zone.hpp"

#include <bitset>
#include <optional>
#include <string_view>

namespace kidevent::jobs {

class cron_expression {
public:
    // Numbers, *, ranges, lists and steps: "*/15 * * * *", "30 2 * * 1-5". Sunday is 0 and 7. When both days
    // are restricted, either is enough. Nothing when the text is not of that form.
    static std::optional<cron_expression> parse(std::string_view text);

    // The last instant in (after, until] that the fields name. An hour that is named is a time on the clock:
    // one that the clock skips is made up for at once after the change, one that it shows twice counts the
    // first time. With
    // * as the hour the instants go by elapsed time, through every change of the clock.
    std::optional<std::chrono::sys_seconds> find_last(std::chrono::sys_seconds after,
                                                      std::chrono::sys_seconds until,
                                                      const events::time_zone& zone) const;

private:
    bool has_day(std::chrono::local_days day) const;
    std::optional<std::chrono::sys_seconds> find_last_by_clock(std::chrono::sys_seconds after,
                                                               std::chrono::sys_seconds until,
                                                               const events::time_zone& zone) const;
    std::optional<std::chrono::sys_seconds> find_last_by_elapsed_time(std::chrono::sys_seconds after,
                                                                      std::chrono::sys_seconds until,
                                                                      const events::time_zone& zone) const;

    std::bitset<60> minutes_;
    std::bitset<24> hours_;
    std::bitset<32> days_;
    std::bitset<13> months_;
    std::bitset<8> weekdays_;
    bool every_hour_ = false;
    bool every_day_ = false;
    bool every_weekday_ = false;
};

} // namespace kidevent::jobs
