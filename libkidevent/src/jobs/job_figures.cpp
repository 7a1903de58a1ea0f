#include "jobs/job_figures.hpp"

#include "jobs/job_kind.hpp"

namespace kidevent::jobs {

namespace {

using telemetry::metric_named;

const db::query measure_jobs{"jobs.measure", R"sql(
    select scheduled, ready, running, dead, oldest_ready_s from platform.measure_jobs()
)sql",
                             db::connection_role::jobs};

const db::query measure_messages{"jobs.measure_messages",
                                 "select waiting, oldest_s from platform.measure_messages()",
                                 db::connection_role::jobs};

struct ending {
    std::string_view name;
    std::uint64_t job_counters::*count;
};
constexpr ending endings[] = {{"done", &job_counters::done},
                              {"failed", &job_counters::failed},
                              {"dead", &job_counters::dead},
                              {"given_back", &job_counters::given_back},
                              {"lost", &job_counters::lost}};

std::uint64_t figure(const db::row& of, int column) {
    return static_cast<std::uint64_t>(of.get<std::int64_t>(column));
}

} // namespace

// Every series is there from the start, at zero: see telemetry::metrics.
job_figures::job_figures(telemetry::metrics& to) : counts_(to) {
    std::map<std::string, job_counters> none;
    for (const job_rule& each : all_job_rules())
        none.emplace(each.name, job_counters{});
    publish(none);
}

void job_figures::publish(const std::map<std::string, job_counters>& of) noexcept {
    for (const auto& [kind, counted] : of) {
        if (!find_job_rule(kind)) continue;
        for (const ending& each : endings)
            counts_.series(metric_named("kidevent_jobs_ended_total"), {kind, each.name})
                .cells[0]
                .store(counted.*each.count, std::memory_order_relaxed);
    }
}

task<> job_figures::measure(db::database& with) {
    auto beginning = db::jobs_transaction::begin(with);
    auto asking = co_await beginning;
    const auto jobs = asking.add(measure_jobs);
    const auto messages = asking.add(measure_messages);
    auto committing = asking.commit();
    co_await committing;
    publish_queue(jobs.rows().front());
    const db::row waiting = messages.rows().front();
    counts_.set(metric_named("kidevent_notifications_waiting"), figure(waiting, 0));
    counts_.set(metric_named("kidevent_notifications_oldest_waiting_age_seconds"), figure(waiting, 1));
}

void job_figures::publish_queue(const db::row& jobs) {
    const auto set = [&](std::string_view state, int column) {
        counts_.set(metric_named("kidevent_jobs"), state, figure(jobs, column));
    };
    set("scheduled", 0);
    set("ready", 1);
    set("running", 2);
    set("dead", 3);
    counts_.set(metric_named("kidevent_jobs_oldest_ready_age_seconds"), figure(jobs, 4));
}

} // namespace kidevent::jobs
