// The whole stack under faults: reload, dead workers, a restarted database, tenants that come while
// everything runs.

#include "support/host_stack.hpp"
#include "support/postgres_cluster.hpp"
#include "support/two_tenants.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

namespace kidevent::tests {

namespace {

using namespace std::chrono_literals;

http_request read_events(const std::string& host) {
    return {"GET", "/api/v1/events?limit=10", host + ".localhost"};
}

// A POST whose answer is decided after the body was read and checked: 401, always the same.
http_request post_sign_in() {
    http_request wanted{"POST", "/api/v1/logins", "alpha.localhost"};
    wanted.headers = {{"Content-Type", "application/json"}};
    wanted.body = R"({"email": "nobody@alpha.example"})";
    return wanted;
}

struct stack_fixture : two_tenants {
    stack_fixture() {
        // The cluster commits asynchronously, and a server that is stopped at once would forget this.
        superuser.execute("set synchronous_commit = on");
        superuser.execute(
            "update events set published_at = now(), cancelled_at = null, cancelled_by = null, "
            "starts_at = now() + interval '1 day', ends_at = now() + interval '2 days', age_min = 3, "
            "age_max = 12, price_minor = 100, sessions = 1");
    }

    host_stack stack{settings};

    // Creates the tenant the way the platform role does, while everything runs.
    void create_tenant(const std::string& slug) {
        auto platform = as_role("kidevent_platform");
        platform.rows(
            "insert into tenancy.tenants (id, slug, name, time_zone, locale, currency, plan, owner_email) "
            "values (gen_random_uuid(), $1, 'New', 'UTC', 'en', 'EUR', 'standard', 'o@new.example')",
            {slug});
        platform.rows("select tenancy.renew_capability(id) from tenancy.tenants where slug = $1", {slug});
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(host_stack_under_faults, stack_fixture)

BOOST_AUTO_TEST_CASE(a_request_goes_through_nginx_a_worker_and_row_level_security_and_back) {
    const auto answer = stack.get("alpha.localhost", "/api/v1/events");
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.body.find("CANARY-alpha") != std::string::npos);
    BOOST_TEST(answer.body.find("CANARY-beta") == std::string::npos);
    BOOST_TEST(stack.get("beta.localhost", "/api/v1/events").body.find("CANARY-alpha") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_tenant_created_while_everything_runs_answers_within_a_second) {
    BOOST_TEST(stack.get("fresh.localhost", "/api/v1/organisation").status == 421);
    BOOST_TEST(stack.get("fresh.localhost", "/api/v1/organisation").status == 421);
    create_tenant("fresh");
    // Both workers had remembered that nobody answers there.
    const auto answers_twice = [&] {
        for (int i = 0; i < 4; ++i)
            if (stack.get("fresh.localhost", "/api/v1/organisation").status != 200) return false;
        return true;
    };
    BOOST_TEST(host_stack::wait_until(answers_twice, 1s));
}

BOOST_AUTO_TEST_CASE(a_reload_under_load_fails_no_request_posts_included) {
    const auto before = stack.worker_pids();
    load reads{stack, 2, [] { return read_events("alpha"); }};
    load posts{stack, 2, post_sign_in};
    for (int i = 0; i < 3; ++i) {
        const auto old = stack.worker_pids();
        stack.master().signal(SIGHUP);
        const auto replaced = [&] {
            const auto now = stack.worker_pids();
            return std::none_of(now.begin(), now.end(), [&](pid_t pid) {
                return std::find(old.begin(), old.end(), pid) != old.end();
            });
        };
        BOOST_TEST(host_stack::wait_until(replaced, 60s));
    }
    reads.stop();
    posts.stop();
    BOOST_TEST(reads.total() > 50);
    BOOST_TEST(posts.total() > 50);
    BOOST_TEST(reads.counts().at(200) == reads.total());
    for (const auto& [status, count] : posts.counts())
        BOOST_TEST((status == 422 || status == 429),
                   "a POST was answered " << status << " " << count << " times");
    const auto after = stack.worker_pids();
    BOOST_TEST((before != after));
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_killed_is_replaced_and_reads_go_to_the_others) {
    load reads{stack, 2, [] { return read_events("alpha"); }};
    const auto victim = stack.worker_pids().front();
    std::this_thread::sleep_for(300ms);
    ::kill(victim, SIGKILL);
    const auto replaced = [&] {
        const auto now = stack.worker_pids();
        return now.size() == 2 && std::find(now.begin(), now.end(), victim) == now.end();
    };
    BOOST_TEST(host_stack::wait_until(replaced, 10s));
    std::this_thread::sleep_for(300ms);
    reads.stop();
    BOOST_TEST(reads.counts().at(200) > 20);
    // What the victim was working on when it died may be lost; nothing after that.
    BOOST_TEST(reads.total() - reads.counts().at(200) <= 4);
}

BOOST_AUTO_TEST_CASE(a_restart_of_the_database_under_load_heals_within_five_seconds_without_a_wrong_answer) {
    std::atomic<int> foreign = 0;
    std::atomic<bool> stopping = false;
    std::thread watcher{[&] {
        while (!stopping) {
            try {
                const auto answer = stack.client().get("alpha.localhost", "/api/v1/events");
                if (answer.status == 200 && answer.body.find("CANARY-alpha") == std::string::npos) ++foreign;
                if (answer.body.find("CANARY-beta") != std::string::npos) ++foreign;
            } catch (const std::runtime_error&) {
            }
        }
    }};
    load reads{stack, 2, [] { return read_events("beta"); }};
    std::this_thread::sleep_for(300ms);
    cluster.restart(shutdown_mode::immediate);
    const auto healed = [&] {
        for (int i = 0; i < 6; ++i)
            if (stack.status_of(read_events("alpha")) != 200) return false;
        return true;
    };
    BOOST_TEST(host_stack::wait_until(healed, 5s));
    reads.stop();
    stopping = true;
    watcher.join();
    BOOST_TEST(foreign == 0);
    for (const auto& [status, count] : reads.counts())
        BOOST_TEST((status == 200 || status == 503),
                   "a read was answered " << status << " " << count << " times");
}

BOOST_AUTO_TEST_CASE(term_drains_and_ends_with_success) {
    stack.master().signal(SIGTERM);
    BOOST_TEST(stack.master().wait(40s) == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
