#include "identity/account_link.hpp"

#include "crypto/base64url.hpp"
#include "crypto/hmac.hpp"

#include <algorithm>
#include <array>

namespace kidevent::identity {

namespace {

constexpr std::array<std::string_view, 5> names{"email_verification", "password_reset", "email_change",
                                                "staff_invitation", "household_invitation"};
constexpr std::size_t claim_bytes = 1 + sizeof(uuid);

std::string bytes_of(const link_claim& claim) {
    std::string bytes(1, static_cast<char>(claim.purpose));
    for (const std::uint8_t each : claim.id.value.bytes)
        bytes += static_cast<char>(each);
    return bytes;
}

std::string tag_of(std::string_view key, tenant_id at, std::string_view claim) {
    const auto tag = crypto::hmac_sha256(key, "kidevent account link 1\n" + to_string(at.value) + "\n"
                                                  + std::string{claim});
    return {reinterpret_cast<const char*>(tag.data()), tag.size()};
}

} // namespace

std::string_view to_text(link_purpose of) noexcept { return names[static_cast<std::size_t>(of)]; }

std::optional<link_purpose> find_link_purpose(std::string_view text) noexcept {
    const auto* const found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) return std::nullopt;
    return static_cast<link_purpose>(found - names.begin());
}

std::chrono::seconds lifetime_of(link_purpose of, const identity_settings& with) noexcept {
    switch (of) {
    case link_purpose::email_verification: return with.verification_lifetime;
    case link_purpose::password_reset: return with.password_reset_lifetime;
    case link_purpose::email_change: return with.email_change_lifetime;
    case link_purpose::staff_invitation:
    case link_purpose::household_invitation: return with.invitation_lifetime;
    }
    return {};
}

std::string make_link_token(const http_settings& keys, tenant_id at, const link_claim& of) {
    const std::string claim = bytes_of(of);
    return crypto::encode_base64url(claim + tag_of(keys.signing_key, at, claim));
}

std::optional<link_claim> read_link_token(const http_settings& keys, tenant_id at, std::string_view token) {
    const auto bytes = crypto::decode_base64url(token);
    if (!bytes || bytes->size() != claim_bytes + sizeof(crypto::digest)) return std::nullopt;
    const std::string_view claim = std::string_view{*bytes}.substr(0, claim_bytes);
    const std::string_view tag = std::string_view{*bytes}.substr(claim_bytes);
    const auto is_made_with = [&](const std::string& key) {
        return crypto::equal_in_constant_time(tag, tag_of(key, at, claim));
    };
    if (!is_made_with(keys.signing_key)
        && std::none_of(keys.other_signing_keys.begin(), keys.other_signing_keys.end(), is_made_with))
        return std::nullopt;
    const auto purpose = static_cast<std::size_t>(static_cast<unsigned char>(claim.front()));
    if (purpose >= names.size()) return std::nullopt;
    link_claim read{static_cast<link_purpose>(purpose), {}};
    std::transform(claim.begin() + 1, claim.end(), read.id.value.bytes.begin(),
                   [](char each) { return static_cast<std::uint8_t>(each); });
    return read;
}

std::string link_url(std::string_view origin, std::string_view token) {
    return std::string{origin} + "/api/v1/account-link?token=" + std::string{token};
}

} // namespace kidevent::identity
