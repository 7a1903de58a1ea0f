#include "core/time_text.hpp"

namespace kidevent {

namespace {

char* put_digits(char* at, long long value, int width) noexcept {
    for (int i = width - 1; i >= 0; --i, value /= 10)
        at[i] = static_cast<char>('0' + value % 10);
    return at + width;
}

char* put(char* at, char one) noexcept {
    *at = one;
    return at + 1;
}

// Reads exactly `width` digits at the start of `text` and drops them; -1 when they are not there.
int take_digits(std::string_view& text, std::size_t width) noexcept {
    if (text.size() < width) return -1;
    int value = 0;
    for (const char c : text.substr(0, width)) {
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(width);
    return value;
}

bool take(std::string_view& text, char wanted) noexcept {
    if (text.empty() || text.front() != wanted) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) noexcept {
    const int year = take_digits(text, 4);
    if (year < 1900 || !take(text, '-')) return std::nullopt;
    const int month = take_digits(text, 2);
    if (month < 0 || !take(text, '-')) return std::nullopt;
    const int day = take_digits(text, 2);
    if (day < 0) return std::nullopt;
    const std::chrono::year_month_day parsed{std::chrono::year{year},
                                             std::chrono::month{static_cast<unsigned>(month)},
                                             std::chrono::day{static_cast<unsigned>(day)}};
    if (!parsed.ok()) return std::nullopt;
    return std::chrono::sys_days{parsed};
}

std::optional<std::chrono::microseconds> take_fraction(std::string_view& text) noexcept {
    if (!take(text, '.')) return std::chrono::microseconds{0};
    long long value = 0;
    std::size_t digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits)
        if (digits < 6) value = value * 10 + (text.front() - '0');
    if (digits == 0 || digits > 9) return std::nullopt;
    for (; digits < 6; ++digits)
        value *= 10;
    return std::chrono::microseconds{value};
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) noexcept {
    if (take(text, 'Z') || take(text, 'z')) return std::chrono::minutes{0};
    const bool negative = !text.empty() && text.front() == '-';
    if (!take(text, '-') && !take(text, '+')) return std::nullopt;
    const int hours = take_digits(text, 2);
    if (hours < 0 || hours > 23 || !take(text, ':')) return std::nullopt;
    const int minutes = take_digits(text, 2);
    if (minutes < 0 || minutes > 59) return std::nullopt;
    const std::chrono::minutes offset{hours * 60 + minutes};
    if (negative) return -offset;
    return offset;
}

} // namespace

char* put_date(char* at, std::chrono::sys_days day) noexcept {
    const std::chrono::year_month_day parts{day};
    at = put_digits(at, static_cast<int>(parts.year()), 4);
    at = put_digits(put(at, '-'), static_cast<unsigned>(parts.month()), 2);
    return put_digits(put(at, '-'), static_cast<unsigned>(parts.day()), 2);
}

char* put_rfc3339(char* at, timestamp when) noexcept {
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::hh_mm_ss time{when - day};
    at = put_digits(put(put_date(at, day), 'T'), time.hours().count(), 2);
    at = put_digits(put(at, ':'), time.minutes().count(), 2);
    at = put_digits(put(at, ':'), time.seconds().count(), 2);
    if (time.subseconds().count() != 0) at = put_digits(put(at, '.'), time.subseconds().count(), 6);
    return put(at, 'Z');
}

void append_date(std::string& out, std::chrono::sys_days day) {
    char text[date_bytes];
    out.append(text, put_date(text, day));
}

void append_rfc3339(std::string& out, timestamp when) {
    char text[rfc3339_bytes_max];
    out.append(text, put_rfc3339(text, when));
}

std::optional<timestamp> parse_rfc3339(std::string_view text) noexcept {
    const auto day = take_date(text);
    if (!day || !(take(text, 'T') || take(text, 't') || take(text, ' '))) return std::nullopt;
    const int hour = take_digits(text, 2);
    if (hour < 0 || hour > 23 || !take(text, ':')) return std::nullopt;
    const int minute = take_digits(text, 2);
    if (minute < 0 || minute > 59 || !take(text, ':')) return std::nullopt;
    const int second = take_digits(text, 2);
    if (second < 0 || second > 59) return std::nullopt;
    const auto fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    const auto offset = take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    return timestamp{*day} + std::chrono::hours{hour} + std::chrono::minutes{minute}
           + std::chrono::seconds{second} + *fraction - *offset;
}

std::optional<std::chrono::sys_days> parse_date(std::string_view text) noexcept {
    const auto day = take_date(text);
    if (!day || !text.empty()) return std::nullopt;
    return day;
}

} // namespace kidevent
