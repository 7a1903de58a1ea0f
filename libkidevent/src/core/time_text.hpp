#pragma once
// Instants and calendar days in the forms of RFC 3339.

#include "core/clock.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kidevent {

// "2026-07-01T09:00:00Z"; microseconds are written only when there are any.
void append_rfc3339(std::string& out, timestamp when);
// "2026-07-01"
void append_date(std::string& out, std::chrono::sys_days day);

// The same into memory of the caller's, without a final '\0'; they give where the text ends.
inline constexpr std::size_t rfc3339_bytes_max = 27; // "2026-07-01T09:00:00.000000Z"
inline constexpr std::size_t date_bytes = 10;
char* put_rfc3339(char* at, timestamp when) noexcept;
char* put_date(char* at, std::chrono::sys_days day) noexcept;

// Takes an offset or Z; refuses days that do not exist, leap seconds, and years outside 1900 to 9999.
std::optional<timestamp> parse_rfc3339(std::string_view text) noexcept;
std::optional<std::chrono::sys_days> parse_date(std::string_view text) noexcept;

} // namespace kidevent
