#pragma once
// Whether a certificate speaks for a host. The chain that it hangs on was checked in the handshake.

#include <Poco/Net/X509Certificate.h>

#include <string>

namespace kidevent::notifications {

// The host is a name, or an address that the certificate must name as one. "" when it does, else what is
// wrong.
std::string certificate_fault(const Poco::Net::X509Certificate& shown, const std::string& host);

} // namespace kidevent::notifications
