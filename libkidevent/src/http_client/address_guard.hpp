#pragma once
// Which addresses a request may go to that somebody else chose: webhooks must not reach into our own network.

#include <string>
#include <string_view>

namespace kidevent::http_client {

// True for IPv4 and IPv6 addresses (in text form) of the public internet: not for loopback, private,
// link-local (where clouds keep their metadata), shared, multicast, documentation and reserved ranges, nor
// for IPv6 addresses that carry an IPv4 address. False for what is no address.
bool is_public_address(std::string_view text) noexcept;

} // namespace kidevent::http_client
