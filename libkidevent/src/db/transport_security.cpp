#include "db/transport_security.hpp"

#include "core/local_host.hpp"

namespace kidevent::db {

namespace {

// libpq 15 knows no other way to name the certificates that the system trusts.
constexpr const char* system_certificates = "/etc/ssl/certs/ca-certificates.crt";

} // namespace

std::vector<std::pair<std::string, std::string>> transport_security(const database_settings& with) {
    if (with.unencrypted == "anywhere" || is_local_host(with.host)) return {{"sslmode", "prefer"}};
    return {{"sslmode", "verify-full"},
            {"sslrootcert", with.ca_file.empty() ? system_certificates : with.ca_file},
            {"ssl_min_protocol_version", "TLSv1.2"}};
}

} // namespace kidevent::db
