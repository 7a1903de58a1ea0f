#include "http/cors.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using http::is_origin;

namespace {

request asked_from(const std::vector<std::string>& origins, const std::string& method = "GET") {
    request made;
    made.method = method;
    for (const std::string& each : origins)
        made.headers.push_back({"Origin", each});
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_cors)

BOOST_AUTO_TEST_CASE(an_origin_is_what_browsers_write) {
    for (const char* good : {"https://example.org", "https://www.example.org:8443", "https://a-b.example.org",
                             "http://localhost:5173", "http://app.localhost", "http://127.0.0.1:3000",
                             "http://[::1]:3000", "https://[::1]", "https://192.0.2.1"})
        BOOST_TEST(is_origin(good), good);
    for (const char* bad : {"",
                            "*",
                            "null",
                            "example.org",
                            "https://",
                            "https://Example.org",
                            "https://example.org/",
                            "https://example.org/path",
                            "https://user@example.org",
                            "https://example.org:443",
                            "http://example.org",
                            "http://localhost:80",
                            "https://example.org:",
                            "https://example.org:0",
                            "https://example.org:70000",
                            "https://example.org:8443x",
                            "https://*.example.org",
                            "https://example..org",
                            "https://.example.org",
                            "https://example.org.",
                            "https://-a.example.org",
                            "https://a-.example.org",
                            "https://exa mple.org",
                            "https://example.org https://b.example",
                            "ftp://example.org",
                            "HTTPS://example.org",
                            "https://example.org\n",
                            "https://ex%61mple.org",
                            "https://[::2]",
                            "https://bücher.example",
                            "https://example.org#a",
                            "https://example.org?x",
                            "+https://example.org",
                            "http://localhost.evil.example"})
        BOOST_TEST(!is_origin(bad), bad);
}

BOOST_AUTO_TEST_CASE(the_list_of_the_router_names_origins_and_who_may_use_cookies) {
    const auto none = http::parse_cors_origins("");
    BOOST_TEST(none.empty());
    const auto read = http::parse_cors_origins("https://a.example +https://b.example");
    BOOST_REQUIRE(read.size() == 2U);
    BOOST_TEST(read[0].origin == "https://a.example");
    BOOST_TEST(!read[0].allows_cookies);
    BOOST_TEST(read[1].origin == "https://b.example");
    BOOST_TEST(read[1].allows_cookies);
}

BOOST_AUTO_TEST_CASE(only_the_very_origin_is_found_and_only_when_it_is_there_once) {
    const auto allowed = http::parse_cors_origins("https://a.example");
    const auto found = [&](const std::vector<std::string>& origins) {
        return http::find_cors_origin(asked_from(origins), allowed) != nullptr;
    };
    BOOST_TEST(found({"https://a.example"}));
    for (const char* other : {"https://a.example.evil.example", "https://a.example:8443", "http://a.example",
                              "https://A.example", "https://b.example", "null", "", "https://a.exampl"})
        BOOST_TEST(!found({other}), other);
    BOOST_TEST(!found({}));
    BOOST_TEST(!found({"https://a.example", "https://a.example"}));
    BOOST_TEST(http::find_cors_origin(asked_from({"https://a.example"}), {}) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_preflight_asks_with_options_for_a_method) {
    request asking = asked_from({"https://a.example"}, "OPTIONS");
    BOOST_TEST(!http::is_preflight(asking));
    asking.headers.push_back({"Access-Control-Request-Method", "PUT"});
    BOOST_TEST(http::is_preflight(asking));
    asking.method = "GET";
    BOOST_TEST(!http::is_preflight(asking));
    const response answer = http::preflight_answer("GET, HEAD, PUT", std::chrono::seconds{600});
    BOOST_TEST(answer.status == 204);
    BOOST_TEST(answer.header_value("Access-Control-Allow-Methods") == "GET, HEAD, PUT");
    BOOST_TEST(answer.header_value("Access-Control-Max-Age") == "600");
    BOOST_TEST(answer.header_value("Access-Control-Allow-Headers").find("Authorization")
               != std::string::npos);
    BOOST_TEST(answer.header_value("Access-Control-Allow-Headers").find('*') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_page_that_may_not_use_cookies_is_given_none) {
    const auto answered = [](const http::cors_origin& from) {
        std::vector<header> gathered;
        http::append_cors_headers(gathered, from);
        response answer;
        answer.headers = {{"Set-Cookie", "__Host-kidevent=abc"}, {"ETag", "\"v1\""}};
        http::append_door_headers(answer, std::move(gathered));
        return answer;
    };
    const response without = answered({"https://a.example", false});
    BOOST_TEST(without.header_value("Access-Control-Allow-Origin") == "https://a.example");
    BOOST_TEST(without.header_value("Access-Control-Allow-Credentials") == "");
    BOOST_TEST(without.header_value("Set-Cookie") == "");
    BOOST_TEST(without.header_value("ETag") == "\"v1\"");
    const response with = answered({"https://a.example", true});
    BOOST_TEST(with.header_value("Access-Control-Allow-Credentials") == "true");
    BOOST_TEST(with.header_value("Set-Cookie") == "__Host-kidevent=abc");
    for (const char* shown : {"ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"})
        BOOST_TEST(with.header_value("Access-Control-Expose-Headers").find(shown) != std::string::npos,
                   shown);
    response own;
    own.headers = {{"Set-Cookie", "__Host-kidevent=abc"}};
    http::append_door_headers(own, {});
    BOOST_TEST(own.header_value("Set-Cookie") == "__Host-kidevent=abc");
}

BOOST_AUTO_TEST_SUITE_END()
