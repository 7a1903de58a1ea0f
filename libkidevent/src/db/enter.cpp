#include "db/enter.hpp"

namespace kidevent::db {

const query enter_tenant{"tenancy.enter", "select tenancy.enter($1)"};

} // namespace kidevent::db
