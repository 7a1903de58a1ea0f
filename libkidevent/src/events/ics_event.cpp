#include "events/ics_event.hpp"

#include "core/money.hpp"
#include "events/calendar_text.hpp"

#include <algorithm>

namespace kidevent::events {
namespace {

constexpr field_names ics_names{"UID",
                                "SUMMARY",
                                "DESCRIPTION",
                                "LOCATION",
                                "CATEGORIES",
                                "X-KIDEVENT-CURRENCY",
                                "X-KIDEVENT-AGE-MIN",
                                "X-KIDEVENT-AGE-MAX"};

class event_reading {
public:
    event_reading(const ics_component& component, ics_zones& zones, const time_zone& home,
                  const calendar_options& with, calendar_file& result)
        : component_(component), zones_(zones), home_(home), with_(with), result_(result) {}

    std::optional<ics_event> read();

private:
    struct read_time {
        zoned_time at;
        bool all_day = false;
    };

    void report(std::size_t line, std::string message) {
        add_error(result_, line, std::move(message));
        good_ = false;
    }
    const ics_property* required(std::string_view name);
    std::string text_of(std::string_view name) const;
    template<typename Number>
    void read_number(std::string_view name, std::int64_t min, std::int64_t max, Number& to);
    void read_fields();
    void read_price();

    std::optional<time_zone> zone_of(const ics_property& property);
    std::optional<read_time> time_in(const ics_property& property, std::string_view value);
    std::optional<written_duration> duration_in(const ics_property& property, std::string_view value);
    void read_first();
    void read_end(const ics_property& end);
    void read_added(const ics_property& property);
    void read_excluded(const ics_property& property);
    void read_repetition();
    instance_key key_of(const read_time& time) const {
        const bool among_days = event_.first && event_.first->all_day;
        if (time.all_day && !among_days) return {time.at.at, std::nullopt};
        return {time.at.at, time.at.to_utc()};
    }

    const ics_component& component_;
    ics_zones& zones_;
    const time_zone& home_;
    const calendar_options& with_;
    calendar_file& result_;
    ics_event event_;
    bool good_ = true;
};

const ics_property* event_reading::required(std::string_view name) {
    const ics_property* property = component_.find_property(name);
    if (!property) report(component_.line, std::string{name} + " is missing");
    return property;
}

std::string event_reading::text_of(std::string_view name) const {
    const ics_property* property = component_.find_property(name);
    return property ? std::string{trimmed(unescaped(property->value))} : std::string{};
}

template<typename Number>
void event_reading::read_number(std::string_view name, std::int64_t min, std::int64_t max, Number& to) {
    const ics_property* property = component_.find_property(name);
    if (!property) return;
    const auto number = find_whole_number(trimmed(property->value), min, max);
    if (number) {
        to = static_cast<int>(*number);
    } else {
        report(property->line, std::string{name} + " " + quoted(property->value)
                                   + " is not a whole number from " + std::to_string(min) + " to "
                                   + std::to_string(max));
    }
}

void event_reading::read_price() {
    const ics_property* price = component_.find_property("X-KIDEVENT-PRICE");
    if (!price || !is_currency(event_.event.currency)) return;
    const auto minor = find_price(trimmed(price->value), event_.event.currency, whole_price::is_minor);
    if (minor) {
        event_.event.price_minor = *minor;
    } else {
        report(price->line, "X-KIDEVENT-PRICE " + quoted(price->value) + " is not an amount in "
                                + event_.event.currency + " such as 1250 (minor units) or 12.50, of at most "
                                + std::to_string(calendar_limits::price_minor_max) + " minor units");
    }
}

void event_reading::read_fields() {
    imported_event& to = event_.event;
    to.title = text_of("SUMMARY");
    to.description = text_of("DESCRIPTION");
    to.location = text_of("LOCATION");
    if (const ics_property* categories = component_.find_property("CATEGORIES")) {
        to.category = trimmed(unescaped(split_list(categories->value).front()));
    }
    const std::string currency = text_of("X-KIDEVENT-CURRENCY");
    to.currency = currency.empty() ? with_.default_currency : currency;
    read_number("X-KIDEVENT-AGE-MIN", 0, calendar_limits::age_max, to.age_min);
    read_number("X-KIDEVENT-AGE-MAX", 0, calendar_limits::age_max, to.age_max);
    read_price();
    if (const auto fault = find_event_fault(to, ics_names, with_)) report(component_.line, *fault);
}

std::optional<time_zone> event_reading::zone_of(const ics_property& property) {
    const std::string_view tzid = property.parameter("TZID");
    if (tzid.empty()) return home_; // a floating time
    auto zone = zones_.find(tzid);
    if (!zone) {
        report(property.line, property.name + ": the time zone " + quoted(tzid)
                                  + " is not in the IANA database, and no VTIMEZONE describes it");
    }
    return zone;
}

std::optional<event_reading::read_time> event_reading::time_in(const ics_property& property,
                                                               std::string_view value) {
    const auto written = find_ics_time(value);
    if (!written) {
        report(property.line, property.name + " " + quoted(value)
                                  + " is not a date or time such as 20260701 or 20260701T090000");
        return std::nullopt;
    }
    if (written->universal) return read_time{{written->local(), time_zone{}}, false};
    const auto zone = zone_of(property);
    if (!zone) return std::nullopt;
    return read_time{{written->local(), *zone}, !written->time_of_day};
}

std::optional<written_duration> event_reading::duration_in(const ics_property& property,
                                                           std::string_view value) {
    auto duration = find_ics_duration(value);
    if (!duration) {
        report(property.line,
               property.name + " " + quoted(value) + " is not a duration such as PT1H30M or P2D");
    }
    return duration;
}

void event_reading::read_end(const ics_property& end) {
    const auto until = time_in(end, end.value);
    if (!until) return;
    ics_instance& first = *event_.first;
    if (until->all_day != first.all_day) {
        report(end.line, "DTEND and DTSTART must both be dates or both be times");
    } else if (until->all_day) {
        first.duration = written_duration{
            std::chrono::duration_cast<std::chrono::days>(until->at.at - first.starts_at.at), {}};
    } else {
        first.ends_at = until->at;
    }
}

void event_reading::read_first() {
    const ics_property* start = required("DTSTART");
    if (!start) return;
    const auto from = time_in(*start, start->value);
    if (!from) return;
    event_.first = ics_instance{from->at, from->all_day, {}, {}, {}, start->line};
    event_.zone = from->at.zone;
    // Universal time and the file's own zones have no place in the calendar of an organisation.
    if (event_.zone.is_utc() || event_.zone.name().empty()) event_.zone = home_;
    event_.event.time_zone = event_.zone.name();

    const ics_property* end = component_.find_property("DTEND");
    const ics_property* duration = component_.find_property("DURATION");
    if (end && duration) {
        report(duration->line, "an event has DTEND or DURATION, not both");
    } else if (end) {
        read_end(*end);
    } else if (duration) {
        event_.first->duration = duration_in(*duration, duration->value);
        if (from->all_day && event_.first->duration && event_.first->duration->exact.count() != 0) {
            report(duration->line, "DURATION of an event on whole days must be in days or weeks");
        }
    } else if (from->all_day) {
        event_.first->duration = written_duration{std::chrono::days{1}, {}};
    } else if (!component_.find_property("RECURRENCE-ID")) {
        report(component_.line, "DTEND is missing, and DURATION too");
    }
}

void event_reading::read_added(const ics_property& property) {
    for (const std::string_view value : split_list(property.value)) {
        const std::size_t slash = value.find('/');
        const auto from = time_in(property, value.substr(0, slash));
        if (!from) return;
        ics_instance added{from->at, from->all_day, {}, {}, {}, property.line};
        if (from->all_day != event_.first->all_day) {
            report(property.line, "RDATE and DTSTART must both be dates or both be times");
            return;
        }
        if (slash != std::string_view::npos) { // VALUE=PERIOD
            const std::string_view until = value.substr(slash + 1);
            if (until.starts_with('P') || until.starts_with('+')) {
                added.duration = duration_in(property, until);
            } else if (const auto end = time_in(property, until)) {
                added.ends_at = end->at;
            }
        }
        event_.more.push_back(added);
    }
}

void event_reading::read_excluded(const ics_property& property) {
    for (const std::string_view value : split_list(property.value)) {
        if (const auto time = time_in(property, value)) event_.excluded.push_back(key_of(*time));
    }
}

void event_reading::read_repetition() {
    if (const ics_property* id = component_.find_property("RECURRENCE-ID")) {
        if (!id->parameter("RANGE").empty()) {
            report(id->line, "RECURRENCE-ID with RANGE is not understood; write the later instances as an"
                             " event of their own");
        }
        if (const auto time = time_in(*id, id->value)) event_.instead_of = key_of(*time);
        return;
    }
    const std::size_t dates_max = 4 * with_.sessions_per_event_max;
    for (const ics_property& property : component_.properties) {
        if (property.name == "RRULE" && event_.rule) report(property.line, "RRULE occurs twice");
        if (property.name == "RRULE") event_.rule = &property;
        if (property.name == "EXRULE") report(property.line, "EXRULE is not understood; list EXDATEs");
        if (property.name == "RDATE") read_added(property);
        if (property.name == "EXDATE") read_excluded(property);
        if (event_.more.size() + event_.excluded.size() > dates_max) {
            report(property.line,
                   property.name + ": more than " + std::to_string(dates_max) + " single dates");
            return;
        }
    }
}

std::optional<ics_event> event_reading::read() {
    event_.event.line = component_.line;
    if (const ics_property* uid = required("UID")) event_.event.uid = trimmed(unescaped(uid->value));
    event_.cancelled = to_upper_ascii(text_of("STATUS")) == "CANCELLED";
    const bool is_instance = component_.find_property("RECURRENCE-ID") != nullptr;
    if (event_.cancelled && !is_instance) { // the rest of it is of no interest
        if (good_) return std::move(event_);
        return std::nullopt;
    }
    if (!good_) return std::nullopt;
    // To cancel one instance, its RECURRENCE-ID is enough.
    if (!event_.cancelled || component_.find_property("DTSTART")) read_first();
    std::optional<int> capacity;
    read_number("X-KIDEVENT-CAPACITY", 1, calendar_limits::capacity_max, capacity);
    event_.event.capacity = capacity.value_or(with_.default_capacity);
    if (!good_) return std::nullopt;
    if (is_instance) {
        if (event_.first) event_.first->capacity = capacity;
        event_.event.title = text_of("SUMMARY");
        event_.event.location = text_of("LOCATION");
    } else {
        read_fields();
    }
    read_repetition();
    if (!good_) return std::nullopt;
    return std::move(event_);
}

} // namespace

std::optional<ics_event> read_event(const ics_component& component, ics_zones& zones, const time_zone& home,
                                    const calendar_options& with, calendar_file& result) {
    return event_reading{component, zones, home, with, result}.read();
}

} // namespace kidevent::events
