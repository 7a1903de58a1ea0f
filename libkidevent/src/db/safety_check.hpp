#pragma once
// Whether this installation keeps its tenants apart: roles, policies, grants and the server's version, as the
// catalogs say. Asked by platform::start, which refuses to run when the answer is not empty.

#include "core/task.hpp"
#include "db/database.hpp"

#include <string>
#include <vector>

namespace kidevent::db {

// One message per problem, for the operator; empty when the installation is safe. One round trip. Throws
// db_error.
task<std::vector<std::string>> find_safety_problems(database& with);

} // namespace kidevent::db
