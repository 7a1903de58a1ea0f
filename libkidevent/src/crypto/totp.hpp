#pragma once
// Time-based one-time passwords (RFC 6238 over RFC 4226): SHA-1, steps of 30 seconds, as every authenticator
// knows them.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kidevent::crypto {

inline constexpr int totp_digits = 6;
inline constexpr std::chrono::seconds totp_step_length{30};
// Codes of so many steps before and after the present one are taken, for clocks that differ.
inline constexpr std::int64_t totp_window = 1;

// The number of the step that the instant lies in, from 1970 on.
std::int64_t totp_step(std::chrono::sys_time<std::chrono::microseconds> when) noexcept;

// The code of a step, with leading zeros; `digits` is 6 to 8.
std::string totp_code(std::string_view secret, std::int64_t step, int digits = totp_digits);

// The step whose code this is, within the window around `now` and later than `after_step`: a step whose code
// was taken once is over. std::nullopt for a wrong code.
std::optional<std::int64_t> match_totp(std::string_view secret, std::string_view code, std::int64_t now,
                                       std::int64_t after_step);

} // namespace kidevent::crypto
