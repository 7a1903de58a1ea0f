#include "identity/id_token.hpp"

#include "crypto/base64url.hpp"
#include "crypto/hmac.hpp"
#include "http/ascii.hpp"
#include "http/text_format.hpp"
#include "http/utf8.hpp"
#include "identity/account.hpp"

#include <algorithm>
#include <optional>

namespace kidevent::identity {

namespace {

namespace json = boost::json;
using std::chrono::seconds;

constexpr std::size_t subject_bytes_max = 255; // OpenID Connect Core, 2
constexpr std::size_t name_letters_max = 100;  // of an account

std::string text_in(const json::object& of, std::string_view name) {
    const auto* const found = of.if_contains(name);
    return found && found->is_string() ? std::string{std::string_view{found->get_string()}} : "";
}

// Seconds since 1970, within a range that cannot overflow; fractions are permitted.
std::optional<timestamp> instant_in(const json::object& of, std::string_view name) {
    const auto* const found = of.if_contains(name);
    if (!found || !found->is_number()) return std::nullopt;
    const auto since = found->to_number<double>();
    if (!(since >= 0 && since < 1e11)) return std::nullopt;
    return timestamp{seconds{static_cast<std::int64_t>(since)}};
}

bool is_for(const json::object& claims, const std::string& client_id) {
    const auto* const audience = claims.if_contains("aud");
    if (!audience) return false;
    if (audience->is_string()) return audience->get_string() == client_id;
    if (!audience->is_array()) return false;
    const auto& all = audience->get_array();
    return std::any_of(all.begin(), all.end(), [&client_id](const json::value& each) {
        return each.is_string() && each.get_string() == client_id;
    });
}

// Named when the token is for several, and never somebody else.
bool is_authorized(const json::object& claims, const std::string& client_id) {
    if (claims.contains("azp")) return text_in(claims, "azp") == client_id;
    const auto* const audience = claims.if_contains("aud");
    return !audience || !audience->is_array() || audience->get_array().size() == 1;
}

// The left half of its SHA-256, which both algorithms use.
bool is_hash_of(const std::string& claimed, const std::string& access_token) {
    const auto whole = crypto::sha256(access_token);
    const auto half = crypto::encode_base64url(std::span{whole}.first(whole.size() / 2));
    return crypto::equal_in_constant_time(claimed, half);
}

bool is_subject(const std::string& text) {
    return !text.empty() && text.size() <= subject_bytes_max
           && std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// A name that an account may have, or nothing.
std::string name_in(const json::object& claims, std::string_view name) {
    const std::string text = text_in(claims, name);
    const bool fits = http::is_utf8(text) && http::count_code_points(text) <= name_letters_max
                      && std::none_of(text.begin(), text.end(), http::is_control);
    return fits ? text : "";
}

// Some providers spell it as a text.
bool is_true(const json::object& claims, std::string_view name) {
    const auto* const found = claims.if_contains(name);
    if (!found) return false;
    return found->is_bool() ? found->get_bool() : found->is_string() && found->get_string() == "true";
}

bool names_several_factors(const json::object& claims) {
    const auto* const methods = claims.if_contains("amr");
    if (!methods || !methods->is_array()) return false;
    const auto& all = methods->get_array();
    return std::any_of(all.begin(), all.end(), [](const json::value& each) {
        return each.is_string() && each.get_string() == "mfa";
    });
}

result<> check_times(const json::object& claims, const id_token_expectation& of) {
    const auto expires = instant_in(claims, "exp");
    if (!expires || *expires + of.clock_skew <= of.now)
        return provider_refused("id_token", "expired", "it is not valid any more");
    const auto issued = instant_in(claims, "iat");
    if (!issued || *issued > of.now + of.clock_skew || *issued + of.age_max + of.clock_skew < of.now)
        return provider_refused("id_token", "issued_at", "it was not issued just now; look at the clocks");
    if (claims.contains("nbf")) {
        const auto begins = instant_in(claims, "nbf");
        if (!begins || *begins > of.now + of.clock_skew)
            return provider_refused("id_token", "not_before", "it is not valid yet");
    }
    return {};
}

provider_person read_person(const json::object& claims) {
    provider_person read;
    read.subject = text_in(claims, "sub");
    read.email = normalised_email(text_in(claims, "email"));
    if (!http::is_email(read.email)) read.email.clear();
    read.email_verified = !read.email.empty() && is_true(claims, "email_verified");
    read.given_name = name_in(claims, "given_name");
    read.family_name = name_in(claims, "family_name");
    read.used_several_factors = names_several_factors(claims);
    return read;
}

} // namespace

refusal provider_refused(std::string pointer, std::string code, std::string detail) {
    return refuse(errc::identity_provider_refused, std::move(pointer), std::move(code), std::move(detail));
}

result<provider_person> check_id_token(const json::object& claims, const id_token_expectation& of) {
    if (text_in(claims, "iss") != of.issuer)
        return provider_refused("id_token", "issuer", "it is of another issuer");
    if (!is_subject(text_in(claims, "sub")))
        return provider_refused("id_token", "subject", "it does not say who it is about");
    if (!is_for(claims, of.client_id))
        return provider_refused("id_token", "audience", "it is not for this client");
    if (!is_authorized(claims, of.client_id))
        return provider_refused("id_token", "authorized_party", "it was made for another client");
    const auto timely = check_times(claims, of);
    if (!timely) return timely.error();
    if (!crypto::equal_in_constant_time(text_in(claims, "nonce"), of.nonce))
        return provider_refused("id_token", "nonce", "it is not of this sign-in");
    if (claims.contains("at_hash") && !is_hash_of(text_in(claims, "at_hash"), of.access_token))
        return provider_refused("id_token", "access_token_hash", "it came with another access token");
    return read_person(claims);
}

} // namespace kidevent::identity
