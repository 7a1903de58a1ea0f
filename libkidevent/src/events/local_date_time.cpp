#include "events/local_date_time.hpp"

namespace kidevent::events {
namespace {

// Takes exactly `width` digits off the front; nullopt when they are not there or above `max`.
std::optional<unsigned> take_digits(std::string_view& text, std::size_t width, unsigned max) {
    if (text.size() < width) return std::nullopt;
    unsigned number = 0;
    for (const char c : text.substr(0, width)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    if (number > max) return std::nullopt;
    text.remove_prefix(width);
    return number;
}

bool take(std::string_view& text, std::string_view front) {
    if (!text.starts_with(front)) return false;
    text.remove_prefix(front.size());
    return true;
}

std::optional<std::chrono::local_days> take_day(std::string_view& text, std::string_view between) {
    const auto year = take_digits(text, 4, 2199);
    if (!year || *year < 1601 || !take(text, between)) return std::nullopt;
    const auto month = take_digits(text, 2, 12);
    if (!month || !take(text, between)) return std::nullopt;
    const auto day = take_digits(text, 2, 31);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                           std::chrono::month{*month}, std::chrono::day{*day}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::local_days{date};
}

} // namespace

std::optional<written_time> find_ics_time(std::string_view text) {
    const auto day = take_day(text, "");
    if (!day) return std::nullopt;
    written_time written{*day, std::nullopt, false};
    if (text.empty()) return written;
    if (!take(text, "T")) return std::nullopt;
    const auto hour = take_digits(text, 2, 23);
    const auto minute = take_digits(text, 2, 59);
    const auto second = take_digits(text, 2, 60); // a leap second counts as the one before it
    if (!hour || !minute || !second) return std::nullopt;
    written.time_of_day = std::chrono::hours{*hour} + std::chrono::minutes{*minute}
                          + std::chrono::seconds{*second == 60 ? 59 : *second};
    written.universal = take(text, "Z");
    if (!text.empty()) return std::nullopt;
    return written;
}

std::optional<written_time> find_plain_time(std::string_view text) {
    const auto day = take_day(text, "-");
    if (!day || (!take(text, " ") && !take(text, "T"))) return std::nullopt;
    const auto hour = take_digits(text, 2, 23);
    if (!hour || !take(text, ":")) return std::nullopt;
    const auto minute = take_digits(text, 2, 59);
    if (!minute) return std::nullopt;
    std::optional<unsigned> second = 0;
    if (take(text, ":")) second = take_digits(text, 2, 59);
    if (!second || !text.empty()) return std::nullopt;
    return written_time{
        *day, std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second},
        false};
}

std::optional<written_duration> find_ics_duration(std::string_view text) {
    take(text, "+");
    if (!take(text, "P") || text.empty()) return std::nullopt;
    written_duration written;
    bool in_time = false;
    bool any = false;
    std::string_view units = "WDHMS"; // what may still come
    while (!text.empty()) {
        if (!in_time && take(text, "T")) {
            in_time = true;
            any = false;
            continue;
        }
        unsigned number = 0;
        std::size_t digits = 0;
        while (digits < 7 && digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
            number = number * 10 + static_cast<unsigned>(text[digits++] - '0');
        }
        if (digits == 0 || digits == text.size()) return std::nullopt;
        const char unit = text[digits];
        const std::size_t place = units.find(unit);
        if (place == std::string_view::npos || in_time != (unit != 'W' && unit != 'D')) return std::nullopt;
        units.remove_prefix(place + 1);
        text.remove_prefix(digits + 1);
        any = true;
        switch (unit) {
        case 'W': written.days += std::chrono::days{static_cast<int>(number) * 7}; break;
        case 'D': written.days += std::chrono::days{static_cast<int>(number)}; break;
        case 'H': written.exact += std::chrono::hours{number}; break;
        case 'M': written.exact += std::chrono::minutes{number}; break;
        default: written.exact += std::chrono::seconds{number}; break;
        }
    }
    constexpr std::chrono::days days_max{100'000}; // beyond it calendars leave the years that they know
    if (!any || written.days > days_max) return std::nullopt;
    return written;
}

std::optional<std::chrono::seconds> find_ics_offset(std::string_view text) {
    const bool west = text.starts_with('-');
    if (!take(text, "-") && !take(text, "+")) return std::nullopt;
    const auto hour = take_digits(text, 2, 23);
    const auto minute = take_digits(text, 2, 59);
    if (!hour || !minute) return std::nullopt;
    std::optional<unsigned> second = 0;
    if (!text.empty()) second = take_digits(text, 2, 59);
    if (!second || !text.empty()) return std::nullopt;
    const std::chrono::seconds east =
        std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second};
    return west ? -east : east;
}

} // namespace kidevent::events
