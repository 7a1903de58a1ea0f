#pragma once
// Cookies (RFC 6265), compared byte for byte: no legacy $Version, no unquoting, no unescaping. The
// login and the way to an identity provider are the only cookies that we set.

#include "core/result.hpp"

#include <kidevent/request.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kidevent::http {

// The prefix makes browsers refuse it from a sibling subdomain, with a Domain, and over plain HTTP.
constexpr std::string_view login_cookie_name = "__Host-kidevent";
// What a browser keeps from the way to an identity provider to the way back.
constexpr std::string_view provider_cookie_name = "__Host-kidevent-provider";

// The value of the cookie; several Cookie headers count as one. The view lives as long as the request.
// Errors: malformed_request when two cookies have the name: one of them was planted.
result<std::optional<std::string_view>> find_cookie(const request& incoming, std::string_view name);

// Values for Set-Cookie. `token` holds only base64url characters; throws std::invalid_argument otherwise.
std::string login_cookie(std::string_view token, std::chrono::seconds max_age);
std::string expired_login_cookie();
// The same of the other cookie. Lax, as it has to come along when the provider sends the browser back.
std::string provider_cookie(std::string_view token, std::chrono::seconds max_age);
std::string expired_provider_cookie();

} // namespace kidevent::http
