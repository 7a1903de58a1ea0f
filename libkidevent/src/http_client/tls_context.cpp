#include "http_client/tls_context.hpp"

#include <Poco/Net/NetSSL.h>

#include <mutex>

namespace kidevent::http_client {

Poco::Net::Context::Ptr make_tls_context(const std::string& ca_file) {
    static std::once_flag once;
    std::call_once(once, [] { Poco::Net::initializeSSL(); });
    Poco::Net::Context::Params with;
    with.verificationMode = Poco::Net::Context::VERIFY_STRICT; // the others trust any name on loopback
    with.caLocation = ca_file;
    with.loadDefaultCAs = ca_file.empty();
    Poco::Net::Context::Ptr made{new Poco::Net::Context{Poco::Net::Context::TLS_CLIENT_USE, with}};
    made->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
    return made;
}

} // namespace kidevent::http_client
