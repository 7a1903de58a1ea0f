#include "http_client/answer_body.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent::http_client;

BOOST_AUTO_TEST_SUITE(http_client_answer_body)

BOOST_AUTO_TEST_CASE(a_length_ends_the_body_and_so_does_the_connection) {
    const answer_framing five{false, 5};
    BOOST_TEST(!is_complete(five, "abcd"));
    BOOST_TEST(is_complete(five, "abcde"));
    BOOST_TEST(unframed(five, "abcdefg") == "abcde");
    BOOST_TEST(!is_complete({}, "abcde"));
    BOOST_TEST(unframed({}, "abcde") == "abcde");
}

BOOST_AUTO_TEST_CASE(chunks_are_put_together_whatever_has_come_of_them) {
    const answer_framing chunked{true, {}};
    const std::string whole = "3\r\nabc\r\n2;name=value\r\nde\r\n0\r\n\r\n";
    BOOST_TEST(is_complete(chunked, whole));
    BOOST_TEST(unframed(chunked, whole) == "abcde");
    BOOST_TEST(!is_complete(chunked, whole.substr(0, 10)));
    BOOST_TEST(unframed(chunked, "3\r\nab") == "ab");
    BOOST_TEST(unframed(chunked, "3").empty());
    // Neither a size that is none nor one beyond all measure makes us wait for ever or read past the end.
    BOOST_TEST(is_complete(chunked, "no\r\n"));
    BOOST_TEST(is_complete(chunked, "fffffffffffffffff\r\nabc"));
    BOOST_TEST(unframed(chunked, "ffffffffffffffff\r\nabc") == "abc");
    BOOST_TEST(!is_complete(chunked, "ffffffffffffffff\r\nabc"));
}

BOOST_AUTO_TEST_SUITE_END()
