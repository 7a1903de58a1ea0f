#pragma once
// What of a connection to PostgreSQL is protected on its way. For everything in db/ that connects.

#include <kidevent/settings.hpp>

#include <string>
#include <utility>
#include <vector>

namespace kidevent::db {

// libpq's keywords: TLS with the certificate checked against the host's name, unless what is said stays on
// this machine or db.unencrypted permits it to be read on the way.
std::vector<std::pair<std::string, std::string>> transport_security(const database_settings& with);

} // namespace kidevent::db
