#include "http/request_limits.hpp"
#include "redis/client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace kidevent;
using http::counted_address;
using http::limit_state;
using namespace std::chrono_literals;

namespace {

// Limits of one worker, on a clock that the test turns, without a Redis.
struct counting {
    boost::asio::io_context loop;
    redis_settings nowhere;
    redis::client shared{loop, nowhere};
    rate_limit_settings with;
    std::chrono::microseconds now{1h};
    http::request_limits limits{with, shared, [this] { return now; }};
};

} // namespace

BOOST_AUTO_TEST_SUITE(http_request_limits)

BOOST_AUTO_TEST_CASE(an_ipv6_address_counts_as_the_network_that_its_user_was_given) {
    BOOST_TEST(counted_address("2001:db8:1:2::1") == counted_address("2001:db8:1:2:ffff:ffff:ffff:ffff"));
    BOOST_TEST(counted_address("2001:DB8:1:2::7") == counted_address("2001:db8:1:2::7"));
    BOOST_TEST(counted_address("2001:db8:1:2::1") != counted_address("2001:db8:1:3::1"));
    BOOST_TEST(counted_address("2001:db8:1:2::1").size() == 8U);
}

BOOST_AUTO_TEST_CASE(an_ipv4_address_counts_by_itself_in_either_spelling) {
    BOOST_TEST(counted_address("192.0.2.1") == "192.0.2.1");
    BOOST_TEST(counted_address("::ffff:192.0.2.1") == "192.0.2.1");
    BOOST_TEST(counted_address("192.0.2.1") != counted_address("192.0.2.2"));
    // A front that tells no address: all its requests share one quota.
    BOOST_TEST(counted_address("unix:") == "unix:");
    BOOST_TEST(counted_address("") == "");
}

BOOST_AUTO_TEST_CASE(the_headers_are_structured_fields_and_count_both_limits) {
    std::vector<header> headers;
    std::vector<limit_state> counted{{"address", {3000, 1min}, {true, 2999, 0s, 20ms}}};
    append_limit_headers(headers, counted);
    BOOST_REQUIRE(headers.size() == 2U);
    BOOST_TEST(headers[0].name == "RateLimit-Policy");
    BOOST_TEST(headers[0].value == "\"address\";q=3000;w=60");
    BOOST_TEST(headers[1].name == "RateLimit");
    BOOST_TEST(headers[1].value == "\"address\";r=2999;t=1");
    counted.push_back({"account", {10, 1min}, {false, 0, 3500ms, 57500ms}});
    headers.clear();
    append_limit_headers(headers, counted);
    BOOST_REQUIRE(headers.size() == 2U);
    BOOST_TEST(headers[0].value == "\"address\";q=3000;w=60, \"account\";q=10;w=60");
    BOOST_TEST(headers[1].value == "\"address\";r=2999;t=1, \"account\";r=0;t=4");
    headers.clear();
    http::append_limit_headers(headers, {});
    BOOST_TEST(headers.empty());
}

BOOST_AUTO_TEST_CASE(what_an_organisation_has_left_is_told_only_where_it_ends_first) {
    const auto told_of = [](std::int64_t left) {
        std::vector<header> headers;
        const limit_state counted[] = {{"address", {30, 1min}, {true, 20, 0s, 20s}},
                                       {"tenant", {50, 12500ms}, {left > 0, left, 0s, 3s}}};
        append_limit_headers(headers, counted);
        return headers[0].value + " " + headers[1].value;
    };
    const std::string address = "\"address\";q=30;w=60 \"address\";r=20;t=20";
    BOOST_TEST(told_of(21) == address);
    const std::string both = "\"address\";q=30;w=60, \"tenant\";q=50;w=13 \"address\";r=20;t=20, \"tenant\"";
    BOOST_TEST(told_of(20) == both + ";r=20;t=3");
    BOOST_TEST(told_of(1) == both + ";r=1;t=3");
    BOOST_TEST(told_of(0) == both + ";r=0;t=0");
}

BOOST_AUTO_TEST_CASE(the_rate_of_a_plan_is_a_burst_and_then_so_many_a_second) {
    counting one;
    const http::tenant_share rated{.requests_per_second = 2, .requests_burst = 3};
    const tenant_id alpha{make_uuid()};
    const tenant_id beta{make_uuid()};
    const auto take = [&](tenant_id of, const http::tenant_share& under) {
        const auto counted = one.limits.take_tenant(of, under);
        BOOST_REQUIRE(counted.has_value());
        BOOST_TEST(counted->policy == "tenant");
        return counted->is;
    };
    for (const std::int64_t left : {2, 1, 0})
        BOOST_TEST(take(alpha, rated).remaining == left);
    BOOST_TEST(!take(alpha, rated).allowed);
    BOOST_TEST((take(alpha, rated).retry_in == 500ms));
    BOOST_TEST(take(beta, rated).allowed);
    one.now += 500ms;
    BOOST_TEST(take(alpha, rated).allowed);
    BOOST_TEST(!take(alpha, rated).allowed);
    // Another plan counts at once.
    BOOST_TEST(take(alpha, {.requests_per_second = 100, .requests_burst = 100}).remaining == 99);
    BOOST_TEST(take(alpha, {.requests_per_second = 1000000, .requests_burst = 1}).allowed);
    BOOST_TEST(!one.limits.take_tenant(alpha, {}).has_value());
    // A burst of none is one.
    BOOST_TEST(take(beta, {.requests_per_second = 1, .requests_burst = 0}).allowed);
    BOOST_TEST(!take(beta, {.requests_per_second = 1, .requests_burst = 0}).allowed);
}

BOOST_AUTO_TEST_SUITE_END()
