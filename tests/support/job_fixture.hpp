#pragma once
// A fixture for the tests of background work: tenants alpha, beta and gamma, jobs put into the queue by hand,
// and what a runner needs. For tests only.

#include "jobs/job_runner.hpp"
#include "support/open_database.hpp"
#include "support/two_tenants.hpp"

#include <thread>

namespace kidevent::tests {

// A clock that stands where a test puts it.
class set_clock : public clock {
public:
    timestamp now() const override { return at; }
    timestamp at{};
};

// Kinds of the product under which the tests put handlers of their own.
inline constexpr auto first_kind = jobs::job_kind::cleanup_expired_logins;
inline constexpr auto second_kind = jobs::job_kind::cleanup_admin_logins;

class job_fixture : public two_tenants {
public:
    job_fixture() {
        with.jobs.lease = std::chrono::milliseconds{1000};
        with.jobs.poll_interval_max = std::chrono::milliseconds{50};
        with.fastcgi.drain_timeout = std::chrono::milliseconds{300};
    }

    // As the app role of that tenant, in a transaction that commits; the id, "" when the key was taken.
    std::string enqueue(const seeded_tenant& at, const std::string& kind = "cleanup_expired_logins",
                        const std::string& key = "", const std::string& run_at = "now",
                        int attempts_max = 5) {
        auto app = as_role("kidevent_app");
        app.execute("begin");
        app.rows("select tenancy.enter($1)", {at.capability});
        const auto id =
            app.value("select tenancy.enqueue_job(gen_random_uuid(), $1, '{}', $2::timestamptz, 5,"
                      " $3::integer, nullif($4, ''))",
                      {kind, run_at, std::to_string(attempts_max), key});
        app.execute("commit");
        return id;
    }

    std::string state_of(const std::string& id) {
        return superuser.value("select state from platform.jobs where id = $1", {id});
    }
    std::string field_of(const std::string& id, const std::string& column) {
        return superuser.value("select " + column + "::text from platform.jobs where id = $1", {id});
    }
    int jobs_left() { return std::stoi(superuser.value("select count(*) from platform.jobs")); }
    int households() { return std::stoi(superuser.value("select count(*) from households")); }

    // Opened late: a test that forks does so before.
    open_database& opened() {
        if (!opened_) opened_.emplace(settings);
        return *opened_;
    }
    jobs::job_parts parts() { return {with, opened().database, time, counts}; }

    std::unique_ptr<jobs::job_runner> make_runner(std::span<const jobs::job_registration> handlers) {
        return std::make_unique<jobs::job_runner>(opened().loop.loop(), parts(), handlers,
                                                  std::span<const jobs::schedule>{});
    }

    // Runs what is due; the counters of the first kind.
    jobs::job_counters run_due(std::span<const jobs::job_registration> handlers) {
        const auto runner = make_runner(handlers);
        opened().run(runner->run_due());
        const auto found = runner->counters().find("cleanup_expired_logins");
        return found == runner->counters().end() ? jobs::job_counters{} : found->second;
    }

    kidevent::settings with;
    clock time;
    telemetry::metrics counts{nullptr, 0};

private:
    std::optional<open_database> opened_;
};

} // namespace kidevent::tests
