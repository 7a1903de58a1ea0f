#pragma once
// The queue as operators see it, across all organisations, under the platform role. Called by the command
// line; the counts also by whatever reports on the process.

#include "core/clock.hpp"
#include "core/task.hpp"
#include "jobs/job_queue.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kidevent::jobs {

struct job_record {
    job_id id;
    std::optional<std::string> slug; // none: the installation's own work
    std::string kind;
    std::string state; // scheduled, ready, running or dead
    int priority;
    timestamp run_at;
    int attempts;
    int attempts_max;
    std::optional<std::string> held_by;
    std::optional<timestamp> lease_until;
    std::optional<std::string> last_error;
    std::optional<timestamp> failed_at;
    timestamp created_at;
    std::optional<std::string> unique_key;
    std::string payload;
};

struct job_filter {
    std::optional<std::string> state{};
    std::optional<std::string> kind{};
    std::optional<std::string> slug{};
    std::optional<job_id> id{};
    int limit = 100;
};

struct job_count {
    std::string kind;
    std::string state;
    std::int64_t jobs;
    timestamp oldest; // the earliest time at which one of them is or was to run
};

// By the time at which they run.
task<std::vector<job_record>> list_jobs(db::database& with, job_filter wanted);
// Lets a job that is dead or waits run at once, with all its attempts before it. Gives the state in which it
// was; "running": it was left alone; nothing: there is no such job. Throws db_error (constraint jobs_unique)
// when another job with its unique key waits or runs.
task<std::optional<std::string>> retry_job(db::database& with, job_id id);
// Deletes a job, also one that runs: its handler hears of it when its lease is extended. Gives the state in
// which it was; nothing: there is no such job.
task<std::optional<std::string>> cancel_job(db::database& with, job_id id);
// By kind and state; what is done is not kept. Reads the whole queue.
task<std::vector<job_count>> count_jobs(db::database& with);

} // namespace kidevent::jobs
