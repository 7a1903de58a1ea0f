#include "jobs/cron_expression.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace kidevent::jobs {

namespace {

using namespace std::chrono;

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (std::size_t start = 0; start <= text.size();) {
        const auto end = std::min(text.find(at, start), text.size());
        parts.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return parts;
}

std::optional<int> to_number(std::string_view text) {
    int value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || failed != std::errc{} || end != text.data() + text.size() || value < 0)
        return std::nullopt;
    return value;
}

// One part of a list: *, n, a-b, and a step behind the first and the last.
template<std::size_t Size> bool add_part(std::bitset<Size>& to, std::string_view part, int least, int most) {
    const auto slash = part.find('/');
    int step = 1;
    if (slash != std::string_view::npos) {
        const auto given = to_number(part.substr(slash + 1));
        if (!given || *given == 0) return false;
        step = *given;
        part = part.substr(0, slash);
    }
    int from = least;
    int to_value = most;
    if (part != "*") {
        const auto dash = part.find('-');
        const auto first = to_number(part.substr(0, dash));
        const auto last = dash == std::string_view::npos ? first : to_number(part.substr(dash + 1));
        if (!first || !last || *first < least || *last > most || *first > *last) return false;
        if (dash == std::string_view::npos && slash != std::string_view::npos) return false;
        from = *first;
        to_value = *last;
    }
    for (int value = from; value <= to_value; value += step)
        to.set(static_cast<std::size_t>(value));
    return true;
}

template<std::size_t Size>
bool read_field(std::bitset<Size>& to, std::string_view field, int least, int most) {
    for (const auto part : split(field, ','))
        if (!add_part(to, part, least, most)) return false;
    return true;
}

} // namespace

std::optional<cron_expression> cron_expression::parse(std::string_view text) {
    const auto fields = split(text, ' ');
    cron_expression made;
    if (fields.size() != 5 || !read_field(made.minutes_, fields[0], 0, 59)
        || !read_field(made.hours_, fields[1], 0, 23) || !read_field(made.days_, fields[2], 1, 31)
        || !read_field(made.months_, fields[3], 1, 12) || !read_field(made.weekdays_, fields[4], 0, 7))
        return std::nullopt;
    if (made.weekdays_.test(7)) made.weekdays_.set(0);
    made.every_hour_ = fields[1].starts_with('*');
    made.every_day_ = fields[2].starts_with('*');
    made.every_weekday_ = fields[4].starts_with('*');
    return made;
}

bool cron_expression::has_day(local_days day) const {
    const year_month_day date{day};
    if (!months_.test(static_cast<unsigned>(date.month()))) return false;
    const bool by_day = days_.test(static_cast<unsigned>(date.day()));
    const bool by_weekday = weekdays_.test(weekday{day}.c_encoding());
    if (!every_day_ && !every_weekday_) return by_day || by_weekday;
    return by_day && by_weekday;
}

std::optional<sys_seconds> cron_expression::find_last(sys_seconds after, sys_seconds until,
                                                      const events::time_zone& zone) const {
    return every_hour_ ? find_last_by_elapsed_time(after, until, zone)
                       : find_last_by_clock(after, until, zone);
}

std::optional<sys_seconds> cron_expression::find_last_by_clock(sys_seconds after, sys_seconds until,
                                                               const events::time_zone& zone) const {
    const auto first_day = floor<days>(zone.to_local(after)) - days{1};
    std::optional<sys_seconds> last;
    for (auto day = floor<days>(zone.to_local(until)) + days{1}; day >= first_day && !last; day -= days{1}) {
        if (!has_day(day)) continue;
        for (int minute_of_day = 24 * 60 - 1; minute_of_day >= 0; --minute_of_day) {
            if (!hours_.test(static_cast<std::size_t>(minute_of_day / 60))
                || !minutes_.test(static_cast<std::size_t>(minute_of_day % 60)))
                continue;
            const auto at = zone.to_utc(local_seconds{day} + minutes{minute_of_day});
            if (at > after && at <= until && (!last || at > *last)) last = at;
        }
    }
    return last;
}

std::optional<sys_seconds> cron_expression::find_last_by_elapsed_time(sys_seconds after, sys_seconds until,
                                                                      const events::time_zone& zone) const {
    for (sys_seconds at = floor<minutes>(until); at > after; at -= minutes{1}) {
        const auto local = zone.to_local(at);
        const auto day = floor<days>(local);
        const auto minute_of_day = floor<minutes>(local - day).count();
        if (minutes_.test(static_cast<std::size_t>(minute_of_day % 60))
            && hours_.test(static_cast<std::size_t>(minute_of_day / 60)) && has_day(day))
            return at;
    }
    return std::nullopt;
}

} // namespace kidevent::jobs
