#include "notifications/quiet_hours.hpp"

#include <algorithm>

namespace kidevent::notifications {

using namespace std::chrono;

timestamp end_of_quiet(const quiet_hours& of, const events::time_zone& on, timestamp at) {
    if (of.from == of.until) return at;
    const auto local = on.to_local(floor<seconds>(at));
    const auto today = floor<days>(local);
    const auto time_of_day = local - today;
    const bool spans_midnight = of.from > of.until;
    const bool is_late = time_of_day >= of.from;
    const bool is_early = time_of_day < of.until;
    if (!(spans_midnight ? is_late || is_early : is_late && is_early)) return at;
    const auto end_day = is_early ? today : today + days{1};
    // An hour that the clock shows twice: the end may have come already, the first time.
    return std::max<timestamp>(at, on.to_utc(end_day + of.until));
}

std::optional<minutes> parse_time_of_day(std::string_view text) noexcept {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    for (const std::size_t at : {0U, 1U, 3U, 4U})
        if (text[at] < '0' || text[at] > '9') return std::nullopt;
    const int hour = (text[0] - '0') * 10 + (text[1] - '0');
    const int minute = (text[3] - '0') * 10 + (text[4] - '0');
    if (hour > 23 || minute > 59) return std::nullopt;
    return minutes{hour * 60 + minute};
}

std::string time_of_day_text(minutes after_midnight) {
    const auto two_digits = [](std::int64_t number) {
        return std::string{static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
    };
    return two_digits(after_midnight.count() / 60) + ":" + two_digits(after_midnight.count() % 60);
}

} // namespace kidevent::notifications
