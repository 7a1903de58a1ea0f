#pragma once
// Reads and writes of one tenant on a connection of its own: BEGIN, enter the tenant, the work, COMMIT. READ
// COMMITTED.

#include "core/tenant_handle.hpp"
#include "db/transaction.hpp"

namespace kidevent::db {

class tenant_transaction : public transaction {
public:
    // Waits for a free connection (db.pool_wait); nothing is sent yet. Throws db_error. `tenant` is copied
    // from.
    static task<tenant_transaction> begin(database& with, const tenant_handle& tenant);

    // What is remembered of this topic of the tenant will be out of date. Said by whoever adds a statement
    // that changes what the topic stands for; also before a rollback, by whoever answers with what is there
    // already.
    void changes(std::string_view topic) { note_change(of(), topic); }
    // Background work is there when this has committed: those who do it hear of it.
    void leaves(work_set what) noexcept { note_work(what); }

private:
    tenant_transaction(database& with, std::unique_ptr<leased_connection> held, const tenant_handle& tenant);
};

} // namespace kidevent::db
