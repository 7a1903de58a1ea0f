// Quick jobs are claimed before there is a place for them, long ones are not.

#include "jobs/job_runner.hpp"

#include "database/db/probes.hpp"
#include "support/job_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;
using jobs::job_context;
using jobs::job_outcome;

bool long_one_ended = false;

task<job_outcome> do_quickly(job_context&) { co_return job_outcome::done(); }

// Some three seconds, unless it hears that it is over.
task<job_outcome> work_long(job_context& of) {
    for (int i = 0; i < 30 && !of.is_over(); ++i) {
        auto beginning = db::tenant_transaction::begin(of.parts.database, *of.tenant);
        auto sleeping = co_await beginning;
        sleeping.add(probe_sleep, std::string{"0.1"});
        auto done = sleeping.commit();
        co_await done;
    }
    long_one_ended = true;
    co_return job_outcome::done();
}

const jobs::job_registration handlers[] = {{first_kind, do_quickly}, {second_kind, work_long}};
const std::string long_kind = "cleanup_admin_logins";

struct claiming_ahead : job_fixture {
    claiming_ahead() {
        with.jobs.concurrency = 1;
        long_one_ended = false;
    }
    ~claiming_ahead() {
        if (!running) return;
        running->stop();
        // What it has under way ends before it goes.
        opened().loop.run_until([] { return long_one_ended; });
        opened().loop.run_for(50ms);
    }

    int in_state(const std::string& state) {
        return std::stoi(superuser.value("select count(*) from platform.jobs where state = $1", {state}));
    }
    // A long job behind so many quick ones that it is claimed ahead, with five more behind it.
    void start_with_a_long_one_between() {
        for (int i = 0; i < 30; ++i)
            enqueue(alpha);
        enqueue(alpha, long_kind);
        for (int i = 0; i < 5; ++i)
            last = enqueue(alpha);
        running = make_runner(handlers);
        running->start();
        BOOST_REQUIRE(opened().loop.run_until([&] { return jobs_left() == 6 && in_state("running") == 6; }));
    }

    std::unique_ptr<jobs::job_runner> running;
    std::string last;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(jobs_claim_ahead, claiming_ahead)

BOOST_AUTO_TEST_CASE(many_quick_jobs_take_few_round_trips) {
    for (int i = 0; i < 200; ++i)
        enqueue(i % 2 == 0 ? alpha : beta);
    const auto runner = make_runner(handlers);
    int claims = 0;
    runner->on_step = [&claims](jobs::job_runner::step reached) {
        if (reached == jobs::job_runner::step::before_claim) ++claims;
    };
    opened().run(runner->run_due());
    BOOST_TEST(runner->counters().at("cleanup_expired_logins").done == 200U);
    BOOST_TEST(jobs_left() == 0);
    // One at a time would be two hundred.
    BOOST_TEST(claims < 40);
}

BOOST_AUTO_TEST_CASE(no_more_are_claimed_ahead_than_the_setting_allows) {
    with.jobs.claim_ahead_max = 3;
    for (int i = 0; i < 40; ++i)
        enqueue(alpha);
    const auto runner = make_runner(handlers);
    int most = 0;
    runner->on_step = [&](jobs::job_runner::step reached) {
        if (reached == jobs::job_runner::step::after_claim) most = std::max(most, in_state("running"));
    };
    opened().run(runner->run_due());
    BOOST_TEST(jobs_left() == 0);
    BOOST_TEST(most == 4);
}

BOOST_AUTO_TEST_CASE(long_jobs_are_claimed_when_there_is_a_place) {
    for (int i = 0; i < 3; ++i)
        enqueue(alpha, long_kind);
    running = make_runner(handlers);
    running->start();
    BOOST_TEST(opened().loop.run_until([&] { return running->running() == 1; }));
    opened().loop.run_for(300ms);
    BOOST_TEST(in_state("running") == 1);
    BOOST_TEST(in_state("ready") == 2);
    running->drain([] {});
    BOOST_TEST(opened().loop.run_until([] { return long_one_ended; }));
}

BOOST_AUTO_TEST_CASE(what_waits_behind_a_long_job_goes_back_uncounted_and_others_may_run_it) {
    start_with_a_long_one_between();
    BOOST_TEST(opened().loop.run_until([&] { return in_state("running") == 1; }, 5s));
    BOOST_TEST(!long_one_ended);
    BOOST_TEST(state_of(last) == "ready");
    BOOST_TEST(field_of(last, "attempts") == "0");
    // It does not take them again while its place is taken.
    opened().loop.run_for(200ms);
    BOOST_TEST(in_state("running") == 1);
    const auto another = make_runner(handlers);
    another->start();
    BOOST_TEST(opened().loop.run_until([&] { return jobs_left() == 1; }, 2s));
    BOOST_TEST(!long_one_ended);
    another->stop();
    opened().loop.run_for(20ms);
}

BOOST_AUTO_TEST_CASE(a_drain_gives_back_at_once_what_was_claimed_ahead) {
    with.fastcgi.drain_timeout = 10s;
    start_with_a_long_one_between();
    running->drain([] {});
    BOOST_TEST(opened().loop.run_until([&] { return in_state("ready") == 5; }, 900ms));
    BOOST_TEST(!long_one_ended);
    BOOST_TEST(field_of(last, "attempts") == "0");
    BOOST_TEST(opened().loop.run_until([&] { return jobs_left() == 5; }));
    BOOST_TEST(long_one_ended);
}

BOOST_AUTO_TEST_SUITE_END()
