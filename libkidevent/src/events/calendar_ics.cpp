// read_ics: the VEVENTs of a file become events, their rules become sessions.
#include "events/calendar_draft.hpp"
#include "events/calendar_text.hpp"
#include "events/ics_event.hpp"
#include "events/ics_recurrence.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace kidevent::events {
namespace {

using std::chrono::sys_seconds;

// All VEVENTs with one UID: the event and its changed instances.
struct ics_series {
    std::optional<ics_event> master;
    std::vector<ics_event> changed;
    std::size_t line = 0; // of the first VEVENT
    bool faulty = false;
};

struct series_window {
    sys_seconds end;                 // rules are expanded until then
    std::optional<sys_seconds> over; // rules without end leave out what is over by then
};

// The instances of a series as the file has them, by their start.
struct series_instances {
    std::map<sys_seconds, ics_instance> by_start;
    bool endless = false;
};

class ics_reading {
public:
    ics_reading(std::string_view bytes, const calendar_options& with)
        : with_(with),
          home_(checked_default_zone(with)),
          calendars_(read_components(bytes, result_)),
          zones_(calendars_, with.now + with.horizon + std::chrono::years{10}, budget_) {}

    calendar_file read();

private:
    void read_component(const ics_component& component);
    void add_to_series(ics_event event);
    void check_series(ics_series& series);
    std::chrono::days find_shift();
    std::optional<series_instances> instances_of(const ics_series& series, const series_window& in,
                                                 bool reporting);
    bool append_repeated(const ics_event& master, const series_window& in, series_instances& to,
                         bool reporting);
    bool apply_changes(const ics_series& series, series_instances& to, bool reporting);
    imported_session session_of(const ics_event& master, const ics_instance& instance,
                                std::chrono::days shift) const;
    void finish(ics_series& series, std::chrono::days shift);

    const calendar_options& with_;
    time_zone home_;
    calendar_file result_;
    std::vector<ics_component> calendars_;
    expansion_budget budget_;
    ics_zones zones_;
    std::vector<ics_series> series_; // in the order of the file
    std::unordered_map<std::string, std::size_t> series_of_uid_;
};

void ics_reading::read_component(const ics_component& component) {
    if (component.name != "VEVENT") return;
    std::optional<ics_event> event;
    if (!component.damaged) event = read_event(component, zones_, home_, with_, result_);
    if (event) {
        add_to_series(std::move(*event));
        return;
    }
    // Without one of its parts the whole series would be wrong.
    const ics_property* uid = component.find_property("UID");
    if (!uid) return;
    const auto [known, is_new] =
        series_of_uid_.try_emplace(std::string{trimmed(unescaped(uid->value))}, series_.size());
    if (is_new) series_.emplace_back();
    series_[known->second].faulty = true;
}

void ics_reading::add_to_series(ics_event event) {
    const auto [known, is_new] = series_of_uid_.try_emplace(event.event.uid, series_.size());
    if (is_new) series_.emplace_back().line = event.event.line;
    ics_series& series = series_[known->second];
    if (event.instead_of) {
        series.changed.push_back(std::move(event));
    } else if (series.master) {
        add_error(result_, event.event.line,
                  "UID " + quoted(event.event.uid) + " is the same as on line "
                      + std::to_string(series.master->event.line));
        series.faulty = true;
    } else {
        series.master = std::move(event);
    }
}

void ics_reading::check_series(ics_series& series) {
    if (series.faulty) return;
    if (!series.master) {
        add_error(result_, series.line,
                  "RECURRENCE-ID changes an event that is not in the file, UID "
                      + quoted(series.changed.front().event.uid));
        series.faulty = true;
        return;
    }
    const imported_event& event = series.master->event;
    if (series.master->cancelled) {
        add_note(result_, event.line, "STATUS:CANCELLED: the event was left out, UID " + quoted(event.uid));
        series.faulty = true;
        return;
    }
    for (const ics_event& changed : series.changed) {
        const bool other_title = !changed.event.title.empty() && changed.event.title != event.title;
        const bool other_place = !changed.event.location.empty() && changed.event.location != event.location;
        if (changed.cancelled || (!other_title && !other_place)) continue;
        add_note(result_, changed.event.line,
                 std::string{"only the time and the capacity of a changed"
                             " instance are taken over, not its "}
                     + (other_title ? "SUMMARY" : "LOCATION"));
    }
}

bool ics_reading::append_repeated(const ics_event& master, const series_window& in, series_instances& to,
                                  bool reporting) {
    const ics_instance& first = *master.first;
    recurrence expanded;
    expanded.instances.push_back(first.starts_at.at);
    if (master.rule) {
        recurrence_window window{first.starts_at.at, first.starts_at.zone,
                                 first.starts_at.zone.to_local(in.end), first.starts_at.at,
                                 with_.sessions_per_event_max};
        const std::chrono::sys_seconds starts = first.starts_at.to_utc();
        const auto length = session_of(master, first, std::chrono::days{0}).ends_at - starts;
        if (in.over) window.endless_from = first.starts_at.zone.to_local(*in.over - length);
        auto outcome = expand_rule(master.rule->value, window, budget_);
        if (const auto* fault = std::get_if<recurrence_fault>(&outcome)) {
            if (reporting) {
                add_error(result_, master.rule->line,
                          "RRULE " + quoted(master.rule->value) + " " + fault->message);
            }
            return false;
        }
        expanded = std::move(std::get<recurrence>(outcome));
        if (reporting && expanded.instances.size() > with_.sessions_per_event_max) {
            add_error(result_, master.rule->line,
                      "RRULE " + quoted(master.rule->value) + " makes more than "
                          + std::to_string(with_.sessions_per_event_max)
                          + " sessions, the limit for one event (import.sessions_per_event_max)");
            return false;
        }
    }
    to.endless = expanded.endless;
    for (const std::chrono::local_seconds at : expanded.instances) {
        ics_instance instance = first;
        instance.starts_at.at = at;
        if (at != first.starts_at.at && first.ends_at) {
            // The end of the first instance is no end of this one: same exact length instead.
            instance.ends_at = std::nullopt;
        }
        to.by_start.try_emplace(instance.starts_at.to_utc(), instance);
    }
    return true;
}

bool ics_reading::apply_changes(const ics_series& series, series_instances& to, bool reporting) {
    std::set<std::chrono::local_days> days;
    const auto erase = [&](const instance_key& key) {
        if (key.utc) {
            to.by_start.erase(*key.utc);
        } else {
            days.insert(std::chrono::floor<std::chrono::days>(key.local));
        }
    };
    for (const instance_key& key : series.master->excluded)
        erase(key);
    for (const ics_event& changed : series.changed)
        erase(*changed.instead_of);
    std::erase_if(to.by_start, [&](const auto& entry) {
        return days.contains(std::chrono::floor<std::chrono::days>(entry.second.starts_at.at));
    });
    for (const ics_event& changed : series.changed) {
        if (changed.cancelled) continue;
        const auto [known, is_new] =
            to.by_start.try_emplace(changed.first->starts_at.to_utc(), *changed.first);
        if (is_new) continue;
        if (reporting) {
            add_error(result_, changed.event.line,
                      "DTSTART moves the instance to the start of another one, on line "
                          + std::to_string(known->second.line));
        }
        return false;
    }
    return true;
}

std::optional<series_instances> ics_reading::instances_of(const ics_series& series, const series_window& in,
                                                          bool reporting) {
    series_instances found;
    if (!append_repeated(*series.master, in, found, reporting)) return std::nullopt;
    for (const ics_instance& added : series.master->more) {
        found.by_start.try_emplace(added.starts_at.to_utc(), added);
    }
    if (!apply_changes(series, found, reporting)) return std::nullopt;
    return found;
}

imported_session ics_reading::session_of(const ics_event& master, const ics_instance& instance,
                                         std::chrono::days shift) const {
    const auto utc = [&](const zoned_time& at) { return moved(at, shift, master.zone); };
    const zoned_time& from = instance.starts_at;
    imported_session session{utc(from), {}, instance.capacity};
    const ics_instance& ending = instance.ends_at || instance.duration ? instance : *master.first;
    if (instance.ends_at) {
        session.ends_at = utc(*instance.ends_at);
    } else if (ending.ends_at) { // RFC 5545, section 3.8.5.3: DTEND gives all instances the same exact length
        session.ends_at = session.starts_at + (utc(*ending.ends_at) - utc(ending.starts_at));
    } else {
        const written_duration duration = ending.duration.value_or(written_duration{});
        session.ends_at = utc({from.at + duration.days, from.zone}) + duration.exact;
    }
    return session;
}

std::chrono::days ics_reading::find_shift() {
    if (!with_.shift_to) return std::chrono::days{0};
    std::optional<sys_seconds> first;
    for (const ics_series& series : series_) {
        if (series.faulty) continue;
        const series_window all{series.master->first->starts_at.to_utc() + with_.horizon, std::nullopt};
        const auto instances = instances_of(series, all, false);
        if (!instances || instances->by_start.empty()) continue;
        const sys_seconds start = instances->by_start.begin()->first;
        if (!first || start < *first) first = start;
    }
    if (!first) return std::chrono::days{0};
    return shift_for(std::chrono::floor<std::chrono::days>(home_.to_local(*first)), with_);
}

void ics_reading::finish(ics_series& series, std::chrono::days shift) {
    const ics_event& master = *series.master;
    const series_window window{with_.now + with_.horizon - shift, with_.now - shift};
    const auto instances = instances_of(series, window, true);
    if (!instances) return;
    imported_event event = master.event;
    for (const auto& [start, instance] : instances->by_start) {
        const imported_session session = session_of(master, instance, shift);
        if (instances->endless && session.ends_at <= with_.now) continue;
        if (const auto fault = find_session_fault(session.starts_at, session.ends_at)) {
            add_error(result_, instance.line, "the session " + *fault);
            return;
        }
        event.sessions.push_back(session);
    }
    auto& sessions = event.sessions;
    std::sort(sessions.begin(), sessions.end(),
              [](const auto& a, const auto& b) { return a.starts_at < b.starts_at; });
    const auto repeated = std::unique(sessions.begin(), sessions.end(), [](const auto& a, const auto& b) {
        return a.starts_at == b.starts_at; // two local times can be one instant where the clock changes
    });
    sessions.erase(repeated, sessions.end());
    if (sessions.empty()) {
        add_error(result_, event.line,
                  "the event has no session: all of them are excluded, cancelled or over");
    } else if (sessions.size() > with_.sessions_per_event_max) {
        add_error(result_, event.line,
                  "the event has more than " + std::to_string(with_.sessions_per_event_max)
                      + " sessions, the limit for one event"
                        " (import.sessions_per_event_max)");
    } else {
        result_.events.push_back(std::move(event));
    }
}

calendar_file ics_reading::read() {
    for (const ics_component& calendar : calendars_) {
        for (const ics_component& component : calendar.components)
            read_component(component);
    }
    for (ics_series& series : series_)
        check_series(series);
    const std::chrono::days shift = find_shift();
    for (ics_series& series : series_) {
        if (!series.faulty) finish(series, shift);
    }
    std::stable_sort(result_.errors.begin(), result_.errors.end(),
                     [](const import_error& a, const import_error& b) { return a.line < b.line; });
    return std::move(result_);
}

} // namespace

calendar_file read_ics(std::string_view bytes, const calendar_options& with) {
    if (bytes.size() > with.file_bytes_max) {
        checked_default_zone(with);
        return refuse_oversized(bytes.size(), with);
    }
    return ics_reading{bytes, with}.read();
}

} // namespace kidevent::events
