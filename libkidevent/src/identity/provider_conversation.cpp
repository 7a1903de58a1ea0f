#include "identity/provider_conversation.hpp"

#include "crypto/base64url.hpp"
#include "crypto/jwt.hpp"
#include "http/ascii.hpp"
#include "http_client/guarded_request.hpp"
#include "identity/id_token.hpp"
#include "telemetry/log.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace kidevent::identity {

namespace {

namespace json = boost::json;
using http_client::guarded_request;
using http_client::request_outcome;
using std::chrono::steady_clock;

constexpr int retry_after_seconds = 5;

refusal unavailable(std::string what, std::string code, std::string detail) {
    refusal why =
        refuse(errc::identity_provider_unavailable, std::move(what), std::move(code), std::move(detail));
    why.retry_after_seconds = retry_after_seconds;
    return why;
}

std::string base64(std::string_view bytes) {
    std::string text = crypto::encode_base64url(bytes);
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

// RFC 6749, 2.3.1: both are encoded as in a form first.
std::string basic_credentials(const code_exchange& of) {
    return "Basic " + base64(form_encoded(of.client_id) + ":" + form_encoded(of.client_secret.reveal()));
}

std::optional<json::object> parse_object(const std::string& text) {
    boost::system::error_code failed;
    json::value parsed = json::parse(text, failed);
    if (failed || !parsed.is_object()) return std::nullopt;
    return std::move(parsed.get_object());
}

std::string text_in(const json::object& of, std::string_view name) {
    const auto* const found = of.if_contains(name);
    return found && found->is_string() ? std::string{std::string_view{found->get_string()}} : "";
}

// What may stand in a header (RFC 6750, 2.1).
bool is_bearer(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return http::is_alphanumeric(c) || std::string_view{"-._~+/="}.find(c) != std::string_view::npos;
    });
}

// Anything else that the provider may have said is not repeated to anybody.
refusal token_refusal(const std::string& body) {
    const auto parsed = parse_object(body);
    const std::string said = parsed ? text_in(*parsed, "error") : "";
    if (said == "invalid_grant")
        return provider_refused("code", said, "the provider does not know the code, or not any more");
    if (said == "invalid_client" || said == "unauthorized_client")
        return provider_refused("client", said, "the provider does not accept the organisation's client");
    return provider_refused("code", "not_accepted", "the provider gives no tokens for the code");
}

refusal signature_refusal(crypto::jwt_fault is) {
    using enum crypto::jwt_fault;
    if (is == algorithm_not_allowed)
        return provider_refused("id_token", "algorithm", "it is signed by neither RS256 nor ES256");
    if (is == unknown_key)
        return provider_refused("id_token", "unknown_key", "nobody knows the key that signed it");
    if (is == ambiguous_key)
        return provider_refused("id_token", "ambiguous_key", "several keys could have signed it");
    return provider_refused("id_token", "signature", "its signature is not the provider's");
}

// Whether the browser comes from where it was sent to (RFC 9207).
result<> check_returned_issuer(const code_exchange& what, const provider_endpoints& of) {
    if (what.returned_issuer.empty() && of.names_itself_on_return)
        return provider_refused("iss", "required", "the provider did not say who it is");
    if (!what.returned_issuer.empty() && what.returned_issuer != what.issuer)
        return provider_refused("iss", "issuer", "another provider answered");
    return {};
}

// The url may be asked; whether what comes back is an answer is for the caller to say.
request_outcome send_until(guarded_request asked, const oidc_settings& with,
                           provider_conversation::instant until) {
    asked.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(until - steady_clock::now());
    if (asked.timeout.count() <= 0) return {0, "the time for this step was over", {}, {}};
    asked.headers.emplace_back("Accept", "application/json");
    asked.headers.emplace_back("User-Agent", "KidEvent-SignIn/1");
    asked.allow_inner = with.addresses == "any";
    asked.ca_file = with.ca_file;
    asked.body_bytes_max = static_cast<std::size_t>(with.answer_bytes_max) + 1;
    return http_client::send(asked);
}

} // namespace

provider_conversation::provider_conversation(const oidc_settings& with, provider_memory& memory,
                                             provider_memory::key of, instant until)
    : with_(with), memory_(memory), of_(std::move(of)), until_(until) {}

result<std::string> provider_conversation::get(const std::string& url, const char* what_for,
                                               const std::string& bearer) {
    guarded_request asked;
    asked.method = "GET";
    asked.url = url;
    if (!bearer.empty()) asked.headers.emplace_back("Authorization", "Bearer " + bearer);
    request_outcome got = send_until(std::move(asked), with_, until_);
    const bool is_too_large = std::ssize(got.body) > with_.answer_bytes_max;
    if (got.status == 200 && !is_too_large && !got.body.empty()) return std::move(got.body);
    log::warn("an identity provider gave no usable answer",
              {{"kidevent.question", what_for},
               {"kidevent.issuer", of_.second},
               {"http.response.status_code", std::to_string(got.status)},
               {"detail", is_too_large ? "the answer is too large" : got.error}});
    return unavailable(what_for, is_too_large ? "too_large" : "no_answer",
                       "the provider gives no usable answer");
}

result<provider_endpoints> provider_conversation::find_endpoints() {
    if (auto known = memory_.find_endpoints(of_, steady_clock::now())) return std::move(*known);
    const auto document = get(discovery_url(of_.second), "discovery");
    if (!document) return document.error();
    auto read = read_discovery(*document, of_.second, with_.addresses == "any");
    if (!read) return read.error();
    memory_.keep(of_, *read, steady_clock::now());
    return read;
}

result<provider_memory::keys_ptr> provider_conversation::fetch_keys(const std::string& url) {
    const auto document = get(url, "keys");
    if (!document) return document.error();
    auto read = crypto::jwk_set::parse(*document);
    if (!read) return unavailable("keys", "no_document", "the provider's keys cannot be read");
    auto kept = std::make_shared<const crypto::jwk_set>(std::move(*read));
    memory_.keep(of_, kept, steady_clock::now());
    return provider_memory::keys_ptr{std::move(kept)};
}

result<json::object> provider_conversation::ask_for_tokens(const std::string& url,
                                                           const code_exchange& what) {
    guarded_request asked;
    asked.url = url;
    asked.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    std::vector<std::pair<std::string, std::string>> fields{{"grant_type", "authorization_code"},
                                                            {"code", what.code},
                                                            {"redirect_uri", what.redirect_uri},
                                                            {"code_verifier", what.verifier}};
    if (what.client_authentication == "client_secret_basic")
        asked.headers.emplace_back("Authorization", basic_credentials(what));
    else
        fields.emplace_back("client_id", what.client_id);
    if (what.client_authentication == "client_secret_post")
        fields.emplace_back("client_secret", what.client_secret.reveal());
    asked.body = form_text(fields);
    const request_outcome got = send_until(std::move(asked), with_, until_);
    if (got.status >= 400 && got.status < 500 && got.status != 408 && got.status != 429)
        return token_refusal(got.body);
    if (got.status != 200 || std::ssize(got.body) > with_.answer_bytes_max) {
        log::warn("an identity provider gave no tokens",
                  {{"kidevent.issuer", of_.second},
                   {"http.response.status_code", std::to_string(got.status)},
                   {"detail", got.error}});
        return unavailable("tokens", "no_answer", "the provider gives no usable answer");
    }
    auto parsed = parse_object(got.body);
    if (!parsed) return unavailable("tokens", "no_document", "the provider's answer cannot be read");
    return std::move(*parsed);
}

// Keys change: one that is not known has them fetched once more, when that was not done just now.
result<json::object> provider_conversation::verify(const std::string& id_token, const std::string& keys_url) {
    auto token = crypto::parse_jwt(id_token);
    if (!token) return provider_refused("id_token", "malformed", "it is no signed token");
    // Not worth a question when no key could help.
    if (!crypto::parse_signature_algorithm(token->algorithm))
        return signature_refusal(crypto::jwt_fault::algorithm_not_allowed);
    provider_memory::keys_ptr keys = memory_.find_keys(of_, steady_clock::now());
    const bool were_known = keys != nullptr;
    if (!were_known) {
        auto fetched = fetch_keys(keys_url);
        if (!fetched) return fetched.error();
        keys = std::move(*fetched);
    }
    crypto::jwt_fault fault = crypto::find_fault(*token, *keys);
    if (fault == crypto::jwt_fault::unknown_key && were_known
        && memory_.take_refresh(of_, steady_clock::now())) {
        const auto fetched = fetch_keys(keys_url);
        if (!fetched) return fetched.error();
        fault = crypto::find_fault(*token, **fetched);
    }
    if (fault != crypto::jwt_fault::none) return signature_refusal(fault);
    return std::move(token->claims);
}

// Some providers keep addresses and names out of ID tokens. What is said here counts for the same person
// only, and for nothing but that.
result<> provider_conversation::complete_person(const std::string& url, redeemed_code& of) {
    if (of.claims.contains("email") || url.empty() || !is_bearer(of.access_token)) return {};
    const auto document = get(url, "person", of.access_token);
    if (!document) return document.error();
    const auto said = parse_object(*document);
    if (!said) return unavailable("person", "no_document", "the provider's answer cannot be read");
    if (text_in(*said, "sub") != text_in(of.claims, "sub"))
        return provider_refused("person", "subject", "the provider spoke of somebody else");
    for (const std::string_view name : {"email", "email_verified", "given_name", "family_name"})
        if (const auto* const value = said->if_contains(name); value && !of.claims.contains(name))
            of.claims[name] = *value;
    return {};
}

result<redeemed_code> provider_conversation::redeem(const code_exchange& what) {
    const auto endpoints = find_endpoints();
    if (!endpoints) return endpoints.error();
    const auto from_there = check_returned_issuer(what, *endpoints);
    if (!from_there) return from_there.error();
    const auto tokens = ask_for_tokens(endpoints->token, what);
    if (!tokens) return tokens.error();
    const std::string id_token = text_in(*tokens, "id_token");
    if (id_token.empty()) return provider_refused("id_token", "required", "the provider gave none");
    auto claims = verify(id_token, endpoints->keys);
    if (!claims) return claims.error();
    redeemed_code made{std::move(*claims), text_in(*tokens, "access_token")};
    const auto completed = complete_person(endpoints->person, made);
    if (!completed) return completed.error();
    return made;
}

} // namespace kidevent::identity
