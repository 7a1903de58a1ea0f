#pragma once
// Refuses unsafe requests that a page of another origin made a browser send. Another tenant's subdomain is
// another origin too.

#include "core/result.hpp"

#include <kidevent/request.hpp>

#include <string_view>

namespace kidevent::http {

// GET, HEAD, OPTIONS and TRACE are safe (RFC 9110, 9.2.1).
bool is_safe_method(std::string_view method) noexcept;

// `canonical_origin` comes from the settings and the tenant, never from the Host header: "https://a.kid.test"
// or, with another port than the scheme's own, "https://a.kid.test:8443". Safe methods pass. Otherwise
// Origin, when present, must be exactly that; without Origin, Sec-Fetch-Site must be same-origin or none;
// without both it is no browser. Errors: cross_site_request.
result<> check_same_origin(const request& incoming, std::string_view canonical_origin);
// The same for every method: for a GET that costs more than its answer.
result<> check_origin(const request& incoming, std::string_view canonical_origin);

} // namespace kidevent::http
