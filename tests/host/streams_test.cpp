// Streams of changes through nginx and several workers, as browsers have them.

#include "support/event_source.hpp"
#include "support/host_stack.hpp"
#include "support/two_tenants.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <set>

namespace kidevent::tests {

namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

const std::string child_created = "com.kidevent.child.created.v1";

struct streams_fixture : two_tenants {
    host_stack stack{settings, 1, "outbox:\n  poll_max: 200ms\n"};
    std::string cookie;
    std::string account;

    streams_fixture() {
        const auto made = post("/api/v1/accounts", {{"email", "parent@new.example"},
                                                    {"password", "correct horse battery"},
                                                    {"given_name", "P"},
                                                    {"family_name", "P"}});
        BOOST_REQUIRE(made.status == 201);
        const auto set = made.header_value("Set-Cookie");
        cookie = set.substr(0, set.find(';'));
        account = json::parse(made.body).at("id").as_string().c_str();
    }

    http_answer post(const std::string& target, const json::value& body) const {
        http_request wanted{"POST", target, "alpha.localhost"};
        wanted.headers = {{"Content-Type", "application/json"}};
        if (!cookie.empty()) wanted.headers.push_back({"Cookie", cookie});
        wanted.body = json::serialize(body);
        return stack.client().send(wanted);
    }
    // The id.
    std::string add_child() const {
        const auto made = post("/api/v1/children",
                               {{"given_name", "C"}, {"family_name", "C"}, {"birth_date", "2019-05-05"}});
        BOOST_TEST(made.status == 201);
        return made.status == 201 ? json::parse(made.body).at("id").as_string().c_str() : "";
    }
    event_source open(const std::string& topics, int receive_buffer_bytes = 0) const {
        return event_source{
            {stack.port(), "alpha.localhost", topics, {{"Cookie", cookie}}, receive_buffer_bytes}};
    }
    event_source open_own() const { return open("user:" + account); }
    double metric(const std::string& name) const {
        const auto text = stack.metrics();
        const auto at = text.find("\n" + name + " ");
        return at == text.npos ? -1 : std::stod(text.substr(at + name.size() + 2));
    }
};

std::multiset<std::string> children_in(event_source& of) {
    std::multiset<std::string> ids;
    for (const auto& each : of.data_of(child_created))
        ids.insert(json::parse(each).at("child_id").as_string().c_str());
    return ids;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(host_streams, streams_fixture)

BOOST_AUTO_TEST_CASE(the_first_byte_comes_at_once_and_a_change_within_a_second_at_every_worker) {
    const auto began = std::chrono::steady_clock::now();
    auto first = open_own();
    BOOST_TEST(first.hears("retry: 3000\n\n"));
    BOOST_TEST((std::chrono::steady_clock::now() - began < 500ms));
    BOOST_TEST(first.status() == 200);
    BOOST_TEST(first.received.find("Content-Type: text/event-stream") != std::string::npos);
    BOOST_TEST(first.received.find("X-Accel-Buffering") == std::string::npos); // it was for nginx
    // nginx gives the next one to the worker with the fewest connections: the other one.
    auto second = open_own();
    for (event_source* each : {&first, &second})
        BOOST_TEST(each->hears("\nid: "));
    // Each worker makes a change now and then; both streams hear of all.
    for (int i = 0; i < 4; ++i) {
        const auto child = add_child();
        for (event_source* each : {&first, &second})
            BOOST_TEST(each->hears(child, 1s));
    }
    BOOST_TEST(first.count_of(child_created) == 4U);
    BOOST_TEST(host_stack::wait_until([&] { return metric("kidevent_streams_open") == 2; }, 3s));
    BOOST_TEST(metric("kidevent_stream_messages_total") > 8);
}

BOOST_AUTO_TEST_CASE(a_reload_ends_streams_quickly_and_who_comes_back_misses_nothing) {
    std::vector<event_source> readers;
    for (int i = 0; i < 4; ++i)
        readers.push_back(open_own());
    for (auto& each : readers)
        BOOST_TEST(each.hears("\nid: "));
    std::multiset<std::string> made;
    made.insert(add_child());
    const auto old = stack.worker_pids();
    stack.master().signal(SIGHUP);
    const auto gone = [&] {
        const auto now = stack.worker_pids();
        return std::none_of(now.begin(), now.end(),
                            [&](pid_t pid) { return std::find(old.begin(), old.end(), pid) != old.end(); });
    };
    const auto follow = [&](std::chrono::milliseconds length) {
        for (auto& each : readers) {
            each.wait_for([&] { return each.ended; }, length);
            if (each.ended) each.reconnect();
        }
    };
    const auto began = std::chrono::steady_clock::now();
    while (!gone() && std::chrono::steady_clock::now() - began < 30s) {
        made.insert(add_child());
        follow(20ms);
    }
    // Streams that had to be waited for would have held the old workers for fastcgi.drain_timeout.
    BOOST_TEST((std::chrono::steady_clock::now() - began < 20s));
    made.insert(add_child());
    const auto all_heard = [&] {
        return std::all_of(readers.begin(), readers.end(),
                           [&](event_source& each) { return children_in(each) == made; });
    };
    for (int i = 0; i < 50 && !all_heard(); ++i)
        follow(20ms);
    for (auto& each : readers)
        BOOST_TEST((children_in(each) == made), children_in(each).size()
                                                    << " of " << made.size() << " were heard");
    BOOST_TEST(made.size() > 3U);
}

BOOST_AUTO_TEST_CASE(a_reader_that_takes_nothing_is_dropped_and_others_do_not_notice) {
    auto stuck = open("events", 4096);
    auto quick = open("events");
    BOOST_TEST(quick.hears("\nid: "));
    std::this_thread::sleep_for(300ms);
    const auto heard = [&] { return quick.count_of("com.kidevent.event.published.v1"); };
    // Never more at once than a reader may have before it, however slow this machine is.
    constexpr std::size_t at_once = 100;
    std::size_t told = 0;
    while (metric("kidevent_streams_dropped_total") < 1 && told < 3000) {
        superuser.rows("insert into platform.outbox (id, tenant_id, type, subject, data) "
                       "select gen_random_uuid(), $1, 'com.kidevent.event.published.v1', 'events/' || n, "
                       "json_build_object('event_id', gen_random_uuid(), 'state', 'published', 'pad', "
                       "repeat('x', 15000)) from generate_series(1, $2::integer) n",
                       {alpha.id, std::to_string(at_once)});
        told += at_once;
        quick.wait_for([&] { return heard() == told; }, 30s);
        BOOST_REQUIRE(heard() == told);
    }
    BOOST_TEST(!quick.ended);
    BOOST_TEST(host_stack::wait_until([&] { return metric("kidevent_streams_dropped_total") >= 1; }, 5s));
    BOOST_TEST(stack.get("alpha.localhost", "/api/v1/events").status == 200);
}

BOOST_AUTO_TEST_CASE(other_methods_and_foreign_hosts_get_no_stream) {
    http_request wanted{"POST", "/api/v1/stream", "alpha.localhost"};
    BOOST_TEST(stack.client().send(wanted).status == 405);
    wanted.method = "PUT";
    BOOST_TEST(stack.client().send(wanted).status == 405);
    BOOST_TEST(stack.get("alpha.example", "/api/v1/stream").status == 421);
    BOOST_TEST(stack.get("nobody.localhost", "/api/v1/stream").status == 421);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
