#pragma once
// Puts background work into the queue, in the transaction that makes it necessary: a transaction that rolls
// back leaves no job, and one that commits leaves it for sure. For the domains.

#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "db/tenant_transaction.hpp"
#include "jobs/job_kind.hpp"

#include <optional>
#include <string>

namespace kidevent::jobs {

using job_id = strong_id<struct job_tag>;

struct new_job {
    job_kind kind;
    std::string payload = "{}";        // a JSON object of at most 64 KiB; ids instead of what they stand for
    std::optional<timestamp> run_at{}; // none: at once
    // At most one job of the kind with this key waits or runs at a tenant; a second one is not made.
    std::optional<std::string> unique_key{}; // at most 200 characters
};

class enqueued_job {
public:
    enqueued_job(job_id id, db::pending_rows made) : id_(id), made_(std::move(made)) {}
    // After the transaction's next run() or commit(): nothing when the unique key was taken.
    std::optional<job_id> id() const;

private:
    job_id id_;
    db::pending_rows made_;
};

// Goes with the transaction's next run() or commit(). The job belongs to the transaction's tenant.
enqueued_job add_enqueue(db::tenant_transaction& in, const new_job& wanted);

} // namespace kidevent::jobs
