#pragma once
// Reads of one tenant in one round trip: enter the tenant, all queries, one Sync. For statements that do not
// depend on each other's answers, write nothing and wait for nothing; they share a read-only connection with
// other requests.

#include "core/tenant_handle.hpp"
#include "db/database.hpp"

namespace kidevent::db {

class tenant_batch {
public:
    tenant_batch(database& with, const tenant_handle& tenant);

    template<class... Values> pending_rows add(const query& what, const Values&... values) {
        batch_->statements.push_back({&what, params{values...}, {}});
        return pending_rows{batch_, batch_->statements.size() - 1};
    }

    // co_await: sends everything and waits for the Sync. Once. Throws db_error.
    batch_completion run() { return with_.run_on_lane(batch_); }

private:
    database& with_;
    std::shared_ptr<batch> batch_;
};

} // namespace kidevent::db
