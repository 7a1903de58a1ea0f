#include "realtime/hub.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>

using namespace kidevent;
using namespace kidevent::realtime;

namespace {

const tenant_id alpha{make_uuid()};
const tenant_id beta{make_uuid()};

struct hub_fixture {
    std::deque<std::function<void()>> posted;
    hub streams{{1000, 1000, 1000, 4}, [this](std::function<void()> then) { posted.push_back(then); }};

    // One turn of the event loop.
    std::size_t turn() {
        auto now = std::exchange(posted, {});
        for (const auto& each : now)
            each();
        return now.size();
    }
    void run() {
        while (turn() > 0) {
        }
    }
    message about_events(const std::string& text) const {
        return {{{topic_kind::events}}, false, std::nullopt, std::make_shared<const std::string>(text)};
    }
};

// Asks for the next piece as soon as it got one.
struct listener {
    explicit listener(hub_fixture& in, tenant_id at = alpha,
                      std::vector<topic> topics = {{topic_kind::events}}) {
        who = in.streams.admit({at, std::move(topics), actor{}, "", "192.0.2.1"}).value();
        stream = std::make_unique<subscriber_stream>(who);
        in.streams.join(*who);
    }
    void ask() {
        stream->next([this](std::optional<std::string> piece) {
            ended = !piece;
            if (!piece) return;
            pieces.push_back(*piece);
            if (asks_again) ask();
        });
    }

    subscriber_ptr who;
    std::unique_ptr<subscriber_stream> stream;
    std::vector<std::string> pieces;
    bool ended = false;
    bool asks_again = true;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(realtime_hub, hub_fixture)

BOOST_AUTO_TEST_CASE(what_is_told_in_one_turn_leaves_in_one_piece) {
    listener one{*this};
    one.ask();
    streams.publish(alpha, about_events("a"));
    streams.publish(alpha, about_events("b"));
    BOOST_TEST(one.pieces.empty());
    run();
    BOOST_TEST(one.pieces == std::vector<std::string>{"ab"});
    streams.publish(alpha, about_events("c"));
    run();
    BOOST_TEST(one.pieces.size() == 2U);
}

BOOST_AUTO_TEST_CASE(all_who_hear_a_message_share_its_text) {
    listener one{*this};
    listener other{*this};
    const auto told = about_events("once in memory");
    streams.publish(alpha, told);
    BOOST_TEST(one.who->backlog.at(0).get() == told.text.get());
    BOOST_TEST(other.who->backlog.at(0).get() == told.text.get());
}

BOOST_AUTO_TEST_CASE(a_message_comes_once_however_many_of_its_topics_are_heard) {
    const uuid event = make_uuid();
    listener both{*this, alpha, {{topic_kind::events}, {topic_kind::event, event}}};
    listener elsewhere{*this, beta};
    listener none{*this, alpha, {{topic_kind::event, make_uuid()}}};
    auto told = about_events("x");
    told.topics.push_back({topic_kind::event, event});
    streams.publish(alpha, told);
    BOOST_TEST(both.who->backlog.size() == 1U);
    BOOST_TEST(elsewhere.who->backlog.empty());
    BOOST_TEST(none.who->backlog.empty());
    BOOST_TEST(streams.is_heard(alpha, {topic_kind::event, event}));
    BOOST_TEST(!streams.is_heard(beta, {topic_kind::event, event}));
}

BOOST_AUTO_TEST_CASE(what_is_about_drafts_is_not_for_everybody) {
    listener one{*this};
    auto told = about_events("draft");
    told.for_staff_only = true;
    streams.publish(alpha, told);
    BOOST_TEST(one.who->backlog.empty());
    BOOST_TEST(!one.who->hears(told));
}

BOOST_AUTO_TEST_CASE(a_reader_that_falls_behind_is_let_go) {
    listener slow{*this};
    for (int i = 0; i < 4; ++i)
        streams.publish(alpha, about_events("m"));
    BOOST_TEST(slow.who->backlog.size() == 4U);
    BOOST_TEST(streams.stats().dropped == 0U);
    streams.publish(alpha, about_events("one too many"));
    BOOST_TEST(slow.who->backlog.empty());
    BOOST_TEST(streams.stats().dropped == 1U);
    streams.publish(alpha, about_events("after the end"));
    run();
    slow.ask();
    BOOST_TEST(slow.ended);
    BOOST_TEST(slow.pieces.empty());
}

BOOST_AUTO_TEST_CASE(a_message_to_many_is_spread_over_turns_of_the_loop) {
    std::vector<std::unique_ptr<listener>> many;
    for (int i = 0; i < 600; ++i) {
        many.push_back(std::make_unique<listener>(*this));
        many.back()->ask();
    }
    streams.publish(alpha, about_events("m"));
    const auto served = [&] {
        return std::count_if(many.begin(), many.end(),
                             [](const auto& each) { return !each->pieces.empty(); });
    };
    turn();
    BOOST_TEST(served() == 256);
    run();
    BOOST_TEST(served() == 600);
}

BOOST_AUTO_TEST_CASE(streams_that_go_in_the_middle_of_a_message_are_left_out) {
    auto one = std::make_unique<listener>(*this);
    listener other{*this};
    one->ask();
    other.ask();
    streams.publish(alpha, about_events("m"));
    one.reset();
    run();
    BOOST_TEST(other.pieces.size() == 1U);
    BOOST_TEST(streams.stats().streams == 1U);
    BOOST_TEST(streams.has_streams(alpha));
}

BOOST_AUTO_TEST_CASE(only_silent_streams_get_a_sign_of_life) {
    listener silent{*this};
    listener busy{*this};
    silent.ask();
    streams.send(*busy.who, std::make_shared<const std::string>("something"));
    streams.keep_alive();
    run();
    BOOST_TEST(silent.pieces == std::vector<std::string>{": keep-alive\n\n"});
    BOOST_TEST(busy.who->backlog.size() == 1U);
    streams.keep_alive(); // its reader has not asked: one sign is enough
    streams.keep_alive();
    BOOST_TEST(busy.who->backlog.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_last_word_is_said_before_the_end) {
    listener one{*this};
    listener elsewhere{*this, beta};
    one.ask();
    elsewhere.ask();
    streams.end_tenant(alpha, "bye");
    streams.publish(alpha, about_events("too late"));
    run();
    BOOST_TEST(one.pieces == std::vector<std::string>{"bye"});
    BOOST_TEST(one.ended);
    BOOST_TEST(!elsewhere.ended);
    one.stream.reset();
    BOOST_TEST(!streams.has_streams(alpha));
    BOOST_TEST(streams.stats().streams == 1U);
}

BOOST_AUTO_TEST_CASE(streams_outlive_the_hub) {
    auto short_lived = std::make_unique<hub>(hub::limits{10, 10, 10, 4}, [](std::function<void()>) {});
    const auto who = short_lived->admit({alpha, {{topic_kind::events}}, actor{}, "", "192.0.2.1"}).value();
    auto stream = std::make_unique<subscriber_stream>(who);
    short_lived.reset();
    bool asked = false;
    stream->next([&asked](std::optional<std::string>) { asked = true; });
    stream.reset();
    BOOST_TEST(!asked);
}

BOOST_AUTO_TEST_SUITE_END()
