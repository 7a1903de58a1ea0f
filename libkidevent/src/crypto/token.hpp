#pragma once
// Opaque tokens for logins, invitations and capabilities: the bearer holds the text, the database
// only its hash.

#include "crypto/sha256.hpp"

#include <string>
#include <string_view>

namespace kidevent::crypto {

inline constexpr std::size_t token_length = 43;

// 32 random bytes as 43 characters of base64url. Throws std::runtime_error when there is no randomness.
std::string make_token();

// What to store and to look up. A plain SHA-256 is enough: a token cannot be guessed like a password.
digest token_hash(std::string_view token);

} // namespace kidevent::crypto
