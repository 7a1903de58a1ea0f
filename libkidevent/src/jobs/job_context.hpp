#pragma once
// What a handler of jobs gets and gives back. Handlers are listed in job_handlers.cpp and called by the
// runner.

#include "core/clock.hpp"
#include "core/task.hpp"
#include "core/tenant_handle.hpp"
#include "jobs/job_queue.hpp"
#include "telemetry/metrics.hpp"

#include <kidevent/settings.hpp>

#include <span>

namespace kidevent::notifications {
class transports;
}

namespace kidevent::jobs {

struct claimed_job {
    tenant_id tenant; // all zeros: the installation's own work
    job_id id;
    std::string kind;
    std::string payload;
    int attempts; // this one included
    int attempts_max;
    std::int64_t token; // of this claim: see sql/migrations/0004_jobs.sql
    timestamp run_at;
};

// What handlers work with; outlives them.
struct job_parts {
    const settings& with;
    db::database& database;
    const clock& time;
    telemetry::metrics& counts;
    notifications::transports* messengers = nullptr; // none: where no message is sent
};

// How a job ended. What a handler throws is an attempt that failed, and the job is tried again; a refusal is
// for what will not work the next time either.
struct job_outcome {
    std::string refused; // why; "": done

    static job_outcome done() { return {}; }
    static job_outcome refusal(std::string why) { return {std::move(why)}; }
};

class job_context {
public:
    job_context(const claimed_job& of, std::optional<tenant_handle> at, const job_parts& with)
        : job(of), tenant(std::move(at)), parts(with) {}

    // Finishes the job in the transaction of its work, so that the work is done exactly once: when another
    // process has taken the job over, the commit throws and nothing of it happens. The last thing that a
    // handler adds.
    void add_completion(db::tenant_transaction& in);

    // True when this attempt counts for nothing any more (its time is over, another process has the job):
    // what works through a list stops.
    bool is_over() const noexcept { return over_; }

    const claimed_job job;
    const std::optional<tenant_handle> tenant; // none for the installation's own work
    const job_parts& parts;

private:
    friend class job_runner;
    bool completes_itself_ = false;
    bool over_ = false;
};

// The context outlives the task.
using job_handler = task<job_outcome> (*)(job_context& of);

struct job_registration {
    job_kind kind;
    job_handler run;
};

} // namespace kidevent::jobs
