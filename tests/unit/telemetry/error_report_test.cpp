#include "telemetry/error_report.hpp"

#include "telemetry/otlp.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <stdexcept>

namespace {

using namespace kidevent;
using namespace kidevent::telemetry;
namespace json = boost::json;

error_report sample_report() {
    return {make_uuid(),
            timestamp{std::chrono::sys_days{std::chrono::year{2026} / 7 / 1}},
            error_type_of(std::logic_error{"CANARY-message"}, "42P01"),
            "POST",
            "/api/v1/children/{child_id}",
            "createChild",
            "museum",
            "the-request",
            std::string(32, 'a'),
            std::string(16, 'b'),
            "production"};
}

} // namespace

BOOST_AUTO_TEST_SUITE(telemetry_error_report)

BOOST_AUTO_TEST_CASE(a_dsn_names_the_receiver) {
    const auto to = parse_sentry_dsn("https://abc@errors.example:8443/42");
    BOOST_TEST_REQUIRE(to.has_value());
    BOOST_TEST(to->url == "https://errors.example:8443/api/42/envelope/");
    BOOST_TEST(to->public_key == "abc");
    BOOST_TEST(parse_sentry_dsn("http://abc:old@h/under/path/7")->url
               == "http://h/under/path/api/7/envelope/");
    BOOST_TEST(parse_sentry_dsn("http://abc:old@h/7")->public_key == "abc");
    for (const char* bad :
         {"", "https://", "https://h/1", "https://k@/1", "https://k@h/", "k@h/1", "https://@h/1"})
        BOOST_TEST(!parse_sentry_dsn(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(an_envelope_has_three_lines_and_only_the_fields_on_the_list) {
    const auto sent = sentry_envelope(sample_report(), *parse_sentry_dsn("https://abc@errors.example/42"));
    BOOST_TEST(sent.url == "https://errors.example/api/42/envelope/");
    BOOST_TEST(sent.body.find("CANARY") == std::string::npos);
    const auto first = sent.body.find('\n');
    const auto second = sent.body.find('\n', first + 1);
    BOOST_TEST(sent.body.back() == '\n');
    const auto head = json::parse(sent.body.substr(0, first));
    const auto item = json::parse(sent.body.substr(first + 1, second - first - 1));
    const std::string event_text = sent.body.substr(second + 1, sent.body.size() - second - 2);
    const auto event = json::parse(event_text);
    BOOST_TEST(head.at("event_id").as_string() == event.at("event_id").as_string());
    BOOST_TEST(head.at("event_id").as_string().size() == 32U);
    BOOST_TEST(item.at("type").as_string() == "event");
    BOOST_TEST(item.at("length").to_number<std::size_t>() == event_text.size());
    std::string members;
    for (const auto& each : event.as_object())
        members += std::string{each.key()} + " ";
    BOOST_TEST(members
               == "event_id timestamp platform level logger release environment transaction tags "
                  "contexts exception fingerprint ");
    BOOST_TEST(event.at("transaction").as_string() == "POST /api/v1/children/{child_id}");
    BOOST_TEST(event.at("exception").at("values").at(0).at("type").as_string() == "std::logic_error 42P01");
}

BOOST_AUTO_TEST_CASE(a_trace_has_the_shape_of_otlp) {
    finished_request of;
    of.context = begin_trace(make_uuid(), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", 0);
    of.request_id = "the-request";
    of.method = "GET";
    of.route = "/api/v1/events/{event_id}";
    of.tenant = "museum";
    of.status = 503;
    of.began = timestamp{std::chrono::seconds{1'800'000'000}};
    of.began_steady = request_span::clock::now();
    of.took = std::chrono::milliseconds{20};
    of.spans = {{"db", "events.find", of.began_steady + std::chrono::milliseconds{5},
                 of.began_steady + std::chrono::milliseconds{9}}};
    BOOST_TEST(count_spans({of, of}) == 4U);
    const auto body = json::parse(otlp_traces({of}, "staging"));
    const auto& spans = body.at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans").as_array();
    BOOST_TEST_REQUIRE(spans.size() == 2U);
    const auto& server = spans[0];
    BOOST_TEST(server.at("traceId").as_string() == "4bf92f3577b34da6a3ce929d0e0e4736");
    BOOST_TEST(server.at("parentSpanId").as_string() == "00f067aa0ba902b7");
    BOOST_TEST(server.at("name").as_string() == "GET /api/v1/events/{event_id}");
    BOOST_TEST(server.at("kind").as_int64() == 2);
    BOOST_TEST(server.at("startTimeUnixNano").as_string() == "1800000000000000000");
    BOOST_TEST(server.at("endTimeUnixNano").as_string() == "1800000000020000000");
    BOOST_TEST(server.at("status").at("code").as_int64() == 2);
    const auto& query = spans[1];
    BOOST_TEST(query.at("parentSpanId").as_string() == server.at("spanId").as_string());
    BOOST_TEST(query.at("name").as_string() == "events.find");
    BOOST_TEST(query.at("kind").as_int64() == 3);
    BOOST_TEST(query.at("startTimeUnixNano").as_string() == "1800000000005000000");
    BOOST_TEST(query.at("endTimeUnixNano").as_string() == "1800000000009000000");
    BOOST_TEST((query.at("spanId").as_string() != server.at("spanId").as_string()));
}

BOOST_AUTO_TEST_SUITE_END()
