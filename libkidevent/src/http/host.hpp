#pragma once
// The Host header, on which the choice of the tenant rests. What is not plainly a host name is no host at
// all.

#include <optional>
#include <string>
#include <string_view>

namespace kidevent::http {

// Lower case, without the port and without one dot at the end: "A.KID.test.:8080" gives "a.kid.test".
// std::nullopt for everything that is not letter-digit-hyphen labels of 1 to 63 bytes, 253 in all, and a port
// of digits: user information, IPv6 literals, underscores, blanks, raw Unicode.
std::optional<std::string> normalised_host(std::string_view host_header);

// The one label in front of the base domain: ("a.kid.test", "kid.test") gives "a". std::nullopt for the base
// domain itself, for more than one label, and for other domains. Both must be normalised; the view is part of
// `host`.
std::optional<std::string_view> slug_of(std::string_view host, std::string_view base_domain) noexcept;

} // namespace kidevent::http
