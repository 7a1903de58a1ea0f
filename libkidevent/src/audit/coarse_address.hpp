#pragma once
// Where a request came from, as far as the audit log keeps it: the network, not the person.

#include <string>
#include <string_view>

namespace kidevent::audit {

// "203.0.113.0/24" for an IPv4 address, "2001:db8:1::/48" for an IPv6 one, also when they are written
// otherwise; "" for what is neither.
std::string coarse_address(std::string_view address);

} // namespace kidevent::audit
