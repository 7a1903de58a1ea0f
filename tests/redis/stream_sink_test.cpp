// Events in a stream of a real Redis: in their order and at least once, whatever happens to the connection,
// the server or the process that sends them.

#include "outbox/redis_stream_sink.hpp"

#include "database/outbox/outbox_fixture.hpp"
#include "support/fault_proxy.hpp"
#include "support/redis_server.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include <csignal>
#include <map>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;
namespace json = boost::json;

const std::string key = "kidevent:events";

redis_settings reached_at(const std::string& address) {
    redis_settings with;
    with.address = address;
    with.events_stream = key;
    with.events_timeout = 500ms;
    return with;
}

std::shared_ptr<outbox::redis_stream_sink> make_sink(boost::asio::io_context& loop,
                                                     const redis_settings& with, std::int64_t batch_max) {
    return std::make_shared<outbox::redis_stream_sink>(
        loop, with, batch_max, [](const std::string& slug) { return "https://" + slug + ".example"; });
}

std::string text_in(const json::value& event, std::string_view member) {
    return json::value_to<std::string>(event.at(member));
}

std::string mark_of(const json::value& event) { return text_in(event.at("data"), "child_id"); }

class streamed : public events_of_two_tenants {
public:
    streamed() : opened(settings), relay(opened.loop.loop(), opened.database, relaying) {
        relaying.lease = 10s;
        use(server.address());
    }
    ~streamed() {
        sink->give_up();
        opened.loop.run_for(20ms);
    }

    void use(const std::string& address) {
        if (sink) sink->give_up();
        sink = make_sink(opened.loop.loop(), reached_at(address), relaying.batch_max);
    }
    void write_all(const std::vector<std::string>& marks) {
        for (const auto& each : marks)
            write(opened, "alpha", 1, each);
        opened.run(relay.publish());
    }
    bool feed() { return opened.run(relay.feed(sink)); }
    // As when the pause after a failure is over.
    bool feed_again() {
        superuser.execute("update platform.outbox_sinks set retry_at = now()");
        return feed();
    }
    std::string last_error() {
        return superuser.value("select coalesce(last_error, '') from platform.outbox_sinks where name = $1",
                               {sink->name()});
    }
    std::vector<json::value> entries() const {
        std::vector<json::value> found;
        std::istringstream printed{server.command({"XRANGE", key, "-", "+"})};
        for (std::string line; std::getline(printed, line);)
            if (line.starts_with('{')) found.push_back(json::parse(line));
        return found;
    }
    std::string marks() const {
        std::string all;
        for (const auto& each : entries())
            all += (all.empty() ? "" : " ") + mark_of(each);
        return all;
    }

    open_database opened;
    outbox::relay relay;
    redis_server server;
    std::shared_ptr<outbox::redis_stream_sink> sink;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(redis_stream_sink, streamed)

BOOST_AUTO_TEST_CASE(every_event_is_an_entry_with_its_cloud_event_in_the_order_of_publication) {
    write(opened, "beta", 2, "first");
    write_all({"second", "third"});
    BOOST_TEST(feed());
    BOOST_TEST(!feed());
    BOOST_TEST(marks() == "first second third");
    const auto event = entries().front();
    BOOST_TEST(text_in(event, "specversion") == "1.0");
    BOOST_TEST(text_in(event, "source") == "https://beta.example");
    BOOST_TEST(text_in(event, "type") == "com.kidevent.child.updated.v1");
    BOOST_TEST(text_in(event, "tenantid") == beta.id);
    BOOST_TEST(text_in(event, "id")
               == superuser.value("select id from platform.outbox order by position limit 1"));
    BOOST_TEST(server.command({"XINFO", "STREAM", key}).find("event") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(old_entries_go) {
    auto with = reached_at(server.address());
    with.events_kept = 100;
    const auto small = make_sink(opened.loop.loop(), with, 1000);
    std::vector<outbox::published_event> many;
    for (int i = 1; i <= 900; ++i)
        many.push_back({i, make_uuid(), std::nullopt, "", "t", "s/" + std::to_string(i), "{}", "", {}});
    const auto until = std::chrono::steady_clock::now() + 1min;
    const auto done = opened.run(small->send(many, until));
    BOOST_TEST(done.error == "");
    BOOST_TEST(done.accepted == 900U);
    const int kept = std::stoi(server.command({"XLEN", key}));
    BOOST_TEST(kept >= 100);
    BOOST_TEST(kept < 300);
    BOOST_TEST(text_in(entries().back(), "subject") == "s/900");
    small->give_up();
    opened.loop.run_for(20ms);
}

BOOST_AUTO_TEST_CASE(without_redis_this_sink_waits_and_the_others_go_on) {
    server.stop();
    const auto other = std::make_shared<recording_sink>("other");
    write_all({"a", "b"});
    BOOST_TEST(!feed());
    BOOST_TEST(last_error() == "Redis is away");
    BOOST_TEST(opened.run(relay.feed(other)));
    BOOST_TEST(other->received.size() == 2U);
    server.start();
    BOOST_TEST(!feed()); // it is left alone for a while
    BOOST_TEST(marks() == "");
    BOOST_TEST(opened.loop.run_until([this] { return feed_again(); }, 5s));
    BOOST_TEST(marks() == "a b");
    BOOST_TEST(last_error() == "");
}

BOOST_AUTO_TEST_CASE(what_was_cut_off_or_garbled_is_sent_again_under_the_same_ids) {
    fault_proxy between{server.address()};
    use(between.address());
    write_all({"a"});
    BOOST_REQUIRE(feed());
    std::vector<std::string> wanted{"a"};
    for (const fault each : {fault::reset_in_mid_reply, fault::garbage, fault::silent, fault::down}) {
        between.set(each);
        const auto first = std::to_string(wanted.size()) + "x";
        const auto second = std::to_string(wanted.size()) + "y";
        write_all({first, second});
        BOOST_TEST(!feed());
        BOOST_TEST(last_error() != "");
        between.set(fault::none);
        BOOST_TEST(opened.loop.run_until([this] { return feed_again(); }, 10s));
        BOOST_TEST(last_error() == "");
        wanted.insert(wanted.end(), {first, second});
    }
    std::map<std::string, std::string> mark_by_id;
    std::vector<std::string> in_order; // of their first occurrences
    for (const auto& each : entries()) {
        const auto [known, is_new] = mark_by_id.emplace(text_in(each, "id"), mark_of(each));
        if (is_new) in_order.push_back(mark_of(each));
        BOOST_TEST(known->second == mark_of(each));
    }
    BOOST_TEST(in_order == wanted, boost::test_tools::per_element());
    BOOST_TEST(entries().size() > wanted.size()); // done by the server, and the answer was lost
}

BOOST_AUTO_TEST_CASE(a_batch_is_refused_as_a_whole_and_the_reason_is_told) {
    write_all({"a", "b"});
    server.command({"CONFIG", "SET", "maxmemory", "1"});
    BOOST_TEST(!feed());
    BOOST_TEST(last_error().starts_with("OOM"));
    server.command({"CONFIG", "SET", "maxmemory", "0"});
    BOOST_TEST(marks() == "");
    server.command({"SET", key, "x"});
    BOOST_TEST(!feed_again());
    BOOST_TEST(last_error().starts_with("WRONGTYPE"));
    server.command({"DEL", key});
    BOOST_TEST(feed_again());
    BOOST_TEST(marks() == "a b");
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_when_another_process_may_begin_meanwhile) {
    write_all({"a"});
    relaying.lease = 600ms; // three quarters are less than the time that Redis may take
    feed();
    BOOST_TEST(last_error() == "");
    BOOST_TEST(marks() == "");
}

BOOST_AUTO_TEST_CASE(a_relay_that_is_killed_leaves_duplicates_at_worst) {
    relaying.batch_max = 3;
    int written = 0;
    for (const auto point : {outbox::relay_step::claimed, outbox::relay_step::sent,
                             outbox::relay_step::accepting, outbox::relay_step::accepted}) {
        for (int i = 0; i < 4; ++i)
            write(opened, i % 2 ? "alpha" : "beta", 1, std::to_string(100 + ++written));
        opened.run(relay.publish());
        opened.run(relay.publish());
        const pid_t child = fork();
        BOOST_REQUIRE(child >= 0);
        if (child == 0) {
            open_database own{settings};
            outbox::relay relaying_here{own.loop.loop(), own.database, relaying};
            relaying_here.on_step = [point](outbox::relay_step reached) {
                if (reached == point) raise(SIGKILL);
            };
            own.run(relaying_here.feed(make_sink(own.loop.loop(), reached_at(server.address()), 3)));
            _exit(1);
        }
        int status = 0;
        waitpid(child, &status, 0);
        BOOST_TEST(WIFSIGNALED(status));
        superuser.execute("update platform.outbox_sinks set leased_until = now()");
    }
    while (feed()) {
    }
    std::map<std::string, std::string> last_by_tenant;
    std::map<std::string, std::string> mark_by_id;
    for (const auto& each : entries()) {
        if (!mark_by_id.emplace(text_in(each, "id"), mark_of(each)).second) continue;
        auto& last = last_by_tenant[text_in(each, "tenantid")];
        BOOST_TEST(last < mark_of(each));
        last = mark_of(each);
    }
    BOOST_TEST(mark_by_id.size() == static_cast<std::size_t>(written));
    BOOST_TEST(entries().size() > mark_by_id.size()); // killed between sending and accepting
}

BOOST_AUTO_TEST_SUITE_END()
