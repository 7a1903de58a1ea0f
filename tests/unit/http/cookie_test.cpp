#include "http/cookie.hpp"
#include "http/etag.hpp"
#include "http/idempotency.hpp"
#include "http/origin.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace kidevent;

namespace {

request with(std::vector<header> headers, std::string method = "POST") {
    request incoming;
    incoming.method = std::move(method);
    incoming.headers = std::move(headers);
    return incoming;
}

// The login cookie's value, "absent" or "refused".
std::string login_in(std::vector<header> headers) {
    const request incoming = with(std::move(headers));
    const auto found = http::find_cookie(incoming, http::login_cookie_name);
    if (!found) return "refused";
    return *found ? std::string{**found} : "absent";
}

std::string login_in(const std::string& value) { return login_in({{"Cookie", value}}); }

bool is_same_origin(std::vector<header> headers, const std::string& method = "POST") {
    const auto checked = http::check_same_origin(with(std::move(headers), method), "https://a.kid.test");
    if (!checked) BOOST_TEST((checked.error().code == errc::cross_site_request));
    return checked.has_value();
}

std::string key_in(std::vector<header> headers) {
    const auto key = http::idempotency_key(with(std::move(headers)));
    if (!key) return "refused";
    return *key ? **key : "absent";
}

std::string key_of(const std::string& value) { return key_in({{"Idempotency-Key", value}}); }

} // namespace

BOOST_AUTO_TEST_SUITE(http_cookie)

BOOST_AUTO_TEST_CASE(the_login_is_found_among_other_cookies) {
    BOOST_TEST(login_in("a=1; __Host-kidevent=token; b=2") == "token");
    BOOST_TEST(login_in("a=1;__Host-kidevent=token") == "token");
    BOOST_TEST(login_in("__Host-kidevent = \ttoken\t ;") == "token");
    BOOST_TEST(login_in("__Host-kidevent=a=b==") == "a=b==");
    BOOST_TEST(login_in("__Host-kidevent=") == "");
    BOOST_TEST(login_in("") == "absent");
    BOOST_TEST(login_in({{"Cookie", "a=1"}, {"cookie", "__Host-kidevent=token"}}) == "token");
}

BOOST_AUTO_TEST_CASE(a_cookie_of_another_spelling_is_another_cookie) {
    for (const char* value :
         {"__host-kidevent=x", "__Host-kidevent2=x", "x__Host-kidevent=x", "__Host-kidevent",
          "=__Host-kidevent=x", "==__Host-kidevent=x", "$Version=1, __Host-kidevent=x",
          "\"__Host-kidevent\"=x", "\xc2\xa0__Host-kidevent=x", "\xe2\x80\x80__Host-kidevent=x",
          "%5F_Host-kidevent=x", "\v__Host-kidevent=x", "a=1, __Host-kidevent=x"})
        BOOST_TEST(login_in(value) == "absent", value);
}

BOOST_AUTO_TEST_CASE(quotation_marks_and_escapes_are_part_of_the_value) {
    BOOST_TEST(login_in(R"(__Host-kidevent="a\054b")") == R"("a\054b")");
    BOOST_TEST(login_in("__Host-kidevent=%41") == "%41");
    BOOST_TEST(login_in("a=\"x; __Host-kidevent=planted\"") == "planted\"");
}

BOOST_AUTO_TEST_CASE(two_logins_are_refused_wherever_they_stand) {
    BOOST_TEST(login_in("__Host-kidevent=a; __Host-kidevent=b") == "refused");
    BOOST_TEST(login_in("__Host-kidevent=a; __Host-kidevent=a") == "refused");
    BOOST_TEST(login_in({{"Cookie", "__Host-kidevent=a"}, {"Cookie", "__Host-kidevent=b"}}) == "refused");
}

BOOST_AUTO_TEST_CASE(the_login_cookie_is_closed_to_scripts_and_other_sites) {
    BOOST_TEST(http::login_cookie("abc-_", std::chrono::hours{1})
               == "__Host-kidevent=abc-_; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600");
    BOOST_TEST(http::expired_login_cookie()
               == "__Host-kidevent=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    BOOST_CHECK_THROW(http::login_cookie("a;b", std::chrono::hours{1}), std::invalid_argument);
    BOOST_CHECK_THROW(http::login_cookie("", std::chrono::hours{1}), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_origin)

BOOST_AUTO_TEST_CASE(an_unsafe_request_must_come_from_the_canonical_origin) {
    BOOST_TEST(is_same_origin({{"Origin", "https://a.kid.test"}}));
    for (const char* origin : {"https://b.kid.test", "http://a.kid.test", "https://a.kid.test:8443", "null",
                               "", "https://a.kid.test.evil", "https://A.kid.test", "https://a.kid.test/",
                               "https://a.kid.test, https://evil"})
        BOOST_TEST(!is_same_origin({{"Origin", origin}, {"Sec-Fetch-Site", "same-origin"}}), origin);
    BOOST_TEST(!is_same_origin({{"Origin", "https://a.kid.test"}, {"Origin", "https://evil"}}));
}

BOOST_AUTO_TEST_CASE(without_an_origin_the_browser_s_own_word_counts) {
    BOOST_TEST(is_same_origin({{"Sec-Fetch-Site", "same-origin"}}));
    BOOST_TEST(is_same_origin({{"Sec-Fetch-Site", "none"}}));
    BOOST_TEST(!is_same_origin({{"Sec-Fetch-Site", "same-site"}}));
    BOOST_TEST(!is_same_origin({{"Sec-Fetch-Site", "cross-site"}}));
    BOOST_TEST(!is_same_origin({{"Sec-Fetch-Site", ""}}));
    BOOST_TEST(is_same_origin({}));
}

BOOST_AUTO_TEST_CASE(safe_methods_may_come_from_anywhere) {
    for (const char* method : {"GET", "HEAD", "OPTIONS"})
        BOOST_TEST(is_same_origin({{"Origin", "https://evil"}}, method));
    for (const char* method : {"PUT", "PATCH", "DELETE", "FOO", "get"})
        BOOST_TEST(!is_same_origin({{"Origin", "https://evil"}}, method));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_etag)

BOOST_AUTO_TEST_CASE(the_version_comes_back_in_if_match) {
    BOOST_TEST(http::etag_of(7) == "\"v7\"");
    BOOST_TEST(http::required_version(with({{"If-Match", http::etag_of(7)}})).value() == 7);
    BOOST_TEST(http::required_version(with({{"If-Match", " \"v2147483647\" "}})).value() == 2147483647);
}

BOOST_AUTO_TEST_CASE(a_tag_that_compression_weakened_still_names_its_version) {
    BOOST_TEST(http::required_version(with({{"If-Match", "W/\"v7\""}})).value() == 7);
}

BOOST_AUTO_TEST_CASE(an_update_without_a_version_is_told_to_send_one) {
    BOOST_TEST((http::required_version(with({})).error().code == errc::version_required));
}

BOOST_AUTO_TEST_CASE(a_version_that_we_never_wrote_is_malformed) {
    for (const char* value :
         {"", "*", "v7", "\"7\"", "\"v\"", "\"v0\"", "\"v07\"", "\"v-1\"", "\"v7", "\"v7\", \"v8\"",
          "\"v2147483648\"", "w/\"v7\"", "\"v7x\"", "\"v 7\"", "'v7'"}) {
        const auto version = http::required_version(with({{"If-Match", value}}));
        BOOST_TEST((version.has_error() && version.error().code == errc::malformed_request), value);
    }
    BOOST_TEST(http::required_version(with({{"If-Match", "\"v7\""}, {"If-Match", "\"v7\""}})).has_error());
}

BOOST_AUTO_TEST_CASE(a_known_version_needs_no_second_answer) {
    BOOST_TEST(http::is_not_modified(with({{"If-None-Match", "\"x\", W/\"v7\""}}), 7));
    BOOST_TEST(http::is_not_modified(with({{"If-None-Match", "*"}}), 7));
    BOOST_TEST(http::is_not_modified(with({{"If-None-Match", "\"v6\""}, {"If-None-Match", "\"v7\""}}), 7));
    BOOST_TEST(!http::is_not_modified(with({{"If-None-Match", "\"v70\", v7"}}), 7));
    BOOST_TEST(!http::is_not_modified(with({}), 7));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_idempotency)

BOOST_AUTO_TEST_CASE(a_key_is_the_same_quoted_or_bare) {
    BOOST_TEST(key_of("abc-123") == "abc-123");
    BOOST_TEST(key_of("\"abc-123\"") == "abc-123");
    BOOST_TEST(key_of(R"("a \"b\" \\ c; d")") == R"(a "b" \ c; d)");
    BOOST_TEST(key_in({}) == "absent");
    BOOST_TEST(key_of(std::string(255, 'k')) == std::string(255, 'k'));
}

BOOST_AUTO_TEST_CASE(anything_that_is_not_one_key_is_refused) {
    for (const char* value : {"", "\"\"", "\"", "\"a", "a\"", "a b", "a,b", "\"a\", \"b\"", "\"a\";x=1",
                              "\"a\\b\"", "ä", "\"\xc3\xa4\"", "a\x01", "\"a\x7f\"", "\"a\"b"})
        BOOST_TEST(key_of(value) == "refused", value);
    BOOST_TEST(key_of(std::string(256, 'k')) == "refused");
    BOOST_TEST(key_in({{"Idempotency-Key", "a"}, {"idempotency-key", "a"}}) == "refused");
}

BOOST_AUTO_TEST_SUITE_END()
