#include "fastcgi/request_builder.hpp"
#include "fastcgi/target_check.hpp"
#include "records.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <variant>
#include <vector>

using namespace kidevent::fastcgi;
using namespace kidevent::fastcgi::test;
using namespace std::string_literals;

namespace {

built_request built(const pairs& from, std::uint64_t body_bytes_max = 1000) {
    std::vector<param> views;
    for (const auto& [name, value] : from)
        views.push_back({name, value});
    return build_request(views, body_bytes_max);
}

pairs get_with(const pairs& more, const std::string& target = "/") {
    auto all = get(target);
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

// The status it is refused with, 0 when it is dropped, 200 when it is accepted.
int verdict(const pairs& from) {
    const auto outcome = built(from);
    if (const auto* why = std::get_if<refusal>(&outcome)) return why->status;
    return std::holds_alternative<incoming>(outcome) ? 200 : 0;
}

pairs with_path(const std::string& target, const std::string& normalised) {
    return get_with({{"DOCUMENT_URI", normalised}}, target);
}

} // namespace

BOOST_AUTO_TEST_SUITE(fastcgi_request_builder)

BOOST_AUTO_TEST_CASE(params_become_a_request) {
    auto from = post("/events/5?x=%20y", 12);
    from.insert(from.end(), {{"DOCUMENT_URI", "/events/5"},
                             {"HTTP_X_REQUEST_ID", "abc"},
                             {"HTTP_ACCEPT", "a/b"},
                             {"HTTP_ACCEPT", "c/d"},
                             {"HTTP_COOKIE", "a=1"},
                             {"HTTP_COOKIE", "b=2"},
                             {"SERVER_NAME", "*.localhost"}});
    const auto outcome = built(from);
    const auto& made = std::get<incoming>(outcome);
    BOOST_TEST(made.value.method == "POST");
    BOOST_TEST(made.value.target == "/events/5?x=%20y");
    BOOST_TEST(made.value.host == "a.localhost");
    BOOST_TEST(made.value.remote_address == "192.0.2.1");
    BOOST_TEST(made.content_length == 12U);
    BOOST_TEST(made.value.header_value("x-request-id") == "abc");
    BOOST_TEST(made.value.header_value("content-type") == "text/plain");
    BOOST_TEST(made.value.header_value("content-length") == "12");
    BOOST_TEST(made.value.header_value("cookie") == "a=1; b=2");
    BOOST_TEST(made.value.header_count("accept") == 2U);
    BOOST_TEST(made.value.headers.size() == 6U);
}

BOOST_AUTO_TEST_CASE(without_method_or_host_it_is_no_request) {
    BOOST_TEST(verdict({}) == 0);
    BOOST_TEST(verdict({{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/"}}) == 0);
    BOOST_TEST(verdict({{"HTTP_HOST", "a"}, {"REQUEST_URI", "/"}}) == 0);
    BOOST_TEST(verdict({{"REQUEST_METHOD", "GET"}, {"HTTP_HOST", ""}, {"REQUEST_URI", "/"}}) == 0);
}

BOOST_AUTO_TEST_CASE(a_repeated_singleton_header_is_refused) {
    for (const auto* name :
         {"HTTP_HOST", "HTTP_AUTHORIZATION", "HTTP_CONTENT_ENCODING", "CONTENT_TYPE", "CONTENT_LENGTH",
          "HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH", "HTTP_IDEMPOTENCY_KEY", "HTTP_IF_MATCH",
          "HTTP_X_REQUEST_ID", "HTTP_ORIGIN", "REQUEST_URI", "REQUEST_METHOD"}) {
        BOOST_TEST_CONTEXT(name) { BOOST_TEST(verdict(get_with({{name, "1"}, {name, "1"}})) == 400); }
    }
    BOOST_TEST(verdict(get_with({{"HTTP_host", "b"}})) == 400);
    BOOST_TEST(verdict(get_with({{"HTTP_ACCEPT", "1"}, {"HTTP_ACCEPT", "1"}})) == 200);
}

BOOST_AUTO_TEST_CASE(the_front_and_the_client_must_agree_on_type_and_length) {
    BOOST_TEST(verdict(get_with({{"CONTENT_TYPE", "a/b"}, {"HTTP_CONTENT_TYPE", "a/b"}})) == 200);
    BOOST_TEST(verdict(get_with({{"CONTENT_TYPE", "a/b"}, {"HTTP_CONTENT_TYPE", "c/d"}})) == 400);
    BOOST_TEST(verdict(get_with({{"CONTENT_LENGTH", "5"}, {"HTTP_CONTENT_LENGTH", "6"}})) == 400);
}

BOOST_AUTO_TEST_CASE(headers_that_concern_the_front_only_are_left_out) {
    const auto outcome =
        built(get_with({{"HTTP_PROXY", "http://evil"}, {"HTTP_TRANSFER_ENCODING", "chunked"}}));
    BOOST_TEST(std::get<incoming>(outcome).value.headers.empty());
}

BOOST_AUTO_TEST_CASE(control_characters_are_refused) {
    BOOST_TEST(verdict(get_with({{"HTTP_ACCEPT", "a\0b"s}})) == 400);
    BOOST_TEST(verdict(get_with({{"SOME_PARAM", "a\0b"s}})) == 400);
    BOOST_TEST(verdict(get_with({{"HTTP_ACCEPT", "a\r\nx: y"}})) == 400);
    BOOST_TEST(verdict(get_with({{"HTTP_BAD NAME", "a"}})) == 400);
    BOOST_TEST(verdict(get_with({{"HTTP_ACCEPT", "a\tb \xe4"}})) == 200);
}

BOOST_AUTO_TEST_CASE(content_length_is_a_number_within_the_limit) {
    const auto with_length = [](const std::string& text) {
        return verdict(get_with({{"CONTENT_LENGTH", text}}));
    };
    BOOST_TEST(with_length("") == 200);
    BOOST_TEST(with_length("1000") == 200);
    BOOST_TEST(with_length("1001") == 413);
    BOOST_TEST(with_length("-1") == 400);
    BOOST_TEST(with_length("+1") == 400);
    BOOST_TEST(with_length("1 ") == 400);
    BOOST_TEST(with_length("99999999999999999999999") == 400);
}

BOOST_AUTO_TEST_CASE(an_unknown_method_is_not_implemented) {
    BOOST_TEST(verdict(get("/", "FOO")) == 501);
    BOOST_TEST(verdict(get("/", "get")) == 501);
    BOOST_TEST(verdict(get("/", "TRACE")) == 501);
    for (const auto* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
        BOOST_TEST(verdict(get("/", method)) == 200);
}

BOOST_AUTO_TEST_CASE(a_target_with_two_readings_is_refused) {
    BOOST_TEST(verdict(with_path("/a/b?c=/../d", "/a/b")) == 200);
    BOOST_TEST(verdict(with_path("/a/", "/a/")) == 200);
    BOOST_TEST(verdict(with_path("/", "/")) == 200);
    BOOST_TEST(verdict(with_path("/caf%C3%A9%20x", "/caf\xc3\xa9 x")) == 200);
    BOOST_TEST(verdict(with_path("/a%2fb/../c;p=1//d/./e", "/a/c;p=1/d/e")) == 400);
    BOOST_TEST(verdict(with_path("/a%2Fb", "/a/b")) == 400);
    BOOST_TEST(verdict(with_path("/a/../b", "/b")) == 400);
    BOOST_TEST(verdict(with_path("/a/%2e%2e/b", "/b")) == 400);
    BOOST_TEST(verdict(with_path("//a", "/a")) == 400);
    BOOST_TEST(verdict(with_path("/a", "/a/b")) == 400);
    BOOST_TEST(verdict(with_path("/a/b", "/a")) == 400);
    BOOST_TEST(verdict(with_path("/a", "/b")) == 400);
    BOOST_TEST(verdict(get("/a%2fb")) == 400); // also where the front does not say how it read it
    BOOST_TEST(verdict(get("/a//b")) == 400);
    BOOST_TEST(verdict(get("/a/%2E./b")) == 400);
}

BOOST_AUTO_TEST_CASE(a_target_that_is_no_text_is_refused) {
    for (const auto* target : {"", "a", "*", "http://a/", "/a b", "/a#b", "/a%0a%0d", "/a%00", "/a?b=%00",
                               "/a\nb", "/\xff", "/%ff", "/%c0%af", "/%ed%a0%80", "/%zz", "/%2", "/a\x7f"}) {
        BOOST_TEST_CONTEXT(target) { BOOST_TEST(verdict(get(target)) == 400); }
    }
}

BOOST_AUTO_TEST_CASE(utf8_is_checked_as_unicode_defines_it) {
    for (const auto* good : {"", "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x8e\x88", "\xf4\x8f\xbf\xbf"})
        BOOST_TEST(is_valid_utf8(good));
    for (const auto* bad : {"\x80", "\xc3", "\xc1\x81", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                            "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82", "\xc3("})
        BOOST_TEST(!is_valid_utf8(bad));
}

BOOST_AUTO_TEST_CASE(a_refusal_is_problem_json) {
    const auto answer = refusal_response({413, "The request body is too large."});
    BOOST_TEST(answer.status == 413);
    BOOST_TEST(answer.header_value("content-type") == "application/problem+json");
    BOOST_TEST(answer.text()
               == R"({"type":"/problems/body_too_large","title":"Body too large","status":413,)"
                  R"("detail":"The request body is too large.","code":"body_too_large"})");
}

BOOST_AUTO_TEST_SUITE_END()
