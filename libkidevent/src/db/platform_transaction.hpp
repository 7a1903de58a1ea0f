#pragma once
// Work across tenants (provisioning, platform admins) under the platform role, which sees no tenant's rows at
// all.

#include "db/transaction.hpp"

namespace kidevent::db {

class platform_transaction : public transaction {
public:
    // Waits for a free connection of the platform role. Throws db_error.
    static task<platform_transaction> begin(database& with);

    // What is remembered of this topic of that tenant ("": of anything of it) will be out of date.
    void changes(tenant_id at, std::string_view topic) { note_change(at, topic); }
    // As tenant_transaction::leaves.
    void leaves(work_set what) noexcept { note_work(what); }

private:
    using transaction::transaction;
};

} // namespace kidevent::db
