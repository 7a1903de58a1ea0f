#include "http/header_field.hpp"
#include "http/json_body.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;

namespace {

request with_body(std::string method, std::vector<header> headers, std::string body = "{}") {
    request incoming;
    incoming.method = std::move(method);
    incoming.headers = std::move(headers);
    incoming.body = std::move(body);
    return incoming;
}

bool is_accepted(const std::string& content_type, const std::string& method = "POST") {
    const auto parsed = http::parse_json_body(with_body(method, {{"content-type", content_type}}), 16);
    if (!parsed) BOOST_TEST((parsed.error().code == errc::unsupported_media_type));
    return parsed.has_value();
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_json_body)

BOOST_AUTO_TEST_CASE(only_json_in_utf8_is_taken) {
    BOOST_TEST(is_accepted("application/json"));
    BOOST_TEST(is_accepted("Application/JSON; charset=UTF-8"));
    BOOST_TEST(is_accepted("application/json ;charset=\"utf-8\""));
    BOOST_TEST(!is_accepted("application/json; charset=latin1"));
    BOOST_TEST(!is_accepted("application/json; charset=utf-8; charset=utf-16"));
    BOOST_TEST(!is_accepted("application/jsonx"));
    BOOST_TEST(!is_accepted("application/json, text/plain"));
    BOOST_TEST(!is_accepted("text/plain"));
    BOOST_TEST(!is_accepted("application/x-www-form-urlencoded"));
    BOOST_TEST(!is_accepted(""));
}

BOOST_AUTO_TEST_CASE(a_merge_patch_is_taken_for_patch_only) {
    BOOST_TEST(is_accepted("application/merge-patch+json", "PATCH"));
    BOOST_TEST(is_accepted("application/json", "PATCH"));
    BOOST_TEST(!is_accepted("application/merge-patch+json", "POST"));
}

BOOST_AUTO_TEST_CASE(a_body_without_a_content_type_is_refused) {
    const auto parsed = http::parse_json_body(with_body("POST", {}), 16);
    BOOST_TEST((parsed.error().code == errc::unsupported_media_type));
}

BOOST_AUTO_TEST_CASE(two_content_types_are_refused) {
    const auto parsed = http::parse_json_body(
        with_body("POST", {{"Content-Type", "application/json"}, {"content-type", "application/json"}}), 16);
    BOOST_TEST((parsed.has_error() && parsed.error().code == errc::malformed_request));
}

BOOST_AUTO_TEST_CASE(a_compressed_body_is_refused_unread) {
    const auto parsed = http::parse_json_body(
        with_body("POST", {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}), 16);
    BOOST_TEST((parsed.error().code == errc::unsupported_media_type));
    BOOST_TEST(parsed.error().fields.at(0).pointer == "Content-Encoding");
}

BOOST_AUTO_TEST_CASE(an_empty_body_is_malformed) {
    const auto parsed =
        http::parse_json_body(with_body("POST", {{"Content-Type", "application/json"}}, ""), 16);
    BOOST_TEST((parsed.has_error() && parsed.error().code == errc::malformed_request));
    BOOST_TEST(parsed.error().fields.at(0).detail == "the body is empty; a JSON value was expected");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_header_field)

BOOST_AUTO_TEST_CASE(a_header_that_may_occur_once_is_refused_when_it_is_repeated) {
    for (const char* name : {"Host", "authorization", "Content-Length", "IDEMPOTENCY-KEY", "X-Request-Id",
                             "Origin", "If-Match", "Sec-Fetch-Site", "Proxy-Authorization"}) {
        request incoming = with_body("GET", {{name, "1"}, {"Accept", "a"}, {"accept", "b"}});
        BOOST_TEST(http::check_single_headers(incoming).has_value());
        incoming.headers.push_back({name, "2"});
        const auto checked = http::check_single_headers(incoming);
        BOOST_TEST_REQUIRE(checked.has_error());
        BOOST_TEST(checked.error().fields.at(0).pointer == name);
    }
}

BOOST_AUTO_TEST_CASE(a_single_header_comes_without_its_blanks) {
    const request incoming = with_body("GET", {{"X-A", " \tone two\t"}, {"X-B", "\xc2\xa0z"}});
    BOOST_TEST(http::find_single_header(incoming, "x-a").value().value() == "one two");
    BOOST_TEST(http::find_single_header(incoming, "x-b").value().value() == "\xc2\xa0z");
    BOOST_TEST(!http::find_single_header(incoming, "x-c").value().has_value());
}

BOOST_AUTO_TEST_SUITE_END()
