#pragma once
// How we trust others in TLS.

#include <Poco/Net/Context.h>

#include <string>

namespace kidevent::http_client {

// For one side that connects: TLS 1.2 or later, and a chain of certificates that ends in one of `ca_file`
// (PEM;
// "": the system's). Whether the certificate is for the host is checked apart from that. Throws
// Poco::Exception when the file cannot be read.
Poco::Net::Context::Ptr make_tls_context(const std::string& ca_file);

} // namespace kidevent::http_client
