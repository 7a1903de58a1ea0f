// Background work as operators meet it: the command line, and a pool of real workers.

#include "host/installation.hpp"
#include "support/host_stack.hpp"
#include "support/two_tenants.hpp"

#include <csignal>

using namespace kidevent::tests;
using namespace std::chrono_literals;

namespace {

class queue_installation : public installation {
public:
    queue_installation() {
        create("alpha");
        create("beta");
    }

    std::string add(const std::string& slug, const std::string& state, const std::string& kind) {
        return sql(
            "insert into platform.jobs (tenant_id, id, kind, priority, state, run_at, attempts_max, attempts,"
            " last_error, held_by, lease_until) select id, gen_random_uuid(), '"
            + kind + "', 5, '" + state + "', now() + case when '" + state
            + "' = 'scheduled' then interval '1 day' else '-1 minute' end, 5, 5, 'boom', "
            + (state == "running" ? "'x', now() + interval '1 h'" : "null, null")
            + " from tenancy.tenants where slug = '" + slug + "' returning id");
    }
};

// Of a stack with a web pool and a pool of one process that runs jobs.
struct jobs_stack : two_tenants {
    jobs_stack() { superuser.execute("set synchronous_commit = on"); }
    host_stack stack{settings, 1};

    void enqueue(const seeded_tenant& at) {
        auto app = as_role("kidevent_app");
        app.execute("begin");
        app.rows("select tenancy.enter($1)", {at.capability});
        app.rows("select tenancy.enqueue_job(gen_random_uuid(), 'cleanup_expired_logins', '{}', null, 5, 5, "
                 "null)");
        app.execute("commit");
    }
    bool shows(const std::string& series) {
        return host_stack::wait_until([&] { return contains(stack.metrics(), "\n" + series + "\n"); }, 10s);
    }
    // By all workers that there have been; the schedules add to it as they come due.
    int cleanups_done() {
        const std::string series =
            R"(kidevent_jobs_ended_total{kind="cleanup_expired_logins",result="done"} )";
        const auto text = stack.metrics();
        const auto at = text.find(series);
        return at == text.npos ? -1 : std::stoi(text.substr(at + series.size()));
    }
    bool is_empty() {
        return host_stack::wait_until(
            [this] { return superuser.value("select count(*) from platform.jobs") == "0"; }, 10s);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(jobs_command_line)

BOOST_AUTO_TEST_CASE(jobs_are_listed_by_state_kind_and_organisation_and_shown) {
    queue_installation here;
    const auto dead = here.add("alpha", "dead", "cleanup_expired_logins");
    const auto later = here.add("beta", "scheduled", "cleanup_admin_logins");
    const auto list = [&here](std::vector<std::string> words) {
        words.insert(words.begin(), {"jobs", "list", "--json"});
        return here.run(words).json().as_array();
    };
    BOOST_TEST(list({}).size() == 2U);
    BOOST_TEST(list({"--limit", "1"}).size() == 1U);
    for (const auto& filter : std::vector<std::vector<std::string>>{
             {"--state", "dead"}, {"--kind", "cleanup_expired_logins"}, {"--tenant", "alpha"}}) {
        const auto found = list(filter);
        BOOST_REQUIRE_EQUAL(found.size(), 1U);
        BOOST_TEST(text_in(found[0], "id") == dead);
    }
    CHECK_OUTCOME(here.run({"jobs", "list", "--tenant", "nobody"}), 4);
    CHECK_OUTCOME(here.run({"jobs", "list", "--state", "odd"}), 2);
    const auto shown = here.run({"jobs", "show", later, "--json"});
    BOOST_TEST(text_in(shown.json(), "tenant") == "beta", shown);
    BOOST_TEST(shown.json().at("payload").is_object(), shown);
    CHECK_OUTCOME(here.run({"jobs", "show", "7"}), 65);
    CHECK_OUTCOME(here.run({"jobs", "show", "00000000-0000-0000-0000-000000000001"}), 4);
    const auto table = here.run({"jobs", "list"});
    BOOST_TEST(contains(table.out, "LAST ERROR"), table);
}

BOOST_AUTO_TEST_CASE(a_dead_job_is_retried_a_running_one_is_not_and_any_is_cancelled) {
    queue_installation here;
    const auto dead = here.add("alpha", "dead", "cleanup_expired_logins");
    const auto running = here.add("alpha", "running", "cleanup_expired_logins");
    const auto retried = here.run({"jobs", "retry", dead, "--json"});
    CHECK_OUTCOME(retried, 0);
    BOOST_TEST(text_in(retried.json(), "before") == "dead", retried);
    BOOST_TEST(here.sql("select state || attempts from platform.jobs where id = '" + dead + "'") == "ready0");
    const auto refused = here.run({"jobs", "retry", running});
    CHECK_OUTCOME(refused, 5);
    BOOST_TEST(contains(refused.err, "error: the job runs\nhint: "), refused);
    const auto double_of = here.add("alpha", "dead", "cleanup_admin_logins");
    here.sql("update platform.jobs set unique_key = 'k' where id = '" + double_of + "'");
    const auto again = here.add("alpha", "ready", "cleanup_admin_logins");
    here.sql("update platform.jobs set unique_key = 'k' where id = '" + again + "'");
    const auto taken = here.run({"jobs", "retry", double_of});
    CHECK_OUTCOME(taken, 5);
    BOOST_TEST(contains(taken.err, "error: another job with its unique key waits or runs\nhint: "), taken);
    CHECK_OUTCOME(here.run({"jobs", "cancel", double_of}), 0);
    CHECK_OUTCOME(here.run({"jobs", "cancel", again}), 0);
    CHECK_OUTCOME(here.run({"jobs", "cancel", running}), 0);
    CHECK_OUTCOME(here.run({"jobs", "cancel", running}), 4);
    BOOST_TEST(here.sql("select count(*) from platform.jobs") == "1");
}

BOOST_AUTO_TEST_CASE(what_is_due_runs_and_is_counted) {
    queue_installation here;
    here.add("alpha", "ready", "cleanup_expired_logins");
    here.add("beta", "scheduled", "cleanup_expired_logins");
    const auto counted = here.run({"jobs", "stats", "--json"}).json().as_array();
    BOOST_TEST(counted.size() == 2U);
    const auto ran = here.run({"jobs", "run-due", "--json"});
    CHECK_OUTCOME(ran, 0);
    BOOST_TEST(here.sql("select count(*) from platform.jobs where state <> 'scheduled'") == "0");
    BOOST_TEST(contains(ran.out, "cleanup_expired_logins"), ran);
    CHECK_OUTCOME(here.run({"jobs", "run-due"}, {{"KIDEVENT_DB__JOBS_PASSWORD", "short"}}), 78);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(jobs_pool, jobs_stack)

BOOST_AUTO_TEST_CASE(a_pool_of_its_own_runs_jobs_through_a_kill_and_a_reload_and_drains) {
    BOOST_TEST(stack.worker_pids().size() == 3U);
    superuser.rows("update logins set expires_at = now() - interval '1 day' where tenant_id = $1",
                   {alpha.id});
    enqueue(alpha);
    BOOST_TEST(is_empty());
    BOOST_TEST(superuser.value("select count(*) from logins where tenant_id = $1", {alpha.id}) == "0");
    BOOST_TEST(host_stack::wait_until([this] { return cleanups_done() >= 1; }, 5s));
    const int done = cleanups_done();
    // Requests never reach its socket.
    for (int i = 0; i < 6; ++i)
        BOOST_TEST(stack.get("alpha.localhost", "/api/v1/events").status == 200);
    const auto status = stack.status();
    for (const auto& worker : status.at("workers").as_array()) {
        if (worker.at("pool") != "jobs") continue;
        BOOST_TEST(worker.at("requests_total").to_number<int>() == 0);
        ::kill(worker.at("pid").to_number<pid_t>(), SIGKILL);
    }
    enqueue(beta);
    BOOST_TEST(is_empty());
    BOOST_TEST(host_stack::wait_until([this, done] { return cleanups_done() > done; }, 5s));
    superuser.rows("insert into platform.jobs (tenant_id, id, kind, priority, state, run_at, attempts_max)"
                   " values ($1::uuid, gen_random_uuid(), 'cleanup_expired_logins', 5, 'dead', now(), 5)",
                   {alpha.id});
    const auto before = stack.worker_pids();
    stack.master().signal(SIGHUP);
    BOOST_TEST(host_stack::wait_until(
        [&] {
            const auto now = stack.worker_pids();
            return now.size() == 3 && std::none_of(now.begin(), now.end(), [&](pid_t pid) {
                       return std::find(before.begin(), before.end(), pid) != before.end();
                   });
        },
        60s));
    BOOST_TEST(shows(R"(kidevent_jobs{state="dead"} 1)"));
    superuser.execute("delete from platform.jobs");
    enqueue(alpha);
    BOOST_TEST(is_empty());
    stack.master().signal(SIGTERM);
    BOOST_TEST(stack.master().wait(40s) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
