// Drains N jobs that do nothing, then measures from enqueueing to start, one job at a time. For the benchmark
// beside it: jobs_drain TENANT N SAMPLES CONCURRENCY, with the settings of the environment. Prints "jobs/s
// p50 p99", and the rate of enqueueing on stderr.

#include "config/settings_file.hpp"
#include "jobs/job_runner.hpp"
#include "services.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace kidevent;
using steady = std::chrono::steady_clock;

int done = 0;

task<jobs::job_outcome> do_nothing(jobs::job_context&) {
    ++done;
    co_return jobs::job_outcome::done();
}

task<> enqueue(db::database& with, tenant_handle at, int count) {
    for (int left = count; left > 0; left -= 1000) {
        auto beginning = db::tenant_transaction::begin(with, at);
        auto writing = co_await beginning;
        for (int i = 0; i < std::min(left, 1000); ++i)
            jobs::add_enqueue(writing, {jobs::job_kind::cleanup_expired_logins});
        auto written = writing.commit();
        co_await written;
    }
}

double seconds_since(steady::time_point then) {
    return std::chrono::duration<double>(steady::now() - then).count();
}

void run_until(services& parts, int count) {
    parts.loop.restart();
    while (done < count)
        parts.loop.run_one();
}

} // namespace

int main(int argument_count, char** arguments) {
    if (argument_count != 5) return 64;
    const int count = std::atoi(arguments[2]);
    const int samples = std::atoi(arguments[3]);
    settings with = config::load_settings(std::getenv("KIDEVENT_CONFIG"));
    with.jobs.concurrency = std::atoi(arguments[4]);
    services parts{with, make_shared_memory()};
    parts.start();
    const auto found = parts.block_on(parts.tenants.resolve_slug(arguments[1]));
    if (!found) return 1;
    const tenant_handle at = (*found)->handle;

    auto begun = steady::now();
    parts.block_on(enqueue(parts.database, at, count));
    std::fprintf(stderr, "enqueued %.0f jobs/s\n", count / seconds_since(begun));
    const jobs::job_registration handlers[] = {{jobs::job_kind::cleanup_expired_logins, do_nothing}};
    jobs::job_runner runner{parts.loop, parts.job_parts, handlers, {}};
    parts.database.listen_to_work([&runner](db::work_set) { runner.wake(); });
    begun = steady::now();
    runner.start();
    run_until(parts, count);
    const double rate = count / seconds_since(begun);

    std::vector<double> delays;
    for (int i = 0; i < samples; ++i) {
        // The runner looks into its empty queue as it would without us.
        parts.loop.restart();
        parts.loop.run_for(std::chrono::milliseconds{20});
        begun = steady::now();
        parts.block_on(enqueue(parts.database, at, 1));
        run_until(parts, count + i + 1);
        delays.push_back(seconds_since(begun) * 1000);
    }
    std::sort(delays.begin(), delays.end());
    const auto at_part = [&](double part) {
        return delays[std::min(delays.size() - 1,
                               static_cast<std::size_t>(part * static_cast<double>(delays.size())))];
    };
    std::printf("%.0f %.1f %.1f\n", rate, at_part(0.5), at_part(0.99));
    // Nothing of the runner may be under way when it goes: the platform lives longer.
    bool drained = false;
    runner.drain([&drained] { drained = true; });
    parts.loop.restart();
    while (!drained)
        parts.loop.run_one();
    return 0;
}
