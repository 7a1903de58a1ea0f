// Messages through a real Redis.

#include "redis/subscriber.hpp"
#include "support/fault_proxy.hpp"
#include "support/loop_runner.hpp"
#include "support/redis_server.hpp"

#include <boost/test/unit_test.hpp>

namespace kidevent::tests {

namespace {

using namespace std::chrono_literals;

struct listening {
    explicit listening(const std::string& address) : heard(loop.loop(), with_address(address)) {
        heard.on_message = [this](std::string_view channel, std::string_view payload) {
            messages.push_back(std::string{channel} + ": " + std::string{payload});
        };
        heard.on_doubt = [this] { ++doubts; };
    }
    ~listening() {
        heard.close();
        loop.run_for(10ms);
    }
    const redis_settings& with_address(const std::string& address) {
        with.address = address;
        return with;
    }
    bool hears_all() {
        return loop.run_until([this] { return heard.hears_all(); }, 5s);
    }
    bool hears(const std::string& message) {
        return loop.run_until(
            [&] { return std::find(messages.begin(), messages.end(), message) != messages.end(); }, 5s);
    }

    loop_runner loop;
    redis_settings with;
    redis::subscriber heard;
    std::vector<std::string> messages;
    int doubts = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(redis_subscriber)

BOOST_AUTO_TEST_CASE(what_is_published_is_heard_on_the_channels_that_were_asked_for) {
    redis_server server;
    listening to{server.address()};
    to.heard.subscribe("a");
    to.heard.start();
    BOOST_REQUIRE(to.hears_all());
    to.heard.subscribe("b");
    BOOST_TEST(!to.heard.hears_all());
    BOOST_REQUIRE(to.hears_all());
    server.command({"PUBLISH", "a", "one"});
    server.command({"PUBLISH", "c", "two"});
    server.command({"PUBLISH", "b", "three"});
    BOOST_TEST(to.hears("a: one"));
    BOOST_TEST(to.hears("b: three"));
    to.heard.unsubscribe("a");
    to.loop.run_for(50ms);
    BOOST_TEST(server.command({"PUBLISH", "a", "four"}) == "0");
    BOOST_TEST(to.messages.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_a_doubt_and_so_is_its_return) {
    redis_server server;
    fault_proxy proxy{server.address()};
    listening to{proxy.address()};
    to.heard.subscribe("a");
    to.heard.start();
    BOOST_REQUIRE(to.hears_all());
    for (const fault each : {fault::down, fault::garbage, fault::reset_in_mid_reply})
        BOOST_TEST_CONTEXT("fault " << static_cast<int>(each)) {
            const int before = to.doubts;
            proxy.set(each);
            server.command({"PUBLISH", "a", "lost"});
            BOOST_REQUIRE(to.loop.run_until([&] { return !to.heard.hears_all(); }, 5s));
            BOOST_TEST(to.doubts == before + 1);
            proxy.set(fault::none);
            BOOST_REQUIRE(to.hears_all());
            BOOST_TEST(to.doubts == before + 2);
            server.command({"PUBLISH", "a", "found"});
            BOOST_TEST(to.hears("a: found"));
            BOOST_TEST(!std::count(to.messages.begin(), to.messages.end(), "a: lost"));
            to.messages.clear();
        }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
