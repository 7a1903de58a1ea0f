#pragma once
// Background work across tenants (claiming and finishing jobs, relaying events) under the jobs role, which
// may execute the functions that it was granted and sees no tenant's rows at all.

#include "db/transaction.hpp"

namespace kidevent::db {

class jobs_transaction : public transaction {
public:
    // Waits for a free connection of the jobs role. Throws db_error.
    static task<jobs_transaction> begin(database& with);

private:
    using transaction::transaction;
};

} // namespace kidevent::db
