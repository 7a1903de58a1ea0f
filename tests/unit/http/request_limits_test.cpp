#include "http/request_limits.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace kidevent;
using http::counted_address;
using http::limit_state;

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
    using namespace std::chrono_literals;
    std::vector<header> headers;
    append_limit_headers(headers, limit_state{"address", 3000, {true, 2999, 0s, 20ms}});
    BOOST_REQUIRE(headers.size() == 2U);
    BOOST_TEST(headers[0].name == "RateLimit-Policy");
    BOOST_TEST(headers[0].value == "\"address\";q=3000;w=60");
    BOOST_TEST(headers[1].name == "RateLimit");
    BOOST_TEST(headers[1].value == "\"address\";r=2999;t=1");
    append_limit_headers(headers, limit_state{"account", 10, {false, 0, 3500ms, 57500ms}});
    BOOST_REQUIRE(headers.size() == 2U);
    BOOST_TEST(headers[0].value == "\"address\";q=3000;w=60, \"account\";q=10;w=60");
    BOOST_TEST(headers[1].value == "\"address\";r=2999;t=1, \"account\";r=0;t=4");
}

BOOST_AUTO_TEST_SUITE_END()
