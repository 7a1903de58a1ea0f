#include "events/calendar_draft.hpp"

#include "core/money.hpp"
#include "events/calendar_text.hpp"
#include "http/utf8.hpp"

#include <charconv>
#include <stdexcept>

namespace kidevent::events {
namespace {

namespace limits = calendar_limits;

std::optional<std::string> find_text_fault(std::string_view name, std::string_view value,
                                           std::size_t characters_max, bool multiline = false) {
    if (!http::is_utf8(value)) return std::string{name} + " is not valid UTF-8";
    if (has_control_characters(value, multiline)) {
        return std::string{name} + " " + quoted(value) + " holds control characters"
               + (multiline ? "" : " or a line break");
    }
    const std::size_t characters = http::count_code_points(value);
    if (characters <= characters_max) return std::nullopt;
    return std::string{name} + " has " + std::to_string(characters) + " characters; at most "
           + std::to_string(characters_max) + " are allowed";
}

} // namespace

time_zone checked_default_zone(const calendar_options& with) {
    const std::optional<time_zone> zone = time_zone::find(with.default_time_zone);
    if (!zone) throw std::invalid_argument("unknown time zone " + quoted(with.default_time_zone));
    if (!is_currency(with.default_currency)) {
        throw std::invalid_argument("not a currency code: " + quoted(with.default_currency));
    }
    if (with.default_capacity < 1 || with.default_capacity > limits::capacity_max) {
        throw std::invalid_argument("default capacity out of range: "
                                    + std::to_string(with.default_capacity));
    }
    return *zone;
}

std::chrono::days shift_for(std::chrono::local_days first, const calendar_options& with) {
    using std::chrono::days;
    if (!with.shift_to) return days{0};
    const days apart = with.shift_to->time_since_epoch() - first.time_since_epoch();
    constexpr days week{7};
    const days past_whole_weeks = (apart % week + week) % week;
    return past_whole_weeks == days{0} ? apart : apart - past_whole_weeks + week;
}

std::chrono::sys_seconds moved(const zoned_time& from, std::chrono::days by, const time_zone& home) {
    if (by == std::chrono::days{0} || !from.zone.is_utc()) return from.zone.to_utc(from.at + by);
    return home.to_utc(home.to_local(from.to_utc()) + by);
}

std::optional<std::string> find_session_fault(std::chrono::sys_seconds starts_at,
                                              std::chrono::sys_seconds ends_at) {
    using namespace std::chrono;
    constexpr sys_seconds earliest = sys_days{limits::first_year / January / 1};
    constexpr sys_seconds latest = sys_days{(limits::last_year + years{1}) / January / 1};
    if (starts_at < earliest || ends_at >= latest) {
        return "lies outside the years " + std::to_string(static_cast<int>(limits::first_year)) + " to "
               + std::to_string(static_cast<int>(limits::last_year));
    }
    if (ends_at == starts_at) return "ends when it starts";
    if (ends_at < starts_at) return "ends before it starts";
    if (ends_at - starts_at > limits::session_length_max) {
        return "lasts longer than " + std::to_string(limits::session_length_max.count()) + " days";
    }
    return std::nullopt;
}

std::optional<std::string> find_event_fault(const imported_event& of, const field_names& names,
                                            const calendar_options& with) {
    if (of.uid.empty()) return std::string{names.uid} + " is missing";
    if (of.title.empty()) return std::string{names.title} + " is missing";
    if (auto fault = find_text_fault(names.uid, of.uid, limits::uid_characters_max)) return fault;
    if (auto fault = find_text_fault(names.title, of.title, limits::title_characters_max)) return fault;
    if (auto fault =
            find_text_fault(names.description, of.description, limits::description_characters_max, true)) {
        return fault;
    }
    if (auto fault = find_text_fault(names.location, of.location, limits::location_characters_max)) {
        return fault;
    }
    if (auto fault = find_text_fault(names.category, of.category, limits::category_characters_max)) {
        return fault;
    }
    if (!is_currency(of.currency)) {
        return std::string{names.currency} + " " + quoted(of.currency)
               + " is not a currency code of three capital letters";
    }
    if (of.age_min && of.age_max && *of.age_min > *of.age_max) {
        return std::string{names.age_min} + " " + std::to_string(*of.age_min) + " is above "
               + std::string{names.age_max} + " " + std::to_string(*of.age_max);
    }
    if (of.sessions.size() > with.sessions_per_event_max) {
        return "the event has more than " + std::to_string(with.sessions_per_event_max)
               + " sessions, the limit for one event (import.sessions_per_event_max)";
    }
    return std::nullopt;
}

calendar_file refuse_oversized(std::size_t bytes, const calendar_options& with) {
    calendar_file refused;
    add_error(refused, 1,
              "the file has " + std::to_string(bytes) + " bytes; at most "
                  + std::to_string(with.file_bytes_max) + " are read (import.file_bytes_max)");
    return refused;
}

bool add_error(calendar_file& to, std::size_t line, std::string message) {
    if (to.errors.size() >= limits::errors_max) return false;
    if (to.errors.size() + 1 == limits::errors_max) {
        to.errors.push_back({line, "more than " + std::to_string(limits::errors_max - 1)
                                       + " errors; the rest of the file was not read"});
        return false;
    }
    to.errors.push_back({line, std::move(message)});
    return true;
}

void add_note(calendar_file& to, std::size_t line, std::string message) {
    if (to.notes.size() < limits::errors_max) to.notes.push_back({line, std::move(message)});
}

std::optional<std::int64_t> find_whole_number(std::string_view text, std::int64_t min, std::int64_t max) {
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (number < min || number > max) return std::nullopt;
    return number;
}

std::optional<std::int64_t> find_price(std::string_view text, std::string_view currency, whole_price whole) {
    const std::size_t digits = minor_digits(currency);
    const std::size_t point = text.find('.');
    if (point == std::string_view::npos && whole == whole_price::is_minor) {
        return find_whole_number(text, 0, limits::price_minor_max);
    }
    std::string_view fraction;
    if (point != std::string_view::npos) {
        fraction = text.substr(point + 1);
        if (fraction.empty() || fraction.size() > digits) return std::nullopt;
        if (fraction.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    }
    const auto major = find_whole_number(text.substr(0, point), 0, limits::price_minor_max);
    if (!major || text.front() == '-') return std::nullopt; // "-0" is no price
    std::int64_t minor = *major;
    for (std::size_t i = 0; i < digits; ++i)
        minor = minor * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    if (minor > limits::price_minor_max) return std::nullopt;
    return minor;
}

} // namespace kidevent::events
