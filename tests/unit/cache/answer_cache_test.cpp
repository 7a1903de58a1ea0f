#include "cache/answer_cache.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;

BOOST_AUTO_TEST_SUITE(cache_answers)

BOOST_AUTO_TEST_CASE(an_answer_survives_being_written_and_read) {
    response made;
    made.headers = {
        {"Content-Type", "application/json"}, {"ETag", "\"v1.0123456789abcdef\""}, {"X-Empty", ""}};
    made.body = std::string("{\"a\": \"\n\n\"}\n\0", 13);
    const auto read = cache::read_answer(cache::write_answer(made));
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->status == 200);
    BOOST_TEST(read->text() == made.text());
    BOOST_REQUIRE(read->headers.size() == made.headers.size());
    for (std::size_t i = 0; i < made.headers.size(); ++i) {
        BOOST_TEST(read->headers[i].name == made.headers[i].name);
        BOOST_TEST(read->headers[i].value == made.headers[i].value);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_answer_is_none) {
    for (const char* text : {"", "200", "200\n", "200\nA: b", "200\nA: b\n", "abc\n\n", "500\n\n",
                             "200\nno colon\n\n", "200 \n\nbody", "-200\n\n"})
        BOOST_TEST(!cache::read_answer(text).has_value(), text);
    BOOST_TEST(cache::read_answer("200\n\n").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
