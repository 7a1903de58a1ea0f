#pragma once
// What the runner and the scheduler say to the queue, as the jobs role; all of it in one transaction, so that
// one round trip finishes what is done and claims what comes next. Internal to jobs/.

#include "db/jobs_transaction.hpp"
#include "jobs/job_context.hpp"

#include <vector>

namespace kidevent::jobs {

// A claim by its token.
struct held_job {
    tenant_id tenant;
    job_id id;
    std::int64_t token;
};

inline held_job held(const claimed_job& of) { return {of.tenant, of.id, of.token}; }

struct ended_without_success {
    held_job job;
    std::optional<std::string> error;               // none: given back, nothing went wrong
    std::optional<std::chrono::milliseconds> pause; // none: dead
    bool counted;                                   // as an attempt
};

db::pending_rows add_claim(db::jobs_transaction& in, const std::string& holder, int wanted,
                           std::chrono::milliseconds lease, std::optional<tenant_id> after);
// The capability, as tenancy.enter() takes it, is null for the installation's own work.
claimed_job read_claimed(const db::row& from);
std::optional<secret> read_capability(const db::row& from);

db::pending_rows add_finish(db::jobs_transaction& in, const std::vector<held_job>& done);
db::pending_rows add_fail(db::jobs_transaction& in, const ended_without_success& of);
db::pending_rows add_extend(db::jobs_transaction& in, const std::vector<held_job>& running,
                            std::chrono::milliseconds lease);
db::pending_rows add_sweep(db::jobs_transaction& in);
// Null when the slot has fired already.
db::pending_rows add_fire(db::jobs_transaction& in, std::string_view schedule, timestamp slot,
                          const job_rule& what, bool for_each_tenant);

} // namespace kidevent::jobs
