#include "jobs/schedule.hpp"

#include "jobs/job_claims.hpp"

#include <stdexcept>

namespace kidevent::jobs {

namespace {

using namespace std::chrono_literals;

constexpr schedule schedules[] = {
    {"cleanup_expired_logins", "17 3 * * *", "UTC", job_kind::cleanup_expired_logins, true, 12h},
    {"cleanup_notifications", "37 3 * * *", "UTC", job_kind::cleanup_notifications, true, 12h},
    {"send_due_reminders", "*/5 * * * *", "UTC", job_kind::send_due_reminders, true, 1h},
    {"send_digests", "*/15 * * * *", "UTC", job_kind::send_digests, true, 1h},
    {"cleanup_admin_logins", "7 3 * * *", "UTC", job_kind::cleanup_admin_logins, false, 12h},
};

} // namespace

std::span<const schedule> all_schedules() { return schedules; }

std::string schedule_reference() {
    std::string text =
        "| Schedule | When | Zone | Kind | For | Late by at most |\n|---|---|---|---|---|---|\n";
    for (const schedule& each : schedules)
        text += "| `" + std::string{each.name} + "` | `" + std::string{each.cron} + "` | "
                + std::string{each.zone} + " | `" + std::string{rule_of(each.kind).name} + "` | "
                + (each.for_each_tenant ? "each organisation" : "the installation") + " | "
                + std::to_string(each.catch_up.count() / 3600) + " h |\n";
    return text;
}

scheduler::scheduler(db::database& with, const clock& now, std::span<const schedule> those)
    : database_(with), clock_(now) {
    const auto start = std::chrono::floor<std::chrono::seconds>(now.now());
    for (const schedule& each : those) {
        const auto when = cron_expression::parse(each.cron);
        const auto zone = events::time_zone::find(each.zone);
        if (!when || !zone)
            throw std::invalid_argument("a schedule that cannot be read: " + std::string{each.name});
        entries_.push_back({&each, *when, *zone, start - each.catch_up});
    }
}

task<int> scheduler::fire_due() {
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
    std::vector<std::pair<const schedule*, std::chrono::sys_seconds>> due;
    for (const entry& each : entries_) {
        const auto after = std::max(each.checked_until, now - each.what->catch_up);
        if (const auto slot = each.when.find_last(after, now, each.zone)) due.emplace_back(each.what, *slot);
    }
    int fired = 0;
    if (!due.empty()) {
        auto beginning = db::jobs_transaction::begin(database_);
        auto firing = co_await beginning;
        std::vector<db::pending_rows> made;
        for (const auto& [what, slot] : due)
            made.push_back(add_fire(firing, what->name, slot, rule_of(what->kind), what->for_each_tenant));
        auto done = firing.commit();
        co_await done;
        for (const auto& rows : made)
            fired += rows.rows().front().is_null(0) ? 0 : 1;
    }
    for (entry& each : entries_)
        each.checked_until = std::max(each.checked_until, now);
    co_return fired;
}

} // namespace kidevent::jobs
