#include "jobs/job_queue.hpp"

namespace kidevent::jobs {

namespace {
const db::query enqueue_job{"jobs.enqueue", "select tenancy.enqueue_job($1, $2, $3, $4, $5, $6, $7)"};
} // namespace

std::optional<job_id> enqueued_job::id() const {
    if (made_.rows().front().is_null(0)) return std::nullopt;
    return id_;
}

enqueued_job add_enqueue(db::tenant_transaction& in, const new_job& wanted) {
    const job_rule& rule = rule_of(wanted.kind);
    const job_id id{make_uuid()};
    in.leaves(db::work::jobs);
    return {id, in.add(enqueue_job, id, rule.name, wanted.payload, wanted.run_at, rule.priority,
                       rule.attempts_max, wanted.unique_key)};
}

} // namespace kidevent::jobs
