#include "notifications/session_time_text.hpp"

#include "notifications/quiet_hours.hpp"

#include <array>

namespace kidevent::notifications {

namespace {

using names_of_days = std::array<std::string_view, 7>; // from Sunday
using names_of_months = std::array<std::string_view, 12>;

struct calendar_words {
    std::string_view locale;
    names_of_days days;
    names_of_months months;
    std::string_view after_weekday;
    std::string_view after_number;
    std::string_view after_time;
};

constexpr calendar_words words[] = {
    {"en",
     {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
     {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
      "November", "December"},
     " ",
     " ",
     ""},
    {"de",
     {"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
     {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
      "November", "Dezember"},
     ", ",
     ". ",
     " Uhr"},
    {"fr",
     {"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
     {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
      "novembre", "décembre"},
     " ",
     " ",
     ""},
};

const calendar_words& words_of(std::string_view locale) {
    for (const calendar_words& each : words)
        if (each.locale == locale) return each;
    return words[0];
}

} // namespace

std::string session_time_text(timestamp when, const events::time_zone& on, std::string_view locale) {
    const calendar_words& say = words_of(locale);
    const auto local = on.to_local(std::chrono::floor<std::chrono::seconds>(when));
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date{day};
    const auto weekday = std::chrono::weekday{day}.c_encoding();
    const auto minutes = std::chrono::floor<std::chrono::minutes>(local - day);
    return std::string{say.days[weekday]} + std::string{say.after_weekday}
           + std::to_string(static_cast<unsigned>(date.day())) + std::string{say.after_number}
           + std::string{say.months[static_cast<unsigned>(date.month()) - 1]} + " "
           + std::to_string(static_cast<int>(date.year())) + ", " + time_of_day_text(minutes)
           + std::string{say.after_time};
}

} // namespace kidevent::notifications
