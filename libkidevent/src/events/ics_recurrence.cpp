#include "events/ics_recurrence.hpp"

#include "events/calendar_text.hpp"

#include <libical/ical.h>

#include <algorithm>
#include <memory>

namespace kidevent::events {
namespace {

using std::chrono::local_seconds;

// A rule that never matches sends libical searching through thousands of years.
constexpr std::size_t fruitless_cost = 200'000;

struct iterator_closer {
    void operator()(icalrecur_iterator* open) const noexcept { icalrecur_iterator_free(open); }
};
using iterator_handle = std::unique_ptr<icalrecur_iterator, iterator_closer>;

icaltimetype to_ical(local_seconds at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{at - day};
    icaltimetype converted = icaltime_null_time(); // no zone: floating
    converted.year = static_cast<int>(date.year());
    converted.month = static_cast<int>(static_cast<unsigned>(date.month()));
    converted.day = static_cast<int>(static_cast<unsigned>(date.day()));
    converted.hour = static_cast<int>(time.hours().count());
    converted.minute = static_cast<int>(time.minutes().count());
    converted.second = static_cast<int>(time.seconds().count());
    return converted;
}

// nullopt for what is no date, which a wild BYHOUR or UNTIL can make.
std::optional<local_seconds> from_ical(const icaltimetype& time) {
    const std::chrono::year_month_day date{std::chrono::year{time.year},
                                           std::chrono::month{static_cast<unsigned>(time.month)},
                                           std::chrono::day{static_cast<unsigned>(time.day)}};
    if (!date.ok() || time.hour < 0 || time.hour > 23 || time.minute < 0 || time.minute > 59)
        return std::nullopt;
    if (time.second < 0 || time.second > 60) return std::nullopt;
    return std::chrono::local_days{date} + std::chrono::hours{time.hour} + std::chrono::minutes{time.minute}
           + std::chrono::seconds{time.second};
}

bool has_values(const short* by) { return by[0] != ICAL_RECURRENCE_ARRAY_MAX; }

// The rule as libical understands it. nullopt when it does not.
std::optional<icalrecurrencetype> find_rule(std::string_view text) {
    // libical's default is to abort the process on malformed input.
    [[maybe_unused]] static const bool made_lenient = (icalerror_set_errors_are_fatal(0), true);
    icalerror_clear_errno();
    constexpr std::size_t text_bytes_max = 2048;
    if (text.size() > text_bytes_max) return std::nullopt;
    // RSCALE (RFC 7529) would bring other calendars and a string of unclear ownership.
    if (to_upper_ascii(text).find("RSCALE") != std::string::npos) return std::nullopt;
    const icalrecurrencetype rule = icalrecurrencetype_from_string(std::string{text}.c_str());
    if (rule.freq == ICAL_NO_RECURRENCE || icalerrno != ICAL_NO_ERROR) return std::nullopt;
    return rule;
}

std::optional<std::string> find_unsupported(const icalrecurrencetype& rule, std::size_t instances_max) {
    if (rule.freq == ICAL_SECONDLY_RECURRENCE) return "repeats every second, which no event does";
    if (has_values(rule.by_set_pos) && rule.freq != ICAL_MONTHLY_RECURRENCE
        && rule.freq != ICAL_YEARLY_RECURRENCE) {
        return "has BYSETPOS, which is only understood with FREQ=MONTHLY and FREQ=YEARLY";
    }
    if (rule.count > 0 && static_cast<std::size_t>(rule.count) > instances_max) {
        return "has COUNT=" + std::to_string(rule.count) + "; at most " + std::to_string(instances_max)
               + " sessions are allowed (import.sessions_per_event_max)";
    }
    return std::nullopt;
}

// Candidates between start and end, weighed by what one costs.
std::size_t estimate_cost(const icalrecurrencetype& rule, local_seconds start, local_seconds end) {
    using namespace std::chrono;
    if (end < start) return 1;
    seconds step = minutes{1};
    std::size_t weight = 1;
    switch (rule.freq) {
    case ICAL_YEARLY_RECURRENCE:
        step = days{365};
        weight = 30;
        break;
    case ICAL_MONTHLY_RECURRENCE:
        step = days{28};
        weight = 5;
        break;
    case ICAL_WEEKLY_RECURRENCE: step = days{7}; break;
    case ICAL_DAILY_RECURRENCE: step = days{1}; break;
    case ICAL_HOURLY_RECURRENCE: step = hours{1}; break;
    default: break;
    }
    step *= std::max<int>(rule.interval, 1);
    const bool every_candidate_counts =
        rule.count > 0 && !has_values(rule.by_day) && !has_values(rule.by_month_day)
        && !has_values(rule.by_month) && !has_values(rule.by_year_day) && !has_values(rule.by_week_no)
        && !has_values(rule.by_hour) && !has_values(rule.by_minute) && !has_values(rule.by_second);
    const auto steps = static_cast<std::size_t>((end - start) / step) + 1;
    return weight * (every_candidate_counts ? std::min(steps, static_cast<std::size_t>(rule.count)) : steps);
}

// The last local time at which the rule may occur.
std::optional<local_seconds> find_end(const icalrecurrencetype& rule, const recurrence_window& in) {
    if (icaltime_is_null_time(rule.until)) return in.end;
    auto until = from_ical(rule.until);
    if (!until) return std::nullopt;
    if (rule.until.is_date) {
        *until += std::chrono::days{1} - std::chrono::seconds{1};
    } else if (icaltime_is_utc(rule.until)) {
        until = in.zone.to_local(std::chrono::sys_seconds{until->time_since_epoch()});
    }
    return std::min(*until, in.end);
}

} // namespace

std::variant<recurrence, recurrence_fault> expand_rule(std::string_view text, const recurrence_window& in,
                                                       expansion_budget& budget) {
    auto rule = find_rule(text);
    const auto end = rule ? find_end(*rule, in) : std::nullopt;
    if (!end) return recurrence_fault{"is not a repetition rule such as FREQ=WEEKLY;BYDAY=MO;COUNT=10"};
    if (auto fault = find_unsupported(*rule, in.instances_max)) return recurrence_fault{std::move(*fault)};
    const std::size_t cost = estimate_cost(*rule, in.start, *end);
    if (cost > budget.candidates) {
        budget.candidates = 0;
        return recurrence_fault{"takes too long to expand, by itself or after the other rules of the file;"
                                " repeat less often or end sooner"};
    }
    budget.candidates -= cost;

    recurrence expanded;
    expanded.endless = rule->count == 0 && icaltime_is_null_time(rule->until);
    const local_seconds from = expanded.endless ? std::max(in.start, in.endless_from) : in.start;
    if (from == in.start) expanded.instances.push_back(in.start);
    if (*end < in.start) return expanded;
    const std::size_t instances_max =
        rule->count > 0 ? static_cast<std::size_t>(rule->count) : in.instances_max + 1;
    rule->until = to_ical(*end);
    const iterator_handle iterator{icalrecur_iterator_new(*rule, to_ical(in.start))};
    bool fruitless = true;
    while (iterator && expanded.instances.size() < instances_max) {
        const icaltimetype next = icalrecur_iterator_next(iterator.get());
        if (icaltime_is_null_time(next)) break;
        fruitless = false;
        const auto at = from_ical(next);
        if (!at) return recurrence_fault{"leads to a time that does not exist"};
        if (*at > *end) break;
        const bool is_new = expanded.instances.empty() || *at > expanded.instances.back();
        if (is_new && *at >= from) expanded.instances.push_back(*at);
    }
    if (fruitless) budget.candidates -= std::min(budget.candidates, fruitless_cost);
    return expanded;
}

} // namespace kidevent::events
