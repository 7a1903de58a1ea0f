// Streams whose workers are told through Redis: nothing is missed and nothing comes twice, with Redis,
// without it, and when it comes and goes.

#include "http/stream_reader.hpp"
#include "support/fault_proxy.hpp"
#include "support/loop_runner.hpp"
#include "support/redis_server.hpp"

#include "redis/subscriber.hpp"

namespace kidevent::tests {

namespace {

struct told_through_redis : streams {
    settings reached_at(const std::string& address) const {
        settings made = with;
        made.redis.address = address;
        made.realtime.fanout = "redis";
        return made;
    }
    // The relay of this process publishes and announces.
    static bool relay(api_client& of) {
        auto& parts = of.served().parts();
        return parts.block_on(parts.events.publish());
    }
    // A change that nobody has published yet; the title tells which one.
    void change() {
        const int version =
            std::stoi(superuser.value("select version from events where id = $1", {alpha.event}));
        const auto title = "change " + std::to_string(++changes);
        BOOST_TEST(api.patch(alpha.staff, "/api/v1/events/" + alpha.event, version, {{"title", title}}).status
                   == 200);
    }
    // Every change was heard once, in the order of their positions.
    void check_all_heard(reader& by) {
        by.wait_for([&] { return std::ssize(by.parsed()) >= changes; });
        const auto heard = by.hear_all();
        BOOST_TEST(std::ssize(heard) == changes);
        for (std::size_t i = 1; i < heard.size(); ++i)
            BOOST_TEST(std::stoll(heard[i - 1].id) < std::stoll(heard[i].id));
    }
    // Lets these workers run until it holds.
    static bool wait_until(const std::function<bool()>& condition, const std::vector<api_client*>& running) {
        for (int i = 0; i < 300 && !condition(); ++i)
            for (api_client* each : running)
                each->run_for(10ms);
        return condition();
    }
    static bool is_connected(api_client& of) { return of.served().parts().redis.stats().is_up; }
    bool are_subscribed(int workers) const {
        return redis.command({"PUBSUB", "NUMSUB", channel}) == channel + "\n" + std::to_string(workers);
    }
    // Both are, and the one that relays can announce.
    bool come_up(api_client& worker, api_client& relaying) const {
        return wait_until([&] { return is_connected(relaying) && are_subscribed(2); }, {&worker, &relaying});
    }

    redis_server redis;
    const std::string channel = "kidevent:events:" + base_domain;
    int changes = 0;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(redis_fanout, told_through_redis)

BOOST_AUTO_TEST_CASE(workers_hear_through_redis_where_to_look) {
    api_client worker{reached_at(redis.address())};
    api_client relaying{reached_at(redis.address())};
    BOOST_REQUIRE(come_up(worker, relaying));
    loop_runner loop;
    const auto of_listener = reached_at(redis.address()).redis;
    redis::subscriber listener{loop.loop(), of_listener};
    std::vector<std::string> payloads;
    listener.on_message = [&](std::string_view, std::string_view payload) { payloads.emplace_back(payload); };
    listener.subscribe(channel);
    listener.start();
    BOOST_REQUIRE(loop.run_until([&] { return listener.hears_all(); }));

    reader stream{worker, guest, "events"};
    BOOST_REQUIRE(stream.is_up_to_date());
    change();
    change();
    BOOST_TEST(relay(relaying));
    BOOST_REQUIRE(loop.run_until([&] { return !payloads.empty(); }));
    const auto position = [this](const std::string& which) {
        return superuser.value("select " + which
                               + "(position) from (select position from platform.outbox"
                                 " order by position desc limit 2) latest");
    };
    BOOST_TEST(payloads.front() == position("min") + " " + position("max") + " " + alpha.id);
    BOOST_TEST(payloads.size() == 1U); // one for both
    check_all_heard(stream);
    listener.close();
    loop.run_for(20ms);
}

BOOST_AUTO_TEST_CASE(without_redis_postgresql_tells) {
    api_client worker{reached_at(redis.address())};
    api_client relaying{reached_at(redis.address())};
    BOOST_REQUIRE(come_up(worker, relaying));
    reader stream{worker, guest, "events"};
    BOOST_REQUIRE(stream.is_up_to_date());
    redis.stop();
    BOOST_TEST(wait_until([&] { return !is_connected(relaying); }, {&relaying}));
    change();
    BOOST_TEST(relay(relaying));
    const auto began = std::chrono::steady_clock::now();
    BOOST_TEST(stream.hear(1).size() == 1U);
    BOOST_TEST((std::chrono::steady_clock::now() - began < 1500ms));
    redis.start();
    BOOST_REQUIRE(come_up(worker, relaying));
    change();
    BOOST_TEST(relay(relaying));
    check_all_heard(stream);
}

BOOST_AUTO_TEST_CASE(a_worker_whose_redis_comes_and_goes_misses_nothing) {
    fault_proxy between{redis.address()};
    api_client worker{reached_at(between.address())};
    api_client relaying{reached_at(redis.address())};
    BOOST_REQUIRE(come_up(worker, relaying));
    reader stream{worker, guest, "events"};
    BOOST_REQUIRE(stream.is_up_to_date());
    for (int round = 0; round < 2; ++round) {
        between.set(fault::down);
        BOOST_REQUIRE(wait_until([this] { return are_subscribed(1); }, {&worker}));
        change();
        BOOST_TEST(relay(relaying)); // announced, and this worker is not told
        check_all_heard(stream);
        between.set(fault::none);
        change();
        BOOST_TEST(relay(relaying));
        BOOST_REQUIRE(come_up(worker, relaying));
        check_all_heard(stream);
    }
    between.set(fault::garbage);
    change();
    BOOST_TEST(relay(relaying));
    check_all_heard(stream);
}

BOOST_AUTO_TEST_CASE(a_worker_that_redis_does_not_reach_looks_every_second) {
    redis_server elsewhere; // nobody listens there any more, and nobody ever announced there
    api_client worker{reached_at(elsewhere.address())};
    api_client relaying{reached_at(redis.address())};
    BOOST_REQUIRE(
        wait_until([&] { return is_connected(worker) && is_connected(relaying); }, {&worker, &relaying}));
    reader stream{worker, guest, "events"};
    BOOST_REQUIRE(stream.is_up_to_date());
    elsewhere.stop();
    BOOST_REQUIRE(wait_until([&] { return !is_connected(worker); }, {&worker}));
    for (int i = 0; i < 3; ++i) {
        change();
        BOOST_TEST(relay(relaying)); // announced, and this worker is not told
        check_all_heard(stream);     // within two seconds
    }
}

BOOST_AUTO_TEST_CASE(what_a_relay_published_and_did_not_live_to_announce_is_found) {
    api_client worker{reached_at(redis.address())};
    BOOST_REQUIRE(wait_until([this] { return are_subscribed(1); }, {&worker}));
    reader stream{worker, guest, "events"};
    BOOST_REQUIRE(stream.is_up_to_date());
    change();
    BOOST_TEST(superuser.value("select published from platform.publish_events_quietly(1000)") == "1");
    for (int i = 0; i < 4 && stream.parsed().empty(); ++i)
        stream.hear(1);
    check_all_heard(stream);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
