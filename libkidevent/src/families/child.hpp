#pragma once
// A child of a household, as guardians keep it.

#include "core/clock.hpp"
#include "core/uuid.hpp"

#include <optional>
#include <string>

namespace kidevent::families {

struct child {
    child_id id;
    household_id household;
    std::string given_name;
    std::string family_name;
    std::chrono::sys_days birth_date;
    int version;
    timestamp created_at;
};

// What is to be changed; absent members stay.
struct child_change {
    std::optional<std::string> given_name;
    std::optional<std::string> family_name;
    std::optional<std::chrono::sys_days> birth_date;
};

// Whole years on `day`. Somebody born on 29 February grows older on 1 March in other years.
int age_on(std::chrono::sys_days day, std::chrono::sys_days birth_date) noexcept;

} // namespace kidevent::families
