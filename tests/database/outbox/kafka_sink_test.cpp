// Events in Kafka, as far as the brokers that librdkafka has for tests are one: in the order of each
// aggregate, at least once, whatever the brokers answer and for however long they are away.

#include "outbox/kafka_sink.hpp"

#include "database/outbox/kafka_cluster.hpp"
#include "database/outbox/outbox_fixture.hpp"
#include "support/thread_sanitizer.hpp"

#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include <set>

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

std::string mark_of(const kafka_message& one) {
    return boost::json::value_to<std::string>(boost::json::parse(one.value).at("child_id"));
}

class to_kafka : public events_of_two_tenants {
public:
    to_kafka() : opened(settings), relay(opened.loop.loop(), opened.database, relaying) {
        relaying.lease = 30s;
        with.brokers = cluster.brokers();
        with.topic = cluster.topic;
        with.timeout = 3000ms;
        use(with);
    }
    ~to_kafka() { give_up(); }

    void give_up() {
        if (sink) sink->give_up();
        opened.loop.run_for(20ms);
    }
    void use(const kafka_settings& chosen) {
        give_up();
        sink = std::make_shared<outbox::kafka_sink>(
            chosen, [](const std::string& slug) { return "https://" + slug + ".example"; },
            [this](std::function<void()> then) { boost::asio::post(opened.loop.loop(), std::move(then)); });
    }
    void write_all(int aggregate, const std::vector<std::string>& marks) {
        for (const auto& each : marks)
            write(opened, "alpha", aggregate, each);
        opened.run(relay.publish());
    }
    bool feed() { return opened.run(relay.feed(sink)); }
    // As when the pause after a failure is over, until the sink has everything.
    bool feed_to_the_end() {
        const auto is_done = [this] {
            superuser.execute("update platform.outbox_sinks set retry_at = now()");
            feed();
            return progress() == superuser.value("select max(position) from platform.outbox");
        };
        return opened.loop.run_until(is_done, 30s);
    }
    std::string progress() { return of_sink("position"); }
    std::string last_error() { return of_sink("coalesce(last_error, '')"); }
    std::string of_sink(const std::string& column) {
        return superuser.value("select " + column + " from platform.outbox_sinks where name = 'kafka'");
    }
    // Nothing is missing, and whatever came first for each aggregate came in its order: marks ascend.
    std::size_t check_all(std::size_t written) {
        const auto messages = brokers_have();
        std::map<std::string, std::string> value_by_id;
        std::map<std::string, std::string> last_by_key;
        std::map<std::string, std::int32_t> partition_by_key;
        for (const auto& each : messages) {
            BOOST_TEST(partition_by_key.emplace(each.key, each.partition).first->second == each.partition);
            const auto [known, is_new] = value_by_id.emplace(each.headers.at("ce_id"), each.value);
            BOOST_TEST(known->second == each.value);
            if (!is_new) continue;
            BOOST_TEST(last_by_key[each.key] < mark_of(each));
            last_by_key[each.key] = mark_of(each);
        }
        BOOST_TEST(value_by_id.size() == written);
        return messages.size() - value_by_id.size();
    }
    std::vector<kafka_message> brokers_have() const { return cluster.messages(); }

    kafka_cluster cluster;
    kafka_settings with;
    open_database opened;
    outbox::relay relay;
    std::shared_ptr<outbox::kafka_sink> sink;
};

} // namespace

// librdkafka starts its threads by thrd_create, which ThreadSanitizer does not know and dies of.
BOOST_FIXTURE_TEST_SUITE(outbox_kafka, to_kafka, *boost::unit_test::precondition(without_thread_sanitizer))

BOOST_AUTO_TEST_CASE(an_event_is_a_record_of_the_cloud_events_binding) {
    write_all(1, {"a"});
    BOOST_TEST(feed());
    BOOST_TEST(!feed());
    const auto messages = brokers_have();
    BOOST_REQUIRE(messages.size() == 1U);
    const auto& one = messages.front();
    BOOST_TEST(one.key == alpha.id + "/" + one.headers.at("ce_subject"));
    BOOST_TEST(one.value == R"({"child_id":"a","household_id":"h"})");
    BOOST_TEST(one.headers.at("content-type") == "application/json");
    BOOST_TEST(one.headers.at("ce_specversion") == "1.0");
    BOOST_TEST(one.headers.at("ce_type") == "com.kidevent.child.updated.v1");
    BOOST_TEST(one.headers.at("ce_source") == "https://alpha.example");
    BOOST_TEST(one.headers.at("ce_tenantid") == alpha.id);
    BOOST_TEST(one.headers.at("ce_id") == superuser.value("select id from platform.outbox"));
    BOOST_TEST(one.headers.at("ce_sequence").size() == 20U);
    BOOST_TEST(one.headers.count("ce_data") + one.headers.count("ce_datacontenttype") == 0U);
}

BOOST_AUTO_TEST_CASE(the_events_of_an_aggregate_stay_in_their_order) {
    relaying.batch_max = 50;
    for (int i = 0; i < 120; ++i)
        write(opened, i % 3 ? "alpha" : "beta", i % 5, std::to_string(1000 + i));
    while (opened.run(relay.publish())) {
    }
    BOOST_TEST(feed_to_the_end());
    BOOST_TEST(check_all(120) == 0U);
    std::set<std::int32_t> partitions;
    for (const auto& each : brokers_have())
        partitions.insert(each.partition);
    BOOST_TEST(partitions.size() > 1U);
}

BOOST_AUTO_TEST_CASE(what_brokers_answer_for_a_moment_is_not_even_noticed) {
    cluster.refuse({RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                    RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS});
    write_all(1, {"1", "2", "3"});
    BOOST_TEST(feed());
    BOOST_TEST(last_error() == "");
    BOOST_TEST(check_all(3) == 0U);
}

BOOST_AUTO_TEST_CASE(what_brokers_refuse_for_good_is_reported_and_sent_again_later) {
    write_all(1, {"1"});
    BOOST_TEST(feed());
    const auto before = progress();
    cluster.refuse({RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
    write_all(1, {"2", "3"});
    BOOST_TEST(!feed());
    BOOST_TEST(last_error().find("authorization") != std::string::npos, last_error());
    BOOST_TEST(progress() == before);
    BOOST_TEST(!feed()); // it is left alone for a while
    BOOST_TEST(feed_to_the_end());
    BOOST_TEST(last_error() == "");
    check_all(3);
}

BOOST_AUTO_TEST_CASE(while_the_brokers_are_away_the_progress_stays_and_nothing_is_lost) {
    with.timeout = 1000ms;
    use(with);
    write_all(1, {"1"});
    BOOST_TEST(feed());
    const auto before = progress();
    cluster.stop();
    write_all(1, {"2", "3"});
    write_all(2, {"1"});
    for (int i = 0; i < 2; ++i) {
        superuser.execute("update platform.outbox_sinks set retry_at = now()");
        BOOST_TEST(!feed());
        BOOST_TEST(last_error() != "");
        BOOST_TEST(progress() == before);
    }
    const auto other = std::make_shared<recording_sink>("other");
    while (opened.run(relay.feed(other))) {
    }
    BOOST_TEST(other->received.size() == 4U);
    cluster.start();
    BOOST_TEST(feed_to_the_end());
    check_all(4);
}

BOOST_AUTO_TEST_CASE(answers_that_come_too_late_mean_duplicates_under_the_same_ids) {
    with.timeout = 1000ms;
    use(with);
    write_all(1, {"1"});
    BOOST_TEST(feed());
    cluster.delay(4000ms);
    write_all(1, {"2", "3"});
    BOOST_TEST(!feed());
    BOOST_TEST(last_error() != "");
    cluster.delay(0ms);
    BOOST_TEST(feed_to_the_end());
    BOOST_TEST(check_all(3) > 0U);
}

BOOST_AUTO_TEST_CASE(a_batch_ends_before_it_takes_too_much_memory) {
    with.batch_bytes_max = 4096;
    use(with);
    write_all(1, {"1", "2", "3", "4", "5", "6", "7", "8"});
    BOOST_TEST(feed());
    const auto accepted =
        std::stoi(superuser.value("select count(*) from platform.outbox where position <= " + progress()));
    BOOST_TEST(accepted > 0);
    BOOST_TEST(accepted < 8);
    BOOST_TEST(feed_to_the_end());
    BOOST_TEST(check_all(8) == 0U);
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_when_another_process_may_begin_meanwhile) {
    relaying.lease = 3s;
    write_all(1, {"1"});
    feed();
    BOOST_TEST(last_error() == "");
    BOOST_TEST(brokers_have().empty());
}

BOOST_AUTO_TEST_CASE(a_program_that_ends_does_not_wait_for_brokers) {
    with.timeout = 20000ms;
    use(with);
    cluster.stop();
    write_all(1, {"1"});
    detach([](outbox::relay& by, std::shared_ptr<outbox::kafka_sink> to) -> task<> {
        auto feeding = by.feed(to);
        co_await feeding;
    }(relay, sink));
    opened.loop.run_for(500ms);
    const auto began = std::chrono::steady_clock::now();
    sink->give_up();
    BOOST_TEST((std::chrono::steady_clock::now() - began < 5s));
    BOOST_TEST(opened.loop.run_until([this] { return last_error() != ""; }, 5s));
}

BOOST_AUTO_TEST_CASE(settings_that_do_not_work_are_what_the_sink_failed_for) {
    with.tls = "tls";
    with.ca_file = "/nonexistent/ca.pem";
    use(with);
    write_all(1, {"1"});
    BOOST_TEST(!feed());
    BOOST_TEST(last_error().find("ssl.ca.location") != std::string::npos, last_error());
}

BOOST_AUTO_TEST_SUITE_END()
