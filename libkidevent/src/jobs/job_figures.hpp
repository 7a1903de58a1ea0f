#pragma once
// What the runner has done and what it sees of the queue, as metrics of the process. Internal to jobs/.

#include "db/jobs_transaction.hpp"
#include "telemetry/metrics.hpp"

#include <map>
#include <string>

namespace kidevent::jobs {

// What this process has done since it started.
struct job_counters {
    std::uint64_t started = 0;
    std::uint64_t done = 0;
    std::uint64_t failed = 0; // attempts that will be repeated
    std::uint64_t dead = 0;
    std::uint64_t given_back = 0; // not counted as attempts: no database, or the process ended
    std::uint64_t lost = 0;       // another process had taken the job over
};

class job_figures {
public:
    // `to` must outlive it.
    explicit job_figures(telemetry::metrics& to);

    // By kind; kinds that this program does not know are left out.
    void publish(const std::map<std::string, job_counters>& of) noexcept;

    // Reads and publishes the figures of the whole queue, whoever works it off.
    task<> measure(db::database& with);

private:
    void publish_queue(const db::row& jobs);

    telemetry::metrics& counts_;
};

} // namespace kidevent::jobs
