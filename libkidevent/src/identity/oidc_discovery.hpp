#pragma once
// Where the endpoints of a provider are (OpenID Connect Discovery 1.0), and the address that a browser is
// sent to. Pure; for oidc_client and oidc_service.

#include "core/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kidevent::identity {

struct provider_endpoints {
    std::string authorization;
    std::string token;
    std::string keys;
    std::string person;                  // says more about whom a token is of; "": there is none
    bool names_itself_on_return = false; // "iss" comes back with the browser (RFC 9207)
};

// Where the document lies.
std::string discovery_url(std::string_view issuer);

// Errors: identity_provider_unavailable for what is no such document, one of another issuer, with an address
// that we must not ask, or of a provider that does not do what is needed: authorization codes, PKCE with
// S256, tokens signed by RS256 or ES256. The field error at "discovery" says what.
result<provider_endpoints> read_discovery(std::string_view document, std::string_view issuer,
                                          bool allow_inner);

// The url with these added to its query.
std::string with_query(std::string url, const std::vector<std::pair<std::string, std::string>>& added);

// application/x-www-form-urlencoded.
std::string form_text(const std::vector<std::pair<std::string, std::string>>& fields);
std::string form_encoded(std::string_view text);

} // namespace kidevent::identity
