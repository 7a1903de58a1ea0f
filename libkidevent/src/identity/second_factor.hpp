#pragma once
// What the second factors of accounts and of platform admins have in common: secrets, codes and recovery
// codes, without a database.

#include "core/clock.hpp"
#include "core/result.hpp"
#include "crypto/envelope.hpp"
#include "crypto/sha256.hpp"

#include <kidevent/settings.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::identity {

// 20 random bytes, as RFC 4226 recommends. Throws std::runtime_error when there is no randomness.
std::string make_factor_secret();

// What authenticators read from a QR code (the Key Uri Format); `issuer` is the organisation's name.
std::string otpauth_uri(std::string_view issuer, std::string_view account_name, std::string_view secret);

inline constexpr int recovery_code_count = 10;
// Ten codes of 120 random bits, as people copy them: "ABCD-EFGH-IJKL-MNOP-QRST-UVWX".
std::vector<std::string> make_recovery_codes();
// What is stored of a code of this owner. Blanks, hyphens and case do not count. std::nullopt for what cannot
// be a recovery code.
std::optional<crypto::digest> recovery_code_hash(std::string_view code, std::string_view owner);

// The time step whose code this is; std::nullopt for a wrong code and for one that was taken before. Throws
// std::runtime_error when the secret cannot be opened: that is the installation's fault, not the person's.
std::optional<std::int64_t> match_code(const crypto::envelope& sealing, const crypto::field_context& at,
                                       std::string_view sealed_secret, std::string_view code, timestamp now,
                                       std::int64_t after_step);

// How long no code is taken after so many wrong ones in a row: identity.failures_before_delay cost nothing,
// each one from then on doubles the time, up to identity.sign_in_delay_max.
std::chrono::seconds delay_after(std::int64_t failures, const identity_settings& with);
refusal too_early(std::chrono::seconds wait);
// encryption_not_configured: an operator has to set security.encryption_keys first.
refusal without_key();
// Of whoever is signed in.
refusal wrong_code();

} // namespace kidevent::identity
