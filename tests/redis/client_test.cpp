// Commands to a real Redis, and to one behind a proxy that breaks what is said.

#include "redis/client.hpp"
#include "support/fault_proxy.hpp"
#include "support/loop_runner.hpp"
#include "support/redis_server.hpp"

#include <boost/test/unit_test.hpp>

namespace kidevent::tests {

namespace {

using redis::reply;
using namespace std::chrono_literals;

redis_settings reached_at(const std::string& address) {
    redis_settings with;
    with.address = address;
    return with;
}

struct connected {
    explicit connected(redis_settings chosen) : with(std::move(chosen)), client(loop.loop(), with) {
        client.start();
    }
    ~connected() {
        client.close();
        loop.run_for(10ms);
    }
    bool comes_up() {
        return loop.run_until([this] { return client.is_up(); }, 5s);
    }
    bool goes_down() {
        return loop.run_until([this] { return !client.is_up(); }, 5s);
    }
    static task<std::optional<reply>> ask(redis::client& whom, std::vector<std::string> words) {
        auto asking = whom.command(std::move(words));
        auto got = co_await asking;
        co_return got;
    }
    // The reply as text; "nothing" without one.
    std::string say(std::vector<std::string> words) {
        const auto got = loop.run(ask(client, std::move(words)));
        if (!got) return "nothing";
        if (got->is == reply::kind::integer) return std::to_string(got->number);
        return got->is == reply::kind::null ? "null" : got->text;
    }

    loop_runner loop;
    const redis_settings with;
    redis::client client;
};

} // namespace

BOOST_AUTO_TEST_SUITE(redis_client)

BOOST_AUTO_TEST_CASE(it_speaks_with_a_redis) {
    redis_server server;
    connected to{reached_at(server.address())};
    BOOST_TEST(to.say({"PING"}) == "nothing"); // not connected yet: nobody waits for that
    BOOST_REQUIRE(to.comes_up());
    const std::string binary("a\r\n\0\xff", 5);
    BOOST_TEST(to.say({"SET", "key", binary}) == "OK");
    BOOST_TEST(to.say({"GET", "key"}) == binary);
    BOOST_TEST(to.say({"GET", "none"}) == "null");
    BOOST_TEST(to.say({"INCR", "number"}) == "1");
    BOOST_TEST(to.say({"INCR", "key"}).starts_with("ERR"));
    BOOST_TEST(to.client.stats().refused == 1U);
    const std::string large(3'000'000, 'x');
    BOOST_TEST(to.say({"SET", "large", large}) == "OK");
    BOOST_TEST((to.say({"GET", "large"}) == large));
}

BOOST_AUTO_TEST_CASE(replies_reach_who_asked_in_the_order_of_asking) {
    redis_server server;
    connected to{reached_at(server.address())};
    BOOST_REQUIRE(to.comes_up());
    const auto ask_many = [](redis::client& whom) -> task<int> {
        std::vector<redis::answer_of_command> asked;
        for (int i = 0; i < 500; ++i)
            asked.push_back(whom.command({"ECHO", std::to_string(i)}));
        int right = 0;
        for (int i = 499; i >= 0; --i) { // awaited in another order
            auto& one = asked[static_cast<std::size_t>(i)];
            const auto got = co_await one;
            right += got && got->text == std::to_string(i) ? 1 : 0;
        }
        co_return right;
    };
    BOOST_TEST(to.loop.run(ask_many(to.client)) == 500);
}

BOOST_AUTO_TEST_CASE(a_waiter_that_goes_away_takes_no_reply_of_another_one) {
    redis_server server;
    connected to{reached_at(server.address())};
    BOOST_REQUIRE(to.comes_up());
    {
        const auto abandoned = to.client.command({"ECHO", "of one"});
        static_cast<void>(abandoned);
    }
    BOOST_TEST(to.say({"ECHO", "of another"}) == "of another");
    BOOST_TEST(to.client.stats().losses == 0U);
}

BOOST_AUTO_TEST_CASE(it_signs_in_and_selects_its_database) {
    redis_server server{{"--requirepass", "secret of all", "--user", "kid", "on", ">its-own", "~*", "+@all"}};
    auto with = reached_at(server.address());
    connected refused{with};
    BOOST_TEST(!refused.loop.run_until([&] { return refused.client.is_up(); }, 300ms));
    with.password = "secret of all";
    with.database = 3;
    connected first{with};
    BOOST_REQUIRE(first.comes_up());
    first.say({"SET", "key", "three"});
    with.username = "kid";
    with.password = "its-own";
    connected second{with};
    BOOST_REQUIRE(second.comes_up());
    BOOST_TEST(second.say({"ACL", "WHOAMI"}) == "kid");
    BOOST_TEST(second.say({"GET", "key"}) == "three");
    with.database = 0;
    connected third{with};
    BOOST_REQUIRE(third.comes_up());
    BOOST_TEST(third.say({"GET", "key"}) == "null");
}

BOOST_AUTO_TEST_CASE(it_comes_back_after_the_server_did) {
    redis_server server;
    connected to{reached_at(server.address())};
    BOOST_REQUIRE(to.comes_up());
    server.stop();
    BOOST_REQUIRE(to.goes_down());
    BOOST_TEST(to.say({"PING"}) == "nothing");
    server.start();
    BOOST_REQUIRE(to.comes_up());
    BOOST_TEST(to.say({"PING"}) == "PONG");
    BOOST_TEST(to.client.stats().losses == 1U);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_silent_is_given_up_within_the_time_of_a_command) {
    redis_server server;
    connected to{reached_at(server.address())};
    BOOST_REQUIRE(to.comes_up());
    server.freeze();
    const auto began = std::chrono::steady_clock::now();
    BOOST_TEST(to.say({"GET", "key"}) == "nothing");
    BOOST_CHECK(std::chrono::steady_clock::now() - began < 1s);
    BOOST_TEST(!to.client.is_up());
    server.thaw();
    BOOST_REQUIRE(to.comes_up());
    // What the frozen server answers late belongs to a connection that is gone.
    BOOST_TEST(to.say({"ECHO", "mine"}) == "mine");
}

BOOST_AUTO_TEST_CASE(on_any_doubt_the_connection_is_closed_and_everybody_in_flight_hears_of_it) {
    redis_server server;
    for (const fault each : {fault::reset_in_mid_reply, fault::garbage, fault::down, fault::silent}) {
        fault_proxy proxy{server.address()};
        connected to{reached_at(proxy.address())};
        BOOST_REQUIRE(to.comes_up());
        to.say({"SET", "key", std::string(100, 'v')});
        proxy.set(each);
        const auto ask_twice = [](redis::client& whom) -> task<int> {
            auto first = whom.command({"GET", "key"});
            auto second = whom.command({"GET", "key"});
            const auto one = co_await first;
            const auto other = co_await second;
            co_return (one ? 1 : 0) + (other ? 1 : 0);
        };
        BOOST_TEST(to.loop.run(ask_twice(to.client)) == 0);
        BOOST_TEST(!to.client.is_up());
        BOOST_TEST(to.client.stats().losses == 1U);
        proxy.set(fault::none);
        BOOST_REQUIRE(to.comes_up());
        BOOST_TEST(to.say({"ECHO", "mine"}) == "mine");
    }
}

BOOST_AUTO_TEST_CASE(a_late_reply_never_reaches_the_next_one) {
    redis_server server;
    fault_proxy proxy{server.address()};
    connected to{reached_at(proxy.address())};
    BOOST_REQUIRE(to.comes_up());
    for (int i = 0; i < 5; ++i) {
        proxy.set(fault::slow, 150ms); // the time of a command is 100 ms
        BOOST_TEST(to.say({"ECHO", "late"}) == "nothing");
        proxy.set(fault::none);
        BOOST_REQUIRE(to.comes_up());
        BOOST_TEST(to.say({"ECHO", "next"}) == "next");
    }
}

BOOST_AUTO_TEST_CASE(no_more_commands_wait_than_the_setting_says) {
    redis_server server;
    auto with = reached_at(server.address());
    with.commands_in_flight_max = 3;
    connected to{with};
    BOOST_REQUIRE(to.comes_up());
    for (int i = 0; i < 10; ++i)
        to.client.tell({"INCR", "number"});
    BOOST_TEST(to.client.stats().in_flight == 3U);
    BOOST_TEST(to.client.stats().unsent == 7U);
    BOOST_REQUIRE(to.loop.run_until([&] { return to.client.stats().in_flight == 0; }));
    BOOST_TEST(server.command({"GET", "number"}) == "3");
}

BOOST_AUTO_TEST_CASE(what_is_no_redis_is_not_believed) {
    redis_server server;
    fault_proxy proxy{server.address()};
    proxy.set(fault::garbage);
    connected to{reached_at(proxy.address())};
    BOOST_TEST(!to.loop.run_until([&] { return to.client.is_up(); }, 300ms));
    connected nowhere{reached_at("/nowhere/redis.sock")};
    BOOST_TEST(!nowhere.loop.run_until([&] { return nowhere.client.is_up(); }, 200ms));
    connected none{reached_at("")};
    BOOST_TEST(!none.client.is_configured());
    BOOST_TEST(none.say({"PING"}) == "nothing");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
