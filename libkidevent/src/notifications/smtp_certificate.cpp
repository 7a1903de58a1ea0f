#include "notifications/smtp_certificate.hpp"

#include <Poco/Net/IPAddress.h>

#include <openssl/x509v3.h>

namespace kidevent::notifications {

std::string certificate_fault(const Poco::Net::X509Certificate& shown, const std::string& host) {
    X509* const certificate = const_cast<X509*>(shown.certificate());
    Poco::Net::IPAddress address;
    const bool fits = Poco::Net::IPAddress::tryParse(host, address)
                          ? X509_check_ip_asc(certificate, host.c_str(), 0) == 1
                          : X509_check_host(certificate, host.data(), host.size(),
                                            X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr)
                                == 1;
    return fits ? "" : "TLS: the certificate of the relay is not for " + host;
}

} // namespace kidevent::notifications
