#pragma once
// HMAC-SHA-256 and the comparison that goes with it: signed cursors, webhook signatures, CSRF tokens.

#include "crypto/sha256.hpp"

#include <string_view>

namespace kidevent::crypto {

// The key may have any length; 32 random bytes or more make it worth something.
digest hmac_sha256(std::string_view key, std::string_view text);

// Takes the same time wherever the two differ. Their lengths are not hidden.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;
bool equal_in_constant_time(const digest& a, const digest& b) noexcept;

} // namespace kidevent::crypto
