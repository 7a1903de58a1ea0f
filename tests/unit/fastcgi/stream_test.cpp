#include "front_fixture.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <memory>
#include <optional>
#include <string>

using namespace kidevent;
using namespace kidevent::fastcgi;
using namespace kidevent::fastcgi::test;
using std::chrono::milliseconds;

namespace {

// What a test sees of a stream, and how it makes it go on.
struct stream_state {
    int asked = 0;
    bool destroyed = false;
    body_stream::on_chunk deliver;
};

// Waits for the test to deliver.
class manual_stream final : public body_stream {
public:
    explicit manual_stream(std::shared_ptr<stream_state> state) : state_(std::move(state)) {}
    ~manual_stream() override { state_->destroyed = true; }
    void next(on_chunk deliver) override {
        ++state_->asked;
        state_->deliver = std::move(deliver);
    }

private:
    std::shared_ptr<stream_state> state_;
};

// Delivers `pieces` pieces of `bytes` at once, inside next().
class counting_stream final : public body_stream {
public:
    counting_stream(std::shared_ptr<stream_state> state, int pieces, std::size_t bytes)
        : state_(std::move(state)), pieces_(pieces), bytes_(bytes) {}
    ~counting_stream() override { state_->destroyed = true; }
    void next(on_chunk deliver) override {
        const auto state = state_;
        const int piece = state_->asked++;
        if (piece >= pieces_)
            deliver(std::nullopt);
        else
            deliver(std::string(bytes_, static_cast<char>('a' + piece % 26)));
        BOOST_TEST(!state->destroyed); // not inside its own next()
    }

private:
    std::shared_ptr<stream_state> state_;
    int pieces_;
    std::size_t bytes_;
};

response stream_response(std::unique_ptr<body_stream> stream) {
    response answer;
    answer.headers = {{"Content-Type", "text/event-stream"}};
    answer.body = std::move(stream);
    return answer;
}

struct stream_fixture : front_fixture {
    stream_fixture() {
        handle = [this](request, auto respond) {
            respond(stream_response(std::make_unique<manual_stream>(state)));
        };
    }
    std::shared_ptr<stream_state> state = std::make_shared<stream_state>();
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(fastcgi_stream, stream_fixture)

BOOST_AUTO_TEST_CASE(pieces_are_written_as_they_come) {
    auto nginx = connect();
    nginx.send(whole_get(1, "/events"));
    BOOST_TEST(run_until([&] { return state->asked == 1; }));
    nginx.take();
    BOOST_TEST(output_of(nginx.received, 1) == "Status: 200\r\nContent-Type: text/event-stream\r\n\r\n");
    state->deliver("one ");
    BOOST_TEST(run_until([&] { return state->asked == 2; }));
    state->deliver(""); // nothing yet: must not end the output
    BOOST_TEST(run_until([&] { return state->asked == 3; }));
    state->deliver("two");
    BOOST_TEST(run_until([&] { return state->asked == 4; }));
    BOOST_TEST(!state->destroyed);
    state->deliver(std::nullopt);
    BOOST_TEST(run_until_ended(nginx, 1));
    BOOST_TEST(output_of(nginx.received, 1).ends_with("\r\n\r\none two"));
    BOOST_TEST(run_until([&] { return state->destroyed; }));
}

BOOST_AUTO_TEST_CASE(the_next_piece_is_asked_for_only_after_the_last_was_written) {
    handle = [this](request, auto respond) {
        respond(stream_response(std::make_unique<counting_stream>(state, 100, 100'000)));
    };
    auto slow = connect();
    slow.send(whole_get(1, "/export"));
    run_for(milliseconds(100));
    BOOST_TEST(state->asked < 10); // what the socket's buffer takes, not all of it
    BOOST_TEST(run_until_ended(slow, 1));
    BOOST_TEST(state->asked == 101);
    BOOST_TEST(output_of(slow.received, 1).size() > 100U * 100'000U);
}

BOOST_AUTO_TEST_CASE(a_stream_does_not_starve_other_requests) {
    handle = [this](request asked, auto respond) {
        if (asked.target == "/quick") return respond(text_response("quick"));
        respond(stream_response(std::make_unique<counting_stream>(state, 1'000'000, 1000)));
    };
    auto reader = connect();
    auto other = connect();
    reader.send(whole_get(1, "/export"));
    BOOST_TEST(run_until([&] {
        reader.take();
        return state->asked > 100;
    }));
    other.send(whole_get(1, "/quick"));
    BOOST_TEST(run_until([&] {
        reader.take();
        other.take();
        return !end_of(other.received, 1).empty();
    }));
    BOOST_TEST(state->asked < 1'000'000);
}

BOOST_AUTO_TEST_CASE(an_abort_destroys_the_stream) {
    auto nginx = connect();
    nginx.send(whole_get(1, "/events"));
    BOOST_TEST(run_until([&] { return state->asked == 1; }));
    nginx.send(record(2, 1, ""));
    BOOST_TEST(run_until_ended(nginx, 1));
    BOOST_TEST(run_until([&] { return state->destroyed; }));
    state->deliver("to nobody");
    run_for(milliseconds(10));
    BOOST_TEST(!nginx.closed);
}

BOOST_AUTO_TEST_CASE(a_peer_that_hangs_up_destroys_the_stream) {
    auto nginx = connect();
    nginx.send(whole_get(1, "/events"));
    BOOST_TEST(run_until([&] { return state->asked == 1; }));
    nginx.hang_up();
    BOOST_TEST(run_until([&] { return state->destroyed; }));
    state->deliver("to nobody");
    BOOST_TEST(counters.connections_open == 0U);
}

BOOST_AUTO_TEST_CASE(head_of_a_stream_destroys_it_unread) {
    auto nginx = connect();
    nginx.send(begin(1) + params(1, get("/events", "HEAD")) + body(1, ""));
    BOOST_TEST(run_until_ended(nginx, 1));
    BOOST_TEST(run_until([&] { return state->destroyed; }));
    BOOST_TEST(state->asked == 0);
}

BOOST_AUTO_TEST_SUITE_END()
