#include "families/child.hpp"

namespace kidevent::families {

int age_on(std::chrono::sys_days day, std::chrono::sys_days birth_date) noexcept {
    const std::chrono::year_month_day on{day};
    const std::chrono::year_month_day born{birth_date};
    const int years = static_cast<int>(on.year()) - static_cast<int>(born.year());
    const bool had_birthday =
        on.month() > born.month() || (on.month() == born.month() && on.day() >= born.day());
    return had_birthday ? years : years - 1;
}

} // namespace kidevent::families
