#include "http/json_text.hpp"
#include "http/problem.hpp"
#include "http/security_headers.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

using namespace kidevent;
using http::problem_response;

BOOST_AUTO_TEST_SUITE(http_problem)

BOOST_AUTO_TEST_CASE(every_refusal_has_a_status_a_title_and_a_code_of_its_own) {
    std::set<std::string_view> codes;
    for (const http::problem_entry& entry : http::list_problems()) {
        BOOST_TEST(entry.status >= 400);
        // Mended by the client, all but those that may come again, when somebody else has mended it.
        const bool is_ours = entry.reason == errc::overloaded
                             || entry.reason == errc::encryption_not_configured
                             || entry.reason == errc::identity_provider_unavailable;
        BOOST_TEST((entry.status < 500) == !is_ours, entry.code);
        BOOST_TEST((!is_ours || entry.status == 503), entry.code);
        BOOST_TEST(!entry.title.empty());
        BOOST_TEST(!entry.detail.empty());
        BOOST_TEST(codes.insert(entry.code).second, entry.code);
        BOOST_TEST((&http::problem_of(entry.reason) != nullptr
                    && http::problem_of(entry.reason).code == entry.code));
    }
    BOOST_TEST(codes.size() == static_cast<std::size_t>(errc::idempotency_key_in_use) + 1);
}

BOOST_AUTO_TEST_CASE(a_problem_says_what_is_wrong_where) {
    const refusal why = refuse(errc::invalid_fields, "/name", "too_long", "must have at most 5 characters");
    const response answer = problem_response(why, "r-1", "/api/v1/children?token=secret");
    BOOST_TEST(answer.status == 422);
    BOOST_TEST(answer.header_value("Content-Type") == "application/problem+json");
    BOOST_TEST(answer.header_value("Cache-Control") == "no-store");
    BOOST_TEST(answer.header_value("X-Request-Id") == "r-1");
    BOOST_TEST(
        answer.text()
        == R"({"type":"/problems/invalid_fields","title":"Invalid fields","status":422,)"
           R"("detail":"Some fields are missing, unknown or not as they should be.",)"
           R"("instance":"/api/v1/children","code":"invalid_fields","request_id":"r-1",)"
           R"("errors":[{"pointer":"/name","code":"too_long","detail":"must have at most 5 characters"}]})");
}

BOOST_AUTO_TEST_CASE(what_is_missing_and_what_belongs_to_somebody_else_look_the_same) {
    const refusal missing = refuse(errc::not_found);
    refusal foreign = refuse(errc::not_found, "/child_id", "foreign", "child 7 belongs to household 9");
    foreign.retry_after_seconds = 5;
    const response a = problem_response(missing, "r", "/api/v1/children/1");
    const response b = problem_response(foreign, "r", "/api/v1/children/1");
    BOOST_TEST(a.status == b.status);
    BOOST_TEST(a.text() == b.text());
    BOOST_TEST(a.headers.size() == b.headers.size());
}

BOOST_AUTO_TEST_CASE(retry_after_is_said_when_it_is_known) {
    refusal why = refuse(errc::too_many_requests);
    BOOST_TEST(problem_response(why, "r", "/").header_value("Retry-After") == "");
    why.retry_after_seconds = 30;
    const response answer = problem_response(why, "r", "/");
    BOOST_TEST(answer.status == 429);
    BOOST_TEST(answer.header_value("Retry-After") == "30");
}

BOOST_AUTO_TEST_CASE(the_path_in_a_problem_is_a_uri_whatever_was_sent) {
    const response answer = problem_response(refuse(errc::malformed_request), "r", "/a\"\n\xff<b>%20");
    const auto body = http::parse_json(answer.text(), 4);
    BOOST_TEST_REQUIRE(body.has_value());
    BOOST_TEST(std::string_view{body->at("instance").get_string()} == "/a%22%0A%FF%3Cb%3E%20");
}

BOOST_AUTO_TEST_CASE(method_not_allowed_says_which_methods_are) {
    const response answer = http::method_not_allowed_response("GET, HEAD, POST", "r", "/x");
    BOOST_TEST(answer.status == 405);
    BOOST_TEST(answer.header_value("Allow") == "GET, HEAD, POST");
}

BOOST_AUTO_TEST_CASE(a_refused_sign_in_carries_a_challenge) {
    BOOST_TEST(problem_response(refuse(errc::sign_in_required), "r", "/x").header_value("WWW-Authenticate")
               != "");
    BOOST_TEST(problem_response(refuse(errc::forbidden), "r", "/x").header_value("WWW-Authenticate") == "");
}

BOOST_AUTO_TEST_CASE(failures_of_the_world_and_of_our_own_have_their_statuses) {
    BOOST_TEST(http::unavailable_response("r", 2).status == 503);
    BOOST_TEST(http::unavailable_response("r", 2).header_value("Retry-After") == "2");
    BOOST_TEST(http::internal_error_response("r").status == 500);
    BOOST_TEST(http::timeout_response("r").status == 504);
    BOOST_TEST(http::parse_json(http::internal_error_response("r").text(), 2).value().at("code")
               == "internal_error");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(http_security_headers)

BOOST_AUTO_TEST_CASE(every_answer_is_closed_to_browsers_by_default) {
    response answer;
    http::append_security_headers(answer, true);
    BOOST_TEST(answer.header_value("Content-Security-Policy")
               == "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    BOOST_TEST(answer.header_value("Strict-Transport-Security") == "max-age=31536000; includeSubDomains");
    BOOST_TEST(answer.header_value("X-Content-Type-Options") == "nosniff");
    BOOST_TEST(answer.header_value("X-Frame-Options") == "DENY");
    BOOST_TEST(answer.header_value("X-XSS-Protection") == "0");
    BOOST_TEST(answer.header_value("Referrer-Policy") == "no-referrer");
    BOOST_TEST(answer.header_value("Cross-Origin-Opener-Policy") == "same-origin");
    BOOST_TEST(answer.header_value("Cross-Origin-Resource-Policy") == "same-origin");
    BOOST_TEST(answer.header_value("Cache-Control") == "no-store");
    BOOST_TEST(answer.headers.size() == 13U);
}

BOOST_AUTO_TEST_CASE(a_page_may_send_its_form_to_its_own_origin_and_nothing_more) {
    response page;
    page.headers.push_back({"Content-Type", "text/html; charset=utf-8"});
    http::append_security_headers(page, true);
    BOOST_TEST(page.header_value("Content-Security-Policy")
               == "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    BOOST_TEST(page.headers.size() == 14U);
}

BOOST_AUTO_TEST_CASE(what_a_handler_set_itself_stays_and_occurs_once) {
    response answer;
    answer.headers.push_back({"cache-control", "private, max-age=60"});
    http::append_security_headers(answer, false);
    BOOST_TEST(answer.header_value("Cache-Control") == "private, max-age=60");
    BOOST_TEST(answer.header_value("Strict-Transport-Security") == "");
    BOOST_TEST(answer.headers.size() == 12U);
}

BOOST_AUTO_TEST_SUITE_END()
