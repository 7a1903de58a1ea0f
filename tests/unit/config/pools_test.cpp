#include "config/pools.hpp"

#include "config/settings_error.hpp"
#include "config/settings_file.hpp"
#include "routes.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace {

using namespace kidevent;
using namespace kidevent::config;
using pools = std::vector<pool_settings>;

std::vector<std::string> problems_of(const std::string& yaml) {
    try {
        load_settings_from_text(yaml, "k.yaml", {}, needs::nothing);
    } catch (const settings_error& refused) {
        return refused.problems();
    }
    return {};
}

void check_problem(const std::string& yaml, const std::string& wanted) {
    const auto found = problems_of(yaml);
    BOOST_REQUIRE(found.size() == 1U);
    BOOST_TEST(found.front() == wanted);
}

} // namespace

BOOST_AUTO_TEST_SUITE(config_pools)

BOOST_AUTO_TEST_CASE(a_service_belongs_to_the_pool_that_names_it_before_the_one_for_all) {
    const pools two{{"web", 1, {"all"}}, {"people", 1, {"identity", "families"}}};
    BOOST_TEST(find_pool_of(two, "identity")->name == "people");
    BOOST_TEST(find_pool_of(two, "events")->name == "web");
    BOOST_TEST(find_fallback_pool(two)->name == "web");
    const pools without_all{{"a", 1, {"identity"}}, {"b", 1, {"platform"}}};
    BOOST_TEST(find_fallback_pool(without_all)->name == "b");
    BOOST_TEST(find_pool_of(without_all, "events") == nullptr);
}

BOOST_AUTO_TEST_CASE(the_group_of_every_route_can_be_named_by_a_pool) {
    for (const route& each : all_routes()) {
        const auto name = to_text(each.group);
        BOOST_TEST(std::count(pool_services.begin(), pool_services.end(), name) == 1, each.path);
    }
}

BOOST_AUTO_TEST_CASE(a_service_that_no_pool_has_is_refused_with_its_line) {
    check_problem("fastcgi:\n  pools:\n    - {name: a, services: [identity, families, events]}\n",
                  "k.yaml:2: fastcgi.pools: no pool has the service registrations, nor all");
    check_problem("fastcgi:\n  pools: [{name: a, services: [jobs]}]\n",
                  "k.yaml:2: fastcgi.pools: no pool has the service identity, nor all");
    // Background work may be another machine's.
    BOOST_TEST(problems_of("fastcgi:\n  pools: [{name: a}]\n").empty());
    BOOST_TEST(problems_of("fastcgi:\n  pools:\n    - {name: a, services: [identity, families, events]}\n"
                           "    - {name: b, services: [registrations, notifications, analytics, platform]}\n")
                   .empty());
}

BOOST_AUTO_TEST_CASE(a_service_that_two_pools_have_is_refused_with_its_line) {
    check_problem("http:\n  scheme: http\nfastcgi:\n  pools: [{name: a}, {name: b, services: [all]}]\n",
                  "k.yaml:4: fastcgi.pools: the pools a and b both have the service all");
    check_problem(
        "fastcgi:\n  pools: [{name: a}, {name: b, services: [events]}, {name: c, services: [events]}]\n",
        "k.yaml:2: fastcgi.pools: the pools b and c both have the service events");
    BOOST_TEST(problems_of("fastcgi:\n  pools: [{name: a, services: [all, jobs]}, "
                           "{name: b, services: [jobs]}]\n")
                   .empty());
}

BOOST_AUTO_TEST_CASE(sinks_name_what_they_need_besides) {
    check_problem("redis:\n  events_stream: kidevent:events\n",
                  "k.yaml:2: redis.events_stream: needs a redis.address besides");
    check_problem("realtime:\n  fanout: redis\n",
                  "k.yaml:2: realtime.fanout: redis needs a redis.address besides");
    check_problem("kafka:\n  sasl: plain\n  tls: tls\n",
                  "k.yaml:2: kafka.sasl: goes together with kafka.user and kafka.password");
    check_problem("kafka:\n  sasl: plain\n  user: u\n  password: p\n",
                  "k.yaml:2: kafka.sasl: plain shows the password, so it needs kafka.tls: tls");
    check_problem(
        "kafka:\n  brokers: a:1\n  timeout: 30s\n",
        "k.yaml:3: kafka.timeout: must be shorter than three quarters of outbox.lease, found 30s and 30s");
    check_problem(
        "redis:\n  address: /r\n  events_stream: s\n  events_timeout: 25s\n",
        "k.yaml:4: redis.events_timeout: must be shorter than three quarters of outbox.lease, found 25s "
        "and 30s");
    BOOST_TEST(
        problems_of("kafka:\n  brokers: a:1\n  sasl: plain\n  tls: tls\n  user: u\n  password: p\n").empty());
}

BOOST_AUTO_TEST_CASE(brokers_and_topics_have_their_form) {
    for (const std::string wrong : {"a", "a:", ":1", "a:x", "a:1,", "a:1,,b:2", "a:1, b:2", "tls://a:1"})
        BOOST_TEST(problems_of("kafka:\n  brokers: \"" + wrong + "\"\n").size() == 1U, wrong);
    for (const std::string right : {"a:1", "a:1,b.example:9092", "[::1]:9092"})
        BOOST_TEST(problems_of("kafka:\n  brokers: \"" + right + "\"\n").empty(), right);
    BOOST_TEST(problems_of("kafka:\n  topic: a/b\n").size() == 1U);
    BOOST_TEST(problems_of("kafka:\n  topic: ..\n").size() == 1U);
    BOOST_TEST(problems_of("kafka:\n  topic: a.b_C-1\n").empty());
}

BOOST_AUTO_TEST_SUITE_END()
