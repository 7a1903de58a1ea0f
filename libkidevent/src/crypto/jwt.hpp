#pragma once
// JSON Web Tokens in the compact form of RFC 7515, signed and not encrypted. What they claim is for others to
// judge; identity/id_token does. Pure.

#include "crypto/jwk.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace kidevent::crypto {

struct jwt {
    std::string algorithm;   // as the token names it
    std::string key_id;      // "" when it names none
    std::string signed_text; // what the signature is of
    std::string signature;   // bytes
    boost::json::object claims;
};

inline constexpr std::size_t jwt_bytes_max = 32768;

// std::nullopt for what is no such token: not three parts in the one spelling of base64url, no JSON objects,
// no algorithm, longer than jwt_bytes_max, or with extensions that have to be understood ("crit", "b64",
// "zip"). Nothing is verified yet.
std::optional<jwt> parse_jwt(std::string_view compact);

enum class jwt_fault {
    none,
    algorithm_not_allowed, // neither RS256 nor ES256; whatever keys there are
    unknown_key,           // no key with this id for this algorithm: there may be newer keys
    ambiguous_key,
    bad_signature,
};

// The algorithm has to be allowed before anything of the token is believed, and the key is one for it.
jwt_fault find_fault(const jwt& token, const jwk_set& keys);

} // namespace kidevent::crypto
