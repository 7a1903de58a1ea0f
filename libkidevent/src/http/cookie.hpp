#pragma once
// Cookies (RFC 6265), compared byte for byte: no legacy $Version, no unquoting, no unescaping. The login is
// the only cookie that we set.

#include "core/result.hpp"

#include <kidevent/request.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kidevent::http {

// The prefix makes browsers refuse it from a sibling subdomain, with a Domain, and over plain HTTP.
constexpr std::string_view login_cookie_name = "__Host-kidevent";

// The value of the cookie; several Cookie headers count as one. The view lives as long as the request.
// Errors: malformed_request when two cookies have the name: one of them was planted.
result<std::optional<std::string_view>> find_cookie(const request& incoming, std::string_view name);

// Values for Set-Cookie. `token` holds only base64url characters; throws std::invalid_argument otherwise.
std::string login_cookie(std::string_view token, std::chrono::seconds max_age);
std::string expired_login_cookie();

} // namespace kidevent::http
