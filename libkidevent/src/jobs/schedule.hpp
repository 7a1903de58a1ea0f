#pragma once
// Work that comes round by the clock, in one table, and what fires it. Every process that runs jobs has a
// scheduler; the queue lets each slot fire once, whoever is first.

#include "core/clock.hpp"
#include "core/task.hpp"
#include "jobs/cron_expression.hpp"
#include "jobs/job_kind.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::db {
class database;
}

namespace kidevent::jobs {

struct schedule {
    std::string_view name; // its slots are stored under it: a new name is a new schedule
    std::string_view cron; // see cron_expression
    std::string_view zone; // IANA
    job_kind kind;
    bool for_each_tenant; // one job for each organisation that is not suspended, or one for the installation
    // A slot that passed while nothing ran fires late by at most this; of several that passed, the last one
    // does.
    std::chrono::seconds catch_up;
};

std::span<const schedule> all_schedules();

// The table for people, as Markdown.
std::string schedule_reference();

class scheduler {
public:
    // All must outlive it. Throws std::invalid_argument when a schedule has no valid expression or zone.
    scheduler(db::database& with, const clock& now, std::span<const schedule> those);

    // Fires what has come since the last call, at the first call since the catch-up time. Gives how many
    // slots fired that nobody had fired before. Throws db_error; then the next call makes up for it.
    task<int> fire_due();

private:
    struct entry {
        const schedule* what;
        cron_expression when;
        events::time_zone zone;
        std::chrono::sys_seconds checked_until;
    };

    db::database& database_;
    const clock& clock_;
    std::vector<entry> entries_;
};

} // namespace kidevent::jobs
