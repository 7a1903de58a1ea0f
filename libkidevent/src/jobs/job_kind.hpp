#pragma once
// The kinds of background work, in one table: how often a kind is tried, how long it may take, what comes
// first. Read by whoever enqueues and by the runner; docs/jobs.md shows the table.

#include <chrono>
#include <span>
#include <string>
#include <string_view>

namespace kidevent::jobs {

enum class job_kind {
    cleanup_expired_logins,
    cleanup_admin_logins,
    process_registration,
    send_email,
    send_short_message,
    send_due_reminders,
    send_digests,
    cleanup_notifications,
    send_account_mail,
};

struct job_rule {
    job_kind kind;
    std::string_view name; // as the queue stores it
    int attempts_max;      // after the last one the job is dead
    std::chrono::seconds backoff_base;
    std::chrono::seconds backoff_max;
    std::chrono::seconds timeout; // of one attempt
    int priority;                 // 0 to 9 among the jobs of one tenant, 0 is first
    std::string_view meaning;
};

std::span<const job_rule> all_job_rules();
const job_rule& rule_of(job_kind kind);
// nullptr when this program does not know the kind.
const job_rule* find_job_rule(std::string_view name);

// How long a job waits after its attempt number `attempts` (from 1) failed: the base, doubled with every
// attempt, at most the maximum, all of it within a tenth. `random` is between 0 and 1.
std::chrono::milliseconds retry_delay(const job_rule& of, int attempts, double random);

// The table for people, as Markdown.
std::string job_kind_reference();

} // namespace kidevent::jobs
