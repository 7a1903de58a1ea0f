#pragma once
// Public keys as providers publish them (RFC 7517), for signatures by RS256 and ES256 (RFC 7518) only: what
// else is in a set is passed over. Pure; for identity/oidc_client.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace kidevent::crypto {

enum class signature_algorithm {
    rs256, // RSASSA-PKCS1-v1_5 with SHA-256, keys of 2048 to 8192 bits
    es256, // ECDSA over P-256 with SHA-256
};

// Knows those two names, letter by letter: not "none", not the HMACs, for which a public key would do.
std::optional<signature_algorithm> parse_signature_algorithm(std::string_view name) noexcept;

struct public_key {
    std::string id; // "" when it has none
    signature_algorithm made_for;
    std::shared_ptr<evp_pkey_st> key;
};

// True when the signature, as JWS spells it (RFC 7518, 3.3 and 3.4), is that of the key's owner.
bool is_signed_by(const public_key& key, std::string_view text, std::string_view signature);

class jwk_set {
public:
    static constexpr std::size_t keys_max = 64;

    // Of a JSON document; std::nullopt when it is no JWK Set, or has more than keys_max keys. Keys that are
    // not for these algorithms, not for signing, too short or no keys at all are left out.
    static std::optional<jwk_set> parse(std::string_view json);

    enum class outcome { found, unknown, ambiguous };
    struct match {
        outcome is;
        const public_key* key; // of found; lives as long as the set
    };
    // The one key with this id for this algorithm; with an empty id the only key for the algorithm. Two that
    // fit are ambiguous, and neither is taken.
    match find(std::string_view id, signature_algorithm algorithm) const noexcept;

    std::size_t size() const noexcept { return keys_.size(); }

private:
    std::vector<public_key> keys_;
};

} // namespace kidevent::crypto
