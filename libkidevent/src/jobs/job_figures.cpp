#include "jobs/job_figures.hpp"

#include "jobs/job_kind.hpp"

namespace kidevent::jobs {

namespace {

using telemetry::metric_named;

const db::query measure_jobs{"jobs.measure", R"sql(
    select scheduled, ready, running, dead, oldest_ready_s from platform.measure_jobs()
)sql",
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

db::pending_rows job_figures::add_measure(db::jobs_transaction& in) { return in.add(measure_jobs); }

void job_figures::publish(const db::row& measured) {
    const auto set = [&](std::string_view state, int column) {
        counts_.set(metric_named("kidevent_jobs"), state,
                    static_cast<std::uint64_t>(measured.get<std::int64_t>(column)));
    };
    set("scheduled", 0);
    set("ready", 1);
    set("running", 2);
    set("dead", 3);
    counts_.set(metric_named("kidevent_jobs_oldest_ready_age_seconds"),
                static_cast<std::uint64_t>(measured.get<std::int64_t>(4)));
}

} // namespace kidevent::jobs
