#include "http/etag.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;

BOOST_AUTO_TEST_SUITE(http_etag)

// Two machines, and the versions of the product before and after this one, must agree on what a client has.
BOOST_AUTO_TEST_CASE(the_tag_of_a_page_is_its_xxh3) {
    BOOST_TEST(http::etag_of(std::string_view{}) == "\"2d06800538d394c2\"");
    BOOST_TEST(http::etag_of("{\"data\":[]}") != http::etag_of("{\"data\": []}"));
    BOOST_TEST(http::etag_of(7, "").substr(0, 4) == "\"v7.");
    BOOST_TEST(http::etag_of(7, "") == "\"v7.2d06800538d394c2\"");
}

BOOST_AUTO_TEST_CASE(a_tag_is_recognised_in_a_list_and_when_it_was_made_weak) {
    const std::string tag = http::etag_of("body");
    const auto with = [](const std::string& value) {
        request made;
        made.headers.push_back({"If-None-Match", value});
        return made;
    };
    BOOST_TEST(http::is_not_modified(with(tag), tag));
    BOOST_TEST(http::is_not_modified(with("\"other\", W/" + tag), tag));
    BOOST_TEST(!http::is_not_modified(with("\"other\""), tag));
}

BOOST_AUTO_TEST_SUITE_END()
