#include "identity/oidc_discovery.hpp"

#include "http/ascii.hpp"
#include "http_client/guarded_request.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <optional>

namespace kidevent::identity {

namespace {

namespace json = boost::json;

constexpr std::size_t url_bytes_max = 2000;

refusal unusable(std::string code, std::string detail) {
    refusal why =
        refuse(errc::identity_provider_unavailable, "discovery", std::move(code), std::move(detail));
    why.retry_after_seconds = 60; // somebody has to mend it
    return why;
}

std::string text_in(const json::object& of, std::string_view name) {
    const auto* const found = of.if_contains(name);
    return found && found->is_string() ? std::string{std::string_view{found->get_string()}} : "";
}

// A list that is not there says nothing; one that is there has to name one of these.
bool may_do(const json::object& of, std::string_view list,
            std::initializer_list<std::string_view> any_of_them) {
    const auto* const found = of.if_contains(list);
    if (!found) return true;
    if (!found->is_array()) return false;
    const auto& all = found->get_array();
    return std::any_of(all.begin(), all.end(), [any_of_them](const json::value& each) {
        return each.is_string()
               && std::any_of(any_of_them.begin(), any_of_them.end(),
                              [&each](std::string_view one) { return each.get_string() == one; });
    });
}

bool is_true(const json::object& of, std::string_view name) {
    const auto* const found = of.if_contains(name);
    return found && found->is_bool() && found->get_bool();
}

} // namespace

std::string discovery_url(std::string_view issuer) {
    if (issuer.ends_with('/')) issuer.remove_suffix(1);
    return std::string{issuer} + "/.well-known/openid-configuration";
}

result<provider_endpoints> read_discovery(std::string_view document, std::string_view issuer,
                                          bool allow_inner) {
    boost::system::error_code failed;
    const json::value parsed = json::parse(document, failed);
    if (failed || !parsed.is_object())
        return unusable("no_document", "the provider describes itself in no JSON");
    const json::object& of = parsed.get_object();
    if (text_in(of, "issuer") != issuer)
        return unusable("issuer", "the provider calls itself otherwise than its address says");
    const provider_endpoints read{text_in(of, "authorization_endpoint"), text_in(of, "token_endpoint"),
                                  text_in(of, "jwks_uri"), text_in(of, "userinfo_endpoint"),
                                  is_true(of, "authorization_response_iss_parameter_supported")};
    for (const auto& [name, url] :
         {std::pair{"authorization_endpoint", &read.authorization}, std::pair{"token_endpoint", &read.token},
          std::pair{"jwks_uri", &read.keys}, std::pair{"userinfo_endpoint", &read.person}}) {
        if (url == &read.person && url->empty()) continue;
        if (url->size() > url_bytes_max || !http_client::url_fault(*url, allow_inner).empty())
            return unusable(name, "the provider names an address that cannot be used");
    }
    if (!may_do(of, "response_types_supported", {"code"}))
        return unusable("response_types_supported", "the provider gives no authorization codes");
    if (!may_do(of, "code_challenge_methods_supported", {"S256"}))
        return unusable("code_challenge_methods_supported", "the provider does not do PKCE with S256");
    if (!may_do(of, "id_token_signing_alg_values_supported", {"RS256", "ES256"}))
        return unusable("id_token_signing_alg_values_supported",
                        "the provider signs by neither RS256 nor ES256");
    return read;
}

std::string form_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        if (http::is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '~') {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += digits[byte >> 4U];
        encoded += digits[byte & 15U];
    }
    return encoded;
}

std::string form_text(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string text;
    for (const auto& [name, value] : fields)
        text += (text.empty() ? "" : "&") + form_encoded(name) + "=" + form_encoded(value);
    return text;
}

std::string with_query(std::string url, const std::vector<std::pair<std::string, std::string>>& added) {
    url += url.find('?') == url.npos ? '?' : '&';
    return url + form_text(added);
}

} // namespace kidevent::identity
