// The queue as PostgreSQL keeps it: who may put what into it, and what a claim takes out.

#include "jobs/job_queue.hpp"

#include "support/job_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

class job_queue : public job_fixture {
public:
    // Tenants of the jobs that a claim gives, in no order.
    std::map<std::string, int> claim(sql_session& as, int wanted, const std::string& after = "") {
        std::map<std::string, int> found;
        for (const auto& row : as.rows("select tenant_id from platform.claim_jobs('test', $1::integer, '10 "
                                       "s', nullif($2, '')::uuid)",
                                       {std::to_string(wanted), after}))
            ++found[*row[0]];
        return found;
    }

    void flood(const seeded_tenant& at, int count) {
        superuser.rows(
            "insert into platform.jobs (tenant_id, id, kind, priority, state, run_at, attempts_max)"
            " select $1::uuid, gen_random_uuid(), 'cleanup_expired_logins', 5, 'ready',"
            " now() - interval '1 hour', 5 from generate_series(1, $2::integer)",
            {at.id, std::to_string(count)});
    }

    sql_session jobs = as_role("kidevent_jobs");
};

task<std::optional<jobs::job_id>> add_one(db::database& with, tenant_handle at, jobs::new_job wanted,
                                          bool commits) {
    auto beginning = db::tenant_transaction::begin(with, at);
    auto writing = co_await beginning;
    const auto made = jobs::add_enqueue(writing, wanted);
    if (commits) {
        auto done = writing.commit();
        co_await done;
    } else {
        auto done = writing.run();
        co_await done;
        const auto id = made.id();
        auto undone = writing.rollback();
        co_await undone;
        co_return id;
    }
    co_return made.id();
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(jobs_queue, job_queue)

BOOST_AUTO_TEST_CASE(a_job_is_there_when_its_transaction_commits_and_not_when_it_rolls_back) {
    const auto at = opened().handle_of("alpha");
    BOOST_TEST(opened().run(add_one(opened().database, at, {first_kind}, false)).has_value());
    BOOST_TEST(jobs_left() == 0);
    const auto id = opened().run(add_one(opened().database, at, {first_kind, R"({"n": 1})"}, true));
    BOOST_REQUIRE(id);
    BOOST_TEST(field_of(to_string(id->value), "tenant_id") == alpha.id);
    BOOST_TEST(field_of(to_string(id->value), "payload") == R"({"n": 1})");
    BOOST_TEST(state_of(to_string(id->value)) == "ready");
}

BOOST_AUTO_TEST_CASE(a_unique_key_is_taken_at_its_tenant_until_the_job_is_done_or_dead) {
    const auto first = enqueue(alpha, "cleanup_expired_logins", "key");
    BOOST_TEST(!first.empty());
    BOOST_TEST(enqueue(alpha, "cleanup_expired_logins", "key") == "");
    BOOST_TEST(enqueue(alpha, "cleanup_admin_logins", "key") != "");
    BOOST_TEST(enqueue(alpha, "cleanup_expired_logins", "other") != "");
    BOOST_TEST(enqueue(beta, "cleanup_expired_logins", "key") != "");
    superuser.rows("update platform.jobs set state = 'dead' where id = $1", {first});
    BOOST_TEST(enqueue(alpha, "cleanup_expired_logins", "key") != "");
}

BOOST_AUTO_TEST_CASE(who_enqueues_hears_that_the_key_was_taken) {
    const auto at = opened().handle_of("alpha");
    const jobs::new_job wanted{first_kind, "{}", std::nullopt, "key"};
    BOOST_TEST(opened().run(add_one(opened().database, at, wanted, true)).has_value());
    BOOST_TEST(!opened().run(add_one(opened().database, at, wanted, true)).has_value());
    BOOST_TEST(jobs_left() == 1);
}

BOOST_AUTO_TEST_CASE(nobody_can_enqueue_without_a_tenant_or_for_another_one_or_read_the_queue) {
    enqueue(beta);
    auto app = as_role("kidevent_app");
    const std::string enqueue_one =
        "select tenancy.enqueue_job(gen_random_uuid(), 'cleanup_expired_logins', '{}', null, 5, 5, null)";
    BOOST_TEST(app.attempt(enqueue_one).sqlstate == "KE002");
    for (const auto& [role, statement] : std::vector<std::pair<std::string, std::string>>{
             {"kidevent_app", "select * from platform.jobs"},
             {"kidevent_app", "select * from platform.claim_jobs('me', 10, '1 h', null)"},
             {"kidevent_app", "select * from platform.list_jobs(null, null, null, null, 10)"},
             {"kidevent_router", enqueue_one},
             {"kidevent_jobs", enqueue_one},
             {"kidevent_jobs", "select * from platform.jobs"},
             {"kidevent_jobs", "select * from tenancy.capabilities"},
             {"kidevent_jobs", "select * from platform.admins"},
             {"kidevent_platform", "insert into platform.jobs (tenant_id) values (gen_random_uuid())"},
             {"kidevent_platform", "select * from platform.claim_jobs('me', 10, '1 h', null)"}}) {
        auto session = as_role(role);
        BOOST_TEST(session.attempt(statement).sqlstate == "42501", role << ": " << statement);
    }
    // A job of another tenant cannot be completed either, even by who knows its id and token.
    const auto id = superuser.value("select id from platform.jobs");
    claim(jobs, 1);
    app.execute("begin");
    app.rows("select tenancy.enter($1)", {alpha.capability});
    BOOST_TEST(app.attempt("select tenancy.complete_job($1, 1)", {id}).sqlstate == "KE003");
    BOOST_TEST(state_of(id) == "running");
}

BOOST_AUTO_TEST_CASE(a_tenant_with_many_jobs_does_not_keep_one_with_few_waiting) {
    flood(alpha, 5000);
    enqueue(beta);
    enqueue(gamma);
    const auto batch = claim(jobs, 12);
    BOOST_TEST(batch.at(alpha.id) == 4);
    BOOST_TEST(batch.at(beta.id) == 1);
    BOOST_TEST(batch.at(gamma.id) == 1);
    // One at a time, the tenants take turns.
    flood(beta, 10);
    std::string after = alpha.id;
    std::map<std::string, int> served;
    for (int i = 0; i < 10; ++i) {
        const auto one = claim(jobs, 1, after);
        BOOST_REQUIRE_EQUAL(one.size(), 1U);
        after = one.begin()->first;
        ++served[after];
    }
    BOOST_TEST(served[alpha.id] == 5);
    BOOST_TEST(served[beta.id] == 5);
}

BOOST_AUTO_TEST_CASE(a_claim_reads_a_few_rows_by_their_index_however_many_there_are) {
    // The plans are made while the table is empty, and kept.
    auto early = cluster.superuser(settings.name);
    for (int i = 0; i < 8; ++i)
        claim(early, 10);
    flood(alpha, 20000);
    flood(beta, 1);
    superuser.rows("update platform.jobs set run_at = now() + interval '1 day', state = 'scheduled'"
                   " where tenant_id = $1 and random() < 0.5",
                   {alpha.id});
    superuser.execute("vacuum analyze platform.jobs");
    for (auto* session : {&early, &superuser}) {
        session->execute("select pg_stat_force_next_flush()"); // what was read before is not counted here
        session->execute("begin");
        const auto batch = claim(*session, 10);
        BOOST_TEST(batch.size() == 2U);
        const auto read = session->rows("select seq_tup_read, idx_tup_fetch from pg_stat_xact_user_tables"
                                        " where relid = 'platform.jobs'::regclass");
        BOOST_TEST(std::stoi(read[0][0].value()) == 0);
        BOOST_TEST(std::stoi(read[0][1].value()) <= 60, "rows read: " << *read[0][1]);
        session->execute("rollback");
    }
}

BOOST_AUTO_TEST_CASE(within_a_tenant_priority_comes_first_and_then_time) {
    const auto late = enqueue(alpha);
    const auto early = enqueue(alpha);
    const auto urgent = enqueue(alpha);
    const auto tomorrow = enqueue(alpha, "cleanup_expired_logins", "", "tomorrow");
    superuser.rows("update platform.jobs set run_at = now() - interval '1 hour' where id = $1", {early});
    superuser.rows("update platform.jobs set priority = 0 where id = $1", {urgent});
    for (const auto& expected : {urgent, early, late}) {
        claim(jobs, 1);
        BOOST_TEST(state_of(expected) == "running");
    }
    BOOST_TEST(claim(jobs, 10).empty());
    BOOST_TEST(state_of(tomorrow) == "scheduled");
    superuser.rows("update platform.jobs set run_at = now() where id = $1", {tomorrow});
    BOOST_TEST(claim(jobs, 10).size() == 1U);
}

BOOST_AUTO_TEST_CASE(jobs_of_a_suspended_tenant_wait) {
    const auto id = enqueue(alpha);
    superuser.rows("select tenancy.revoke_capability($1)", {alpha.id});
    BOOST_TEST(claim(jobs, 10).empty());
    superuser.rows("select tenancy.renew_capability($1)", {alpha.id});
    BOOST_TEST(claim(jobs, 10).size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_old_token_changes_nothing) {
    const auto id = enqueue(alpha);
    claim(jobs, 1);
    superuser.execute("update platform.jobs set lease_until = now() - interval '1 second'");
    BOOST_TEST(jobs.value("select ready from platform.sweep_leases()") == "1");
    claim(jobs, 1);
    const auto array = [](const std::string& of) { return "{" + of + "}"; };
    BOOST_TEST(field_of(id, "token") == "2");
    BOOST_TEST(jobs.value("select platform.finish_jobs($1, $2, $3)", {array(alpha.id), array(id), "{1}"})
               == "0");
    BOOST_TEST(jobs.value("select platform.fail_job($1, $2, 1, 'x', null, true)", {alpha.id, id}) == "f");
    BOOST_TEST(
        jobs.rows("select platform.extend_leases($1, $2, $3, '1 h')", {array(alpha.id), array(id), "{1}"})
            .empty());
    BOOST_TEST(state_of(id) == "running");
    BOOST_TEST(jobs.value("select platform.finish_jobs($1, $2, $3)", {array(alpha.id), array(id), "{2}"})
               == "1");
    BOOST_TEST(jobs_left() == 0);
}

BOOST_AUTO_TEST_CASE(a_job_whose_holders_keep_dying_is_dead_after_its_last_attempt) {
    const auto id = enqueue(alpha, "cleanup_expired_logins", "", "now", 2);
    for (const std::string expected : {"ready", "dead"}) {
        claim(jobs, 1);
        jobs.rows("select platform.sweep_leases()");
        BOOST_TEST(state_of(id) == "running");
        superuser.execute("update platform.jobs set lease_until = now() - interval '1 second'");
        jobs.rows("select platform.sweep_leases()");
        BOOST_TEST(state_of(id) == expected);
    }
    BOOST_TEST(field_of(id, "last_error") == "the lease of test ended without a word");
}

BOOST_AUTO_TEST_CASE(the_queue_is_measured_without_what_waits_for_a_suspended_tenant) {
    const auto measured = [this] {
        return jobs.value("select concat_ws(' ', scheduled, ready, running, dead, oldest_ready_s)"
                          " from platform.measure_jobs()");
    };
    BOOST_TEST(measured() == "0 0 0 0 0");
    enqueue(gamma);
    superuser.execute("update platform.jobs set run_at = now() - interval '1 day'");
    superuser.rows("select tenancy.revoke_capability($1)", {gamma.id});
    enqueue(alpha, "cleanup_expired_logins", "", "tomorrow");
    const auto come = enqueue(alpha, "cleanup_expired_logins", "", "tomorrow");
    superuser.rows("update platform.jobs set run_at = now() - interval '90 s' where id = $1", {come});
    BOOST_TEST(measured() == "1 1 0 0 90");
    enqueue(beta);
    claim(jobs, 2);
    superuser.rows(
        "update platform.jobs set state = 'dead', held_by = null, lease_until = null where id = $1", {come});
    BOOST_TEST(measured() == "1 0 1 1 0");
}

BOOST_AUTO_TEST_CASE(two_claims_at_once_never_take_the_same_job) {
    flood(alpha, 10);
    auto other = as_role("kidevent_jobs");
    jobs.execute("begin");
    BOOST_TEST(claim(jobs, 6)[alpha.id] == 6);
    BOOST_TEST(claim(other, 6)[alpha.id] == 4);
    jobs.execute("rollback");
    BOOST_TEST(claim(other, 10)[alpha.id] == 6);
}

BOOST_AUTO_TEST_SUITE_END()
