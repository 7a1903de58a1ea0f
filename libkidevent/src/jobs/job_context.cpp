#include "jobs/job_context.hpp"

namespace kidevent::jobs {

namespace {
const db::query complete_job{"jobs.complete", "select tenancy.complete_job($1, $2)::text"};
} // namespace

void job_context::add_completion(db::tenant_transaction& in) {
    in.add(complete_job, job.id, job.token);
    completes_itself_ = true;
}

} // namespace kidevent::jobs
