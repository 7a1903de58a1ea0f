#pragma once
// What an ID token has to claim before it is believed (OpenID Connect Core, 3.1.3.7), once its signature is
// verified. Pure; for oidc_service.

#include "core/clock.hpp"
#include "core/result.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace kidevent::identity {

struct id_token_expectation {
    std::string issuer; // byte for byte
    std::string client_id;
    std::string nonce;        // of this attempt
    std::string access_token; // that came with it; "": none
    timestamp now;
    std::chrono::seconds clock_skew;
    std::chrono::seconds age_max; // since it was issued
};

// Who the issuer says it is.
struct provider_person {
    std::string subject;
    std::string email; // normalised; "" when there is none, or none that could be one
    bool email_verified = false;
    std::string given_name; // "" when not said
    std::string family_name;
    bool used_several_factors = false; // "mfa" among the methods ("amr", RFC 8176)
};

// Errors: identity_provider_refused, with a field error at "id_token" whose code says which claim does not
// hold: issuer, subject, audience, authorized_party, expired, issued_at, not_before, nonce,
// access_token_hash.
result<provider_person> check_id_token(const boost::json::object& claims, const id_token_expectation& of);

// The refusal of whatever a provider said: a field error with this code at this place.
refusal provider_refused(std::string pointer, std::string code, std::string detail);

} // namespace kidevent::identity
