#include "front_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstring>
#include <string>
#include <sys/un.h>

using namespace kidevent;
using namespace kidevent::fastcgi;
using namespace kidevent::fastcgi::test;
using std::chrono::milliseconds;

namespace {

// A listening socket in the abstract namespace: no file to clean up.
struct listening_fixture : front_fixture {
    listening_fixture() {
        const auto name = "kidevent-server-test-" + std::to_string(::getpid());
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path + 1, name.data(), name.size());
        address_bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
        listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
        if (::bind(listener, reinterpret_cast<sockaddr*>(&address), address_bytes) != 0
            || ::listen(listener, 16) != 0)
            throw std::runtime_error("no listening socket");
    }

    peer dial() const {
        const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
        if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), address_bytes) != 0) {
            ::close(descriptor);
            throw std::runtime_error("refused");
        }
        return peer(descriptor);
    }

    sockaddr_un address{};
    socklen_t address_bytes = 0;
    int listener = -1;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(fastcgi_server, listening_fixture)

BOOST_AUTO_TEST_CASE(connections_are_accepted_and_answered) {
    front().listen(listener);
    auto one = dial();
    auto two = dial();
    one.send(whole_get(1, "/one"));
    two.send(whole_get(1, "/two"));
    BOOST_TEST(run_until_ended(one, 1));
    BOOST_TEST(run_until_ended(two, 1));
    BOOST_TEST(counters.connections_accepted == 2U);
}

BOOST_AUTO_TEST_CASE(connections_beyond_the_maximum_wait_until_one_is_free) {
    settings.limits.connections_max = 1;
    front().listen(listener);
    auto first = dial();
    first.send(whole_get(1, "/"));
    BOOST_TEST(run_until_ended(first, 1));
    auto second = dial();
    second.send(whole_get(1, "/"));
    run_for(milliseconds(50));
    second.take();
    BOOST_TEST(second.received == "");
    first.hang_up();
    BOOST_TEST(run_until_ended(second, 1));
}

BOOST_AUTO_TEST_CASE(draining_answers_on_open_connections_and_ends_when_they_are_closed) {
    hold_requests();
    front().listen(listener);
    auto busy = dial();
    busy.send(whole_get(1, "/"));
    BOOST_TEST(run_until([&] { return held.size() == 1; }));
    bool drained = false;
    front().begin_drain([&] { drained = true; });
    BOOST_CHECK_THROW(dial(), std::runtime_error);
    held[0].respond(text_response("answered"));
    BOOST_TEST(run_until_ended(busy, 1));
    BOOST_TEST(busy.received.ends_with(record(10, 0, ""))); // tells nginx not to keep the connection
    BOOST_TEST(!drained);
    busy.received.clear();
    busy.send(whole_get(1, "/one more")); // nginx had it on its way already
    BOOST_TEST(run_until([&] {
        busy.take();
        return held.size() == 2 || !end_of(busy.received, 1).empty();
    }));
    busy.hang_up();
    BOOST_TEST(run_until([&] { return drained; }));
}

BOOST_AUTO_TEST_CASE(draining_without_connections_ends_at_once) {
    front().listen(listener);
    bool drained = false;
    front().begin_drain([&] { drained = true; });
    BOOST_TEST(!drained); // never inside the call
    BOOST_TEST(run_until([&] { return drained; }));
}

BOOST_AUTO_TEST_CASE(draining_closes_what_is_left_after_its_timeout) {
    settings.drain_timeout = milliseconds(50);
    front().listen(listener);
    auto idle = dial();
    idle.send(whole_get(1, "/"));
    BOOST_TEST(run_until_ended(idle, 1));
    bool drained = false;
    front().begin_drain([&] { drained = true; });
    BOOST_TEST(run_until([&] { return drained; }));
    idle.take();
    BOOST_TEST(idle.closed);
}

BOOST_AUTO_TEST_SUITE_END()
