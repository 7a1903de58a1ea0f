// The runner: what becomes of a job by the way in which its handler ends.

#include "jobs/job_runner.hpp"

#include "database/db/probes.hpp"
#include "db/db_error.hpp"
#include "job_handlers.hpp"
#include "jobs/job_inspection.hpp"
#include "support/job_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;
using jobs::job_context;
using jobs::job_outcome;

// Handlers are plain functions: what they saw is kept here.
struct {
    std::vector<std::string> jobs;
    std::vector<std::string> tenants;
    bool saw_end = false;
} seen;

task<job_outcome> note(job_context& of) {
    seen.jobs.push_back(to_string(of.job.id.value));
    seen.tenants.push_back(of.tenant ? to_string(of.tenant->id().value) : "");
    co_return job_outcome::done();
}

task<job_outcome> refuse_it(job_context&) { co_return job_outcome::refusal("the address does not exist"); }

task<job_outcome> throw_it(job_context&) {
    throw std::runtime_error("a bad day\n\xff");
    co_return job_outcome::done();
}

task<job_outcome> lose_the_database(job_context&) {
    throw db::db_error(db::db_error::kind::unavailable, "no connection");
    co_return job_outcome::done();
}

// Adds a household, exactly once.
task<job_outcome> work_and_complete(job_context& of) {
    auto beginning = db::tenant_transaction::begin(of.parts.database, *of.tenant);
    auto writing = co_await beginning;
    writing.add(probe_insert_household, of.tenant->id(), make_uuid());
    of.add_completion(writing);
    auto done = writing.commit();
    co_await done;
    co_return job_outcome::done();
}

// Takes the time of ten short statements, unless it hears that it is over.
task<job_outcome> work_slowly(job_context& of) {
    for (int i = 0; i < 10 && !of.is_over(); ++i) {
        auto beginning = db::tenant_transaction::begin(of.parts.database, *of.tenant);
        auto sleeping = co_await beginning;
        sleeping.add(probe_sleep, std::string{"0.1"});
        auto done = sleeping.commit();
        co_await done;
    }
    seen.saw_end = of.is_over();
    co_return job_outcome::done();
}

class job_runner_fixture : public job_fixture {
public:
    job_runner_fixture() { seen = {}; }
    jobs::job_counters run(jobs::job_handler handler) {
        const jobs::job_registration table[] = {{first_kind, handler}};
        return run_due(table);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(jobs_runner, job_runner_fixture)

BOOST_AUTO_TEST_CASE(every_job_runs_once_inside_its_own_tenant_and_is_gone) {
    std::map<std::string, std::string> wanted;
    for (int i = 0; i < 30; ++i) {
        wanted[enqueue(alpha)] = alpha.id;
        wanted[enqueue(beta)] = beta.id;
    }
    const auto counted = run(note);
    BOOST_TEST(counted.done == 60U);
    BOOST_TEST(jobs_left() == 0);
    BOOST_TEST(seen.jobs.size() == 60U);
    for (std::size_t i = 0; i < seen.jobs.size(); ++i)
        BOOST_TEST(wanted.at(seen.jobs[i]) == seen.tenants[i]);
}

BOOST_AUTO_TEST_CASE(an_exception_is_tried_again_later_until_the_attempts_are_used_up) {
    const auto id = enqueue(alpha, "cleanup_expired_logins", "", "now", 3);
    for (int attempt = 1; attempt <= 3; ++attempt) {
        run(throw_it);
        BOOST_TEST(field_of(id, "attempts") == std::to_string(attempt));
        BOOST_TEST(state_of(id) == (attempt < 3 ? "scheduled" : "dead"));
        if (attempt < 3) {
            const double pause = std::stod(field_of(id, "extract(epoch from run_at - now())"));
            BOOST_TEST(pause > 60 * (1 << (attempt - 1)) * 0.85);
            BOOST_TEST(pause < 60 * (1 << (attempt - 1)) * 1.15);
        }
        superuser.execute("update platform.jobs set run_at = now() where state = 'scheduled'");
    }
    BOOST_TEST(field_of(id, "last_error") == "a bad day??");
    // It is still there for who mends it, and runs again with all its attempts.
    BOOST_TEST(opened().run(jobs::retry_job(opened().database, jobs::job_id{*parse_uuid(id)})).value()
               == "dead");
    BOOST_TEST(run(note).done == 1U);
    BOOST_TEST(jobs_left() == 0);
}

BOOST_AUTO_TEST_CASE(how_attempts_end_is_counted_by_kind_and_the_queue_is_measured) {
    using telemetry::metric_named;
    const auto ended = [this](std::string_view result, std::string_view kind = "cleanup_expired_logins") {
        return counts.series(metric_named("kidevent_jobs_ended_total"), {kind, result}).cells[0].load();
    };
    const auto in_state = [this](std::string_view state) {
        return counts.series(metric_named("kidevent_jobs"), {state}).cells[0].load();
    };
    enqueue(alpha, "of_the_future");
    enqueue(alpha);
    run(note);
    BOOST_TEST(ended("done") == 1U);
    BOOST_TEST(ended("failed") == 0U);
    BOOST_TEST(ended("given_back", "of_the_future") == 0U); // whatever stands in the queue makes no series
    BOOST_TEST(in_state("scheduled") == 0U);
    BOOST_TEST(in_state("running") == 2U); // it was measured when they had been claimed
    enqueue(alpha, "cleanup_expired_logins", "", "now", 2);
    run(throw_it);
    BOOST_TEST(ended("failed") == 1U);
    enqueue(alpha);
    run(refuse_it);
    BOOST_TEST(ended("dead") == 1U);
    run(note);
    BOOST_TEST(in_state("scheduled") == 2U);
    BOOST_TEST(in_state("running") == 0U);
    BOOST_TEST(in_state("dead") == 1U);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_final) {
    const auto id = enqueue(alpha);
    BOOST_TEST(run(refuse_it).dead == 1U);
    BOOST_TEST(state_of(id) == "dead");
    BOOST_TEST(field_of(id, "last_error") == "refused: the address does not exist");
}

BOOST_AUTO_TEST_CASE(an_attempt_without_a_database_never_was) {
    const auto id = enqueue(alpha, "cleanup_expired_logins", "", "now", 1);
    BOOST_TEST(run(lose_the_database).given_back == 1U);
    BOOST_TEST(state_of(id) == "scheduled");
    BOOST_TEST(field_of(id, "attempts") == "0");
}

BOOST_AUTO_TEST_CASE(work_and_completion_commit_together) {
    const auto before = households();
    enqueue(alpha);
    BOOST_TEST(run(work_and_complete).done == 1U);
    BOOST_TEST(households() == before + 1);
    BOOST_TEST(jobs_left() == 0);
}

BOOST_AUTO_TEST_CASE(a_kind_that_this_program_does_not_know_is_left_to_another) {
    const auto id = enqueue(alpha, "of_the_future", "", "now", 1);
    run(note);
    BOOST_TEST(seen.jobs.empty());
    BOOST_TEST(state_of(id) == "scheduled");
    BOOST_TEST(field_of(id, "attempts") == "0");
}

BOOST_AUTO_TEST_CASE(leases_of_long_work_are_extended) {
    with.jobs.lease = 600ms;
    const auto id = enqueue(alpha);
    const jobs::job_registration table[] = {{first_kind, work_slowly}};
    const auto runner = make_runner(table);
    runner->start();
    BOOST_TEST(opened().loop.run_until([&] { return runner->running() == 1; }));
    opened().loop.run_for(800ms);
    auto other = as_role("kidevent_jobs");
    BOOST_TEST(other.value("select ready from platform.sweep_leases()") == "0");
    BOOST_TEST(opened().loop.run_until([&] { return jobs_left() == 0; }));
    runner->stop();
    opened().loop.run_for(20ms);
}

BOOST_AUTO_TEST_CASE(work_that_takes_too_long_has_failed_whatever_it_does_later) {
    const auto id = enqueue(alpha);
    const jobs::job_registration table[] = {{first_kind, work_slowly}};
    const auto runner = make_runner(table);
    runner->timeout = 250ms;
    opened().run(runner->run_due());
    BOOST_TEST(runner->counters().at("cleanup_expired_logins").failed == 1U);
    BOOST_TEST(runner->counters().at("cleanup_expired_logins").done == 0U);
    BOOST_TEST(seen.saw_end);
    BOOST_TEST(state_of(id) == "scheduled");
    BOOST_TEST(field_of(id, "attempts") == "1");
    BOOST_TEST(field_of(id, "last_error") == "not done within 120 s");
}

BOOST_AUTO_TEST_CASE(a_drain_gives_back_what_does_not_end_in_time_and_the_attempt_does_not_count) {
    const auto id = enqueue(alpha);
    const jobs::job_registration table[] = {{first_kind, work_slowly}};
    const auto runner = make_runner(table);
    runner->start();
    BOOST_TEST(opened().loop.run_until([&] { return runner->running() == 1; }));
    bool drained = false;
    const auto asked = std::chrono::steady_clock::now();
    runner->drain([&drained] { drained = true; });
    const auto untouched = enqueue(beta);
    BOOST_TEST(opened().loop.run_until([&drained] { return drained; }));
    BOOST_TEST((std::chrono::steady_clock::now() - asked < 900ms));
    BOOST_TEST(state_of(id) == "ready");
    BOOST_TEST(field_of(id, "attempts") == "0");
    BOOST_TEST(field_of(untouched, "attempts") == "0");
    BOOST_TEST(opened().loop.run_until([] { return seen.saw_end; }));
    opened().loop.run_for(50ms);
    BOOST_TEST(state_of(id) == "ready");
}

BOOST_AUTO_TEST_CASE(a_drain_without_work_ends_at_once_and_one_with_short_work_waits_for_it) {
    const jobs::job_registration table[] = {{first_kind, note}};
    const auto runner = make_runner(table);
    runner->start();
    opened().loop.run_for(50ms);
    bool drained = false;
    runner->drain([&drained] { drained = true; });
    BOOST_TEST(opened().loop.run_until([&drained] { return drained; }, 250ms));
}

BOOST_AUTO_TEST_CASE(a_runner_goes_on_after_its_connections_were_cut) {
    const jobs::job_registration table[] = {{first_kind, note}};
    const auto runner = make_runner(table);
    runner->start();
    opened().loop.run_for(100ms);
    cluster.terminate_backends(settings.name);
    superuser = cluster.superuser(settings.name);
    enqueue(alpha);
    BOOST_TEST(opened().loop.run_until([&] { return jobs_left() == 0; }, 10s));
    runner->stop();
    opened().loop.run_for(20ms);
}

BOOST_AUTO_TEST_CASE(a_queue_that_does_not_work_is_an_error_for_who_waits_for_it) {
    enqueue(alpha);
    opened();
    superuser.execute("drop function platform.claim_jobs(text, integer, interval, uuid)");
    BOOST_CHECK_THROW(run(note), db::db_error);
}

BOOST_AUTO_TEST_CASE(the_handlers_delete_what_has_expired_and_nothing_else) {
    superuser.execute("update logins set expires_at = now() + interval '1 day';"
                      "update idempotency_keys set expires_at = now() + interval '1 day'");
    const auto logins = superuser.value("select count(*) from logins");
    superuser.rows("update logins set expires_at = now() - interval '1 day' where tenant_id = $1",
                   {alpha.id});
    superuser.rows("update idempotency_keys set expires_at = now() - interval '1 day' where tenant_id = $1",
                   {alpha.id});
    superuser.execute(
        "insert into platform.admins (id, email, password_hash) values (gen_random_uuid(), 'a@b', 'x');"
        "insert into platform.logins (token_hash, admin_id, expires_at) select sha256('1'), id,"
        " now() - interval '1 s' from platform.admins;"
        "insert into platform.logins (token_hash, admin_id, expires_at) select sha256('2'), id,"
        " now() + interval '1 h' from platform.admins");
    superuser.execute(
        "insert into platform.jobs (tenant_id, id, kind, priority, state, run_at, attempts_max) values"
        " ('00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'cleanup_admin_logins', 5,"
        " 'ready', now(), 5)");
    enqueue(alpha);
    run_due(all_job_handlers());
    BOOST_TEST(jobs_left() == 0);
    BOOST_TEST(superuser.value("select count(*) from logins where tenant_id = $1", {alpha.id}) == "0");
    BOOST_TEST(superuser.value("select count(*) from idempotency_keys where tenant_id = $1", {alpha.id})
               == "0");
    BOOST_TEST(std::stoi(superuser.value("select count(*) from logins")) == std::stoi(logins) * 2 / 3);
    BOOST_TEST(superuser.value("select count(*) from platform.logins") == "1");
}

BOOST_AUTO_TEST_SUITE_END()
