#pragma once
// The rules of setting_table.cpp in short, and the units of their ranges.

#include "config/setting_value.hpp"

#include <cstdint>

namespace kidevent::config {

constexpr std::int64_t second_in_ms = 1000;
constexpr std::int64_t minute_in_ms = 60 * second_in_ms;
constexpr std::int64_t hour_in_ms = 60 * minute_in_ms;
constexpr std::int64_t minute_in_s = 60;
constexpr std::int64_t hour_in_s = 60 * minute_in_s;
constexpr std::int64_t day_in_s = 24 * hour_in_s;
constexpr std::int64_t kib = 1024;
constexpr std::int64_t mib = 1024 * kib;

constexpr value_rule count(std::int64_t min, std::int64_t max) { return {.min = min, .max = max}; }
constexpr value_rule length(std::int64_t min, std::int64_t max) { return {.min = min, .max = max}; }
constexpr value_rule duration(std::int64_t min, std::int64_t max) { return {.min = min, .max = max}; }
constexpr value_rule size(std::int64_t min, std::int64_t max) {
    return {.min = min, .max = max, .unit = value_unit::bytes};
}
constexpr value_rule secret(std::int64_t min, std::int64_t max) {
    return {.min = min, .max = max, .secret = true};
}
constexpr value_rule checked(std::int64_t min, std::int64_t max, text_check check) {
    return {.min = min, .max = max, .check = check};
}
constexpr value_rule choice(std::span<const std::string_view> choices) { return {.choices = choices}; }

} // namespace kidevent::config
