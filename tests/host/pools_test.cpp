// Services in pools of their own: which workers answer for what, and what the death of a pool does to the
// others.

#include "installation.hpp"

#include "support/event_source.hpp"
#include "support/host_stack.hpp"
#include "support/two_tenants.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>

namespace kidevent::tests {

namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

struct pools_fixture : two_tenants {
    host_stack stack{settings, 1, "outbox:\n  poll_max: 200ms\n",
                     "    - {name: people, processes: 2, services: [identity]}\n"
                     "    - {name: web, processes: 2}\n"};

    // /readyz, which the stack waits for, is answered by one worker of one pool.
    pools_fixture() {
        const auto is_there = [this] {
            const auto workers = workers_of("people");
            return workers.size() == 2 && std::all_of(workers.begin(), workers.end(), [](const auto& each) {
                       return each.at("published").as_bool();
                   });
        };
        BOOST_REQUIRE(host_stack::wait_until(is_there, 60s));
    }

    static http_request make_post(const std::string& target, const json::value& body,
                                  const std::string& cookie = "") {
        http_request wanted{"POST", target, "alpha.localhost"};
        wanted.headers = {{"Content-Type", "application/json"}};
        if (!cookie.empty()) wanted.headers.push_back({"Cookie", cookie});
        wanted.body = json::serialize(body);
        return wanted;
    }
    static http_request make_sign_up(const std::string& email) {
        return make_post("/api/v1/accounts", {{"email", email},
                                              {"password", "correct horse battery"},
                                              {"given_name", "P"},
                                              {"family_name", "P"}});
    }
    // The cookie of a new account.
    std::string sign_up(const std::string& email) const {
        const auto made = stack.client().send(make_sign_up(email));
        BOOST_REQUIRE(made.status == 201);
        const auto set = made.header_value("Set-Cookie");
        return set.substr(0, set.find(';'));
    }

    // What the status page says of the workers of a pool.
    std::vector<json::object> workers_of(const std::string& pool) const {
        std::vector<json::object> found;
        const auto page = stack.status();
        for (const auto& each : page.at("workers").as_array())
            if (each.at("pool").as_string() == pool) found.push_back(each.as_object());
        return found;
    }
    std::int64_t requests_of(const std::string& pool) const {
        std::int64_t sum = 0;
        for (const auto& each : workers_of(pool))
            sum += each.at("requests_total").to_number<std::int64_t>();
        return sum;
    }
    std::vector<pid_t> pids_of(const std::string& pool) const {
        std::vector<pid_t> pids;
        for (const auto& each : workers_of(pool))
            pids.push_back(each.at("pid").to_number<pid_t>());
        return pids;
    }
    // The pool whose workers did the work, and no other one's.
    std::string pool_that_answers(const std::function<void()>& work, std::int64_t requests) const {
        const auto people = requests_of("people");
        const auto web = requests_of("web");
        work();
        const bool by_people = requests_of("people") == people + requests && requests_of("web") == web;
        const bool by_web = requests_of("people") == people && requests_of("web") == web + requests;
        return by_people ? "people" : by_web ? "web" : "both";
    }
    int get_status(const std::string& target) const { return stack.get("alpha.localhost", target).status; }
    static bool have_nothing_in_common(const std::vector<pid_t>& a, const std::vector<pid_t>& b) {
        return std::none_of(a.begin(), a.end(),
                            [&](pid_t each) { return std::find(b.begin(), b.end(), each) != b.end(); });
    }
};

http_request read_events() { return {"GET", "/api/v1/events?limit=10", "alpha.localhost"}; }

http_request post_sign_in() {
    return pools_fixture::make_post("/api/v1/logins", {{"email", "nobody@alpha.example"}});
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(host_pools, pools_fixture)

BOOST_AUTO_TEST_CASE(each_request_is_answered_by_the_pool_of_its_service) {
    std::string cookie;
    BOOST_TEST(pool_that_answers([&] { cookie = sign_up("parent@new.example"); }, 1) == "people");
    http_request mine{"GET", "/api/v1/accounts/me", "alpha.localhost"};
    mine.headers = {{"Cookie", cookie}};
    http_request sign_out{"DELETE", "/api/v1/logins/current", "alpha.localhost"};
    sign_out.headers = mine.headers;
    BOOST_TEST(pool_that_answers(
                   [&] {
                       BOOST_TEST(stack.status_of(mine) == 200);
                       BOOST_TEST(stack.status_of(post_sign_in()) == 422);
                   },
                   2)
               == "people");
    // Who is signed in by one pool is known to the other.
    const auto child =
        make_post("/api/v1/children",
                  {{"given_name", "C"}, {"family_name", "C"}, {"birth_date", "2019-05-05"}}, cookie);
    const auto registration = make_post("/api/v1/registrations", {{"places", json::array{}}}, cookie);
    BOOST_TEST(pool_that_answers(
                   [&] {
                       BOOST_TEST(get_status("/api/v1/events") == 200);
                       BOOST_TEST(stack.status_of(child) == 201);
                       BOOST_TEST(stack.status_of(registration) == 422);
                       BOOST_TEST(get_status("/readyz") == 200);
                   },
                   4)
               == "web");
    BOOST_TEST(pool_that_answers([&] { BOOST_TEST(stack.status_of(sign_out) == 204); }, 1) == "people");
    BOOST_TEST(stack.status_of(child) == 401);
}

BOOST_AUTO_TEST_CASE(what_no_route_knows_is_answered_as_before) {
    BOOST_TEST(pool_that_answers(
                   [&] {
                       BOOST_TEST(get_status("/api/v1/nothing") == 404);
                       BOOST_TEST(get_status("/api/v1/accounts/me/more") == 404);
                       BOOST_TEST(get_status("/api/v2/accounts") == 404);
                   },
                   3)
               == "web");
    const auto refused = stack.client().send({"DELETE", "/api/v1/accounts", "alpha.localhost"});
    BOOST_TEST(refused.status == 405);
    BOOST_TEST(refused.header_value("Allow") == "POST, GET, HEAD");
    BOOST_TEST(stack.get("elsewhere.example", "/api/v1/accounts/me").status == 421);
    BOOST_TEST(stack.get("unknown.localhost", "/api/v1/accounts/me").status == 421);
    BOOST_TEST(stack.get("alpha.localhost", "/").status == 200);
}

BOOST_AUTO_TEST_CASE(the_death_of_every_worker_of_a_pool_is_not_noticed_by_the_others) {
    load reads{stack, 2, read_events};
    for (int i = 0; i < 3; ++i) {
        const auto victims = pids_of("people");
        BOOST_REQUIRE(victims.size() == 2U);
        for (const pid_t each : victims)
            ::kill(each, SIGKILL);
        const auto replaced = [&] {
            const auto now = pids_of("people");
            return now.size() == 2 && have_nothing_in_common(now, victims)
                   && stack.status_of(post_sign_in()) == 422;
        };
        BOOST_TEST(host_stack::wait_until(replaced, 30s));
    }
    reads.stop();
    BOOST_TEST(reads.total() > 50);
    BOOST_TEST(reads.counts().at(200) == reads.total());
}

BOOST_AUTO_TEST_CASE(a_reload_replaces_the_workers_of_all_pools_and_fails_no_request) {
    load reads{stack, 1, read_events};
    load posts{stack, 1, post_sign_in};
    const auto people = pids_of("people");
    const auto web = pids_of("web");
    stack.master().signal(SIGHUP);
    const auto replaced = [&] {
        return have_nothing_in_common(pids_of("people"), people)
               && have_nothing_in_common(pids_of("web"), web);
    };
    BOOST_TEST(host_stack::wait_until(replaced, 60s));
    reads.stop();
    posts.stop();
    BOOST_TEST(reads.counts().at(200) == reads.total());
    for (const auto& [status, count] : posts.counts())
        BOOST_TEST((status == 422 || status == 429),
                   "a POST was answered " << status << " " << count << " times");
}

BOOST_AUTO_TEST_CASE(a_stream_is_open_at_its_pool_and_hears_what_the_other_one_does) {
    const auto cookie = sign_up("parent@new.example");
    http_request asking{"GET", "/api/v1/accounts/me", "alpha.localhost"};
    asking.headers = {{"Cookie", cookie}};
    const auto me = json::parse(stack.client().send(asking).body);
    const std::string account = me.at("id").as_string().c_str();
    event_source heard{{stack.port(), "alpha.localhost", "user:" + account, {{"Cookie", cookie}}, 0}};
    BOOST_TEST(heard.hears("\nid: "));
    const auto child =
        make_post("/api/v1/children",
                  {{"given_name", "C"}, {"family_name", "C"}, {"birth_date", "2019-05-05"}}, cookie);
    BOOST_TEST(stack.status_of(child) == 201);
    BOOST_TEST(heard.hears("com.kidevent.child.created.v1", 5s));
    const auto active = [this](const std::string& pool) {
        std::int64_t sum = 0;
        for (const auto& each : workers_of(pool))
            sum += each.at("requests_active").to_number<std::int64_t>();
        return sum;
    };
    BOOST_TEST(active("web") == 1);
    BOOST_TEST(active("people") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(host_pool_settings)

BOOST_AUTO_TEST_CASE(pools_that_leave_a_service_out_are_refused_by_the_check_and_at_the_start) {
    installation place{"pool_settings"};
    const auto file =
        place.write("split.yaml", "fastcgi:\n  pools:\n    - {name: a, services: [identity]}\n");
    const auto complaint = file + ":2: fastcgi.pools: no pool has the service families, nor all";
    const auto checked = place.run({"config", "check"}, {{"KIDEVENT_CONFIG", file}});
    CHECK_OUTCOME(checked, 78);
    BOOST_TEST(contains(checked.err, complaint), checked);
    CHECK_OUTCOME(place.run({"nginx-conf"}, {{"KIDEVENT_CONFIG", file}}), 78);
    process master{
        {{(program().parent_path().parent_path() / "fcgi-host/kidevent-fcgi").string(), "--config", file}}};
    BOOST_TEST(master.wait() == 78);
    BOOST_TEST(contains(master.output() + master.errors(), "no pool has the service families, nor all"));
}

BOOST_AUTO_TEST_CASE(nginx_conf_needs_the_files_beside_it_and_plain_words) {
    installation place{"nginx_conf"};
    CHECK_OUTCOME(place.run({"nginx-conf", "--conf-dir", "/nonexistent"}), 4);
    const auto refused = place.run({"nginx-conf", "--listen", "80; evil"});
    CHECK_OUTCOME(refused, 65);
    BOOST_TEST(contains(refused.err, "--listen"), refused);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
