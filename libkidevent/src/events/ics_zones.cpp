#include "events/ics_zones.hpp"

#include "events/calendar_text.hpp"
#include "events/local_date_time.hpp"

#include <algorithm>

namespace kidevent::events {
namespace {

using std::chrono::local_seconds;

constexpr std::size_t changes_max = 1000; // of one STANDARD or DAYLIGHT

// "/freeassociation.sourceforge.net/Europe/Berlin" is Europe/Berlin: a leading solidus marks a name
// with a registry in front.
std::optional<time_zone> find_iana(std::string_view name) {
    if (auto zone = time_zone::find(name)) return zone;
    if (!name.starts_with('/')) return std::nullopt;
    while (!name.empty()) {
        name.remove_prefix(std::min(name.find('/'), name.size() - 1) + 1);
        if (auto zone = time_zone::find(name)) return zone;
    }
    return std::nullopt;
}

// Outlook's rules begin in 1601. Their instances before the years that we accept only cost time.
local_seconds without_distant_past(local_seconds start, std::string_view rule) {
    using namespace std::chrono;
    const auto day = floor<days>(start);
    const year_month_day date{day};
    const bool simply_yearly = rule.find("FREQ=YEARLY") != std::string_view::npos
                               && rule.find("INTERVAL") == std::string_view::npos
                               && rule.find("COUNT") == std::string_view::npos;
    const year_month_day later = (calendar_limits::first_year - years{2}) / date.month() / date.day();
    if (!simply_yearly || later <= date) return start; // 1968 is a leap year: the date exists
    return local_days{later} + (start - day);
}

// Appends the changes of one STANDARD or DAYLIGHT; false when it cannot be understood.
bool append_changes(const ics_component& observance, std::chrono::sys_seconds until, expansion_budget& budget,
                    std::vector<offset_change>& to) {
    const ics_property* start = observance.find_property("DTSTART");
    const ics_property* from = observance.find_property("TZOFFSETFROM");
    const ics_property* after = observance.find_property("TZOFFSETTO");
    if (!start || !from || !after) return false;
    const auto written = find_ics_time(start->value);
    const auto offset_from = find_ics_offset(from->value);
    const auto offset_to = find_ics_offset(after->value);
    if (!written || !offset_from || !offset_to) return false;

    std::vector<local_seconds> changes{written->local()};
    if (const ics_property* rule = observance.find_property("RRULE")) {
        recurrence_window window;
        window.start = without_distant_past(written->local(), rule->value);
        window.zone = time_zone::from_changes({{{}, *offset_from, *offset_from}});
        window.end = window.zone.to_local(until);
        window.endless_from = window.start;
        window.instances_max = changes_max;
        auto expanded = expand_rule(rule->value, window, budget);
        if (!std::holds_alternative<recurrence>(expanded)) return false;
        changes = std::move(std::get<recurrence>(expanded).instances);
    }
    for (const ics_property& property : observance.properties) {
        if (property.name != "RDATE") continue;
        for (const std::string_view value : split_list(property.value)) {
            const auto date = find_ics_time(value);
            if (!date) return false;
            changes.push_back(date->local());
        }
    }
    if (changes.size() > changes_max) return false;
    for (const local_seconds at : changes) {
        to.push_back(
            {std::chrono::sys_seconds{at.time_since_epoch() - *offset_from}, *offset_from, *offset_to});
    }
    return true;
}

} // namespace

ics_zones::ics_zones(const std::vector<ics_component>& calendars, std::chrono::sys_seconds end,
                     expansion_budget& budget)
    : end_(end), budget_(budget) {
    for (const ics_component& calendar : calendars) {
        for (const ics_component& component : calendar.components) {
            const ics_property* id = component.find_property("TZID");
            if (component.name == "VTIMEZONE" && id) described_.try_emplace(id->value, &component);
        }
    }
}

std::optional<time_zone> ics_zones::find(std::string_view tzid) {
    const auto known = found_.find(tzid);
    if (known != found_.end()) return known->second;
    return found_.emplace(tzid, find_anew(tzid)).first->second;
}

std::optional<time_zone> ics_zones::find_anew(std::string_view tzid) {
    if (auto zone = find_iana(tzid)) return zone;
    const auto described = described_.find(tzid);
    if (described == described_.end() || described->second->damaged) return std::nullopt;
    if (const ics_property* location = described->second->find_property("X-LIC-LOCATION")) {
        if (auto zone = find_iana(location->value)) return zone;
    }
    std::vector<offset_change> changes;
    for (const ics_component& observance : described->second->components) {
        if (observance.name != "STANDARD" && observance.name != "DAYLIGHT") continue;
        if (observance.damaged || !append_changes(observance, end_, budget_, changes)) return std::nullopt;
    }
    if (changes.empty()) return std::nullopt;
    return time_zone::from_changes(std::move(changes));
}

} // namespace kidevent::events
