#pragma once
// An API key of an organisation, and its text: ke_live_, 32 hexadecimal digits (the id), an underscore, 52
// letters and digits of base32 (256 random bits), and 8 hexadecimal digits (CRC-32 of everything before). The
// database holds the SHA-256 of the text.

#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "crypto/sha256.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::identity {

using api_key_id = strong_id<struct api_key_tag>;

struct api_key {
    api_key_id id;
    std::string name;
    std::vector<std::string> scopes; // permissions as text, in order
    account_id created_by;
    timestamp created_at;
    std::optional<timestamp> expires_at;
    std::optional<timestamp> last_used_at; // to the minute
    std::optional<timestamp> revoked_at;
};

struct new_api_key {
    std::string name;
    std::vector<std::string> scopes;
    std::optional<timestamp> expires_at; // none: security.api_key_lifetime from now
};

inline constexpr std::string_view api_key_prefix = "ke_live_";

// A text with a fresh secret. Throws std::runtime_error when there is no randomness.
std::string make_api_key(api_key_id id);

struct parsed_api_key {
    api_key_id id;
    crypto::digest hash; // of the whole text
};
// std::nullopt for what cannot be a key: other characters, another length, a wrong checksum.
std::optional<parsed_api_key> parse_api_key(std::string_view text);

} // namespace kidevent::identity
