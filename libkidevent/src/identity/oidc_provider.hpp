#pragma once
// An identity provider that an organisation has connected, and what an account is connected with.

#include "core/clock.hpp"
#include "core/secret.hpp"
#include "core/uuid.hpp"

#include <optional>
#include <string>

namespace kidevent::identity {

using identity_provider_id = strong_id<struct identity_provider_tag>;
using external_identity_id = strong_id<struct external_identity_tag>;

struct identity_provider {
    identity_provider_id id;
    std::string name;   // as people know it
    std::string issuer; // an https URL, compared byte for byte
    std::string client_id;
    std::string client_authentication; // client_secret_basic, client_secret_post, none
    std::string scopes;                // separated by blanks; openid is one of them
    bool sign_up_allowed = false;
    bool links_by_email = false; // a verified address is enough to sign in to the account that has it
    int version = 0;
    timestamp created_at;
    std::optional<timestamp> disabled_at;
    bool has_secret = false;
};

// What an owner says of one; what is not named stays as it is. The issuer is chosen once.
struct identity_provider_change {
    std::optional<std::string> name;
    std::optional<std::string> issuer;
    std::optional<std::string> client_id;
    std::optional<secret> client_secret;
    std::optional<std::string> client_authentication;
    std::optional<std::string> scopes;
    std::optional<bool> sign_up_allowed;
    std::optional<bool> links_by_email;
    std::optional<bool> enabled;
};

// One person at one issuer, connected with one account of the organisation.
struct external_identity {
    external_identity_id id;
    std::string issuer;
    std::string provider_name; // "" when the provider is not there any more
    std::string email;         // as the provider said it when it was connected; "" when it did not
    timestamp created_at;
    std::optional<timestamp> last_used_at;
};

} // namespace kidevent::identity
