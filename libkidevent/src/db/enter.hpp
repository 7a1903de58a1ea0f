#pragma once
// The statement that enters a tenant, in its one place: engines that do not carry set_config to every node
// need another.

#include "db/query.hpp"

namespace kidevent::db {

extern const query enter_tenant;

} // namespace kidevent::db
