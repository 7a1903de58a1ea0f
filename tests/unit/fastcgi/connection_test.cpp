#include "front_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

using namespace kidevent;
using namespace kidevent::fastcgi;
using namespace kidevent::fastcgi::test;
using std::chrono::milliseconds;

namespace {

bool has_status(const peer& one, int id, int status) {
    return output_of(one.received, id).starts_with("Status: " + std::to_string(status) + "\r\n");
}

bool has_body(const peer& one, int id, const std::string& body) {
    return output_of(one.received, id).ends_with("\r\n\r\n" + body);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(fastcgi_connection, front_fixture)

BOOST_AUTO_TEST_CASE(a_request_is_answered_and_the_connection_kept) {
    auto nginx = connect();
    for (const auto* target : {"/one", "/two"}) {
        nginx.received.clear();
        nginx.send(whole_post(1, target, "hello"));
        BOOST_TEST(run_until_ended(nginx, 1));
        BOOST_TEST(has_status(nginx, 1, 200));
        BOOST_TEST(has_body(nginx, 1, std::string("POST ") + target + " hello"));
        BOOST_TEST(end_of(nginx.received, 1) == "0/0");
    }
    BOOST_TEST(!nginx.closed);
    BOOST_TEST(counters.requests_total == 2U);
    BOOST_TEST(counters.connections_open == 1U);
    BOOST_TEST(counters.connections_active == 0U);
}

BOOST_AUTO_TEST_CASE(without_keep_conn_the_connection_is_closed_after_the_answer) {
    auto nginx = connect();
    nginx.send(whole_get(1, "/", false));
    BOOST_TEST(run_until_closed(nginx));
    BOOST_TEST(end_of(nginx.received, 1) == "0/0");
    BOOST_TEST(counters.connections_open == 0U);
}

BOOST_AUTO_TEST_CASE(two_interleaved_requests_are_answered_in_the_order_they_are_ready) {
    hold_requests();
    auto nginx = connect();
    nginx.send(begin(1) + begin(2) + params(2, post("/second", 4)) + params(1, post("/first", 4))
               + record(5, 1, "AA") + record(5, 2, "BB") + record(5, 1, "aa") + record(5, 1, "")
               + record(5, 2, "bb") + record(5, 2, ""));
    BOOST_TEST(run_until([&] { return held.size() == 2; }));
    BOOST_TEST(held[0].value.body == "AAaa");
    BOOST_TEST(held[1].value.body == "BBbb");
    BOOST_TEST(counters.requests_active == 2U);
    held[1].respond(text_response("to the second"));
    BOOST_TEST(run_until_ended(nginx, 2));
    BOOST_TEST(end_of(nginx.received, 1) == "");
    held[0].respond(text_response("to the first"));
    BOOST_TEST(run_until_ended(nginx, 1));
    BOOST_TEST(has_body(nginx, 1, "to the first"));
    BOOST_TEST(has_body(nginx, 2, "to the second"));
}

BOOST_AUTO_TEST_CASE(an_aborted_request_is_ended_and_its_late_answer_goes_nowhere) {
    hold_requests();
    auto nginx = connect();
    nginx.send(whole_get(1, "/"));
    BOOST_TEST(run_until([&] { return held.size() == 1; }));
    nginx.send(record(2, 1, ""));
    BOOST_TEST(run_until_ended(nginx, 1));
    nginx.received.clear();
    nginx.send(whole_get(1, "/again"));
    BOOST_TEST(run_until([&] { return held.size() == 2; }));
    held[0].respond(text_response("late"));
    held[1].respond(text_response("in time"));
    BOOST_TEST(run_until_ended(nginx, 1));
    BOOST_TEST(has_body(nginx, 1, "in time"));
}

BOOST_AUTO_TEST_CASE(an_answer_after_the_peer_hung_up_goes_nowhere) {
    hold_requests();
    auto nginx = connect();
    nginx.send(whole_get(1, "/"));
    BOOST_TEST(run_until([&] { return held.size() == 1; }));
    nginx.hang_up();
    BOOST_TEST(run_until([&] { return counters.connections_open == 0U; }));
    held[0].respond(text_response("late"));
    BOOST_TEST(counters.requests_active == 0U);
}

BOOST_AUTO_TEST_CASE(half_closing_inside_params_never_calls_the_application) {
    auto nginx = connect();
    nginx.send(begin(1) + record(4, 1, pair("REQUEST_METHOD", "GET")));
    nginx.half_close();
    BOOST_TEST(run_until_closed(nginx));
    BOOST_TEST(calls == 0);
    BOOST_TEST(counters.requests_dropped == 1U);
}

BOOST_AUTO_TEST_CASE(half_closing_after_a_whole_request_still_gets_the_answer) {
    hold_requests();
    auto client = connect();
    client.send(whole_get(1, "/"));
    client.half_close();
    BOOST_TEST(run_until([&] { return held.size() == 1; }));
    run_for(milliseconds(20));
    held[0].respond(text_response("still here"));
    BOOST_TEST(run_until_closed(client));
    BOOST_TEST(has_body(client, 1, "still here"));
}

BOOST_AUTO_TEST_CASE(a_request_without_method_or_host_is_ended_without_an_answer) {
    auto nginx = connect();
    nginx.send(begin(1) + params(1, {{"SERVER_NAME", "*.localhost"}}) + body(1, ""));
    BOOST_TEST(run_until_ended(nginx, 1));
    BOOST_TEST(end_of(nginx.received, 1) == "1/0");
    BOOST_TEST(output_of(nginx.received, 1) == "");
    BOOST_TEST(calls == 0);
    BOOST_TEST(counters.requests_dropped == 1U);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_not_as_long_as_it_says_is_refused) {
    for (const auto* sent : {"abc", "", "abcdefghijk"}) {
        auto nginx = connect();
        nginx.send(begin(1) + params(1, post("/", 10)) + body(1, sent));
        BOOST_TEST(run_until_ended(nginx, 1));
        BOOST_TEST(has_status(nginx, 1, 400));
    }
    auto nginx = connect(); // a body where none is announced
    nginx.send(begin(1) + params(1, get("/")) + body(1, "x"));
    BOOST_TEST(run_until_ended(nginx, 1));
    BOOST_TEST(has_status(nginx, 1, 400));
    BOOST_TEST(calls == 0);
    BOOST_TEST(counters.requests_refused == 4U);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_too_large_is_answered_and_the_connection_goes_on) {
    settings.limits.decoding.body_bytes_max = 100;
    auto nginx = connect();
    const std::string text(200, 'x');
    nginx.send(whole_post(1, "/announced", text));
    BOOST_TEST(run_until_ended(nginx, 1));
    BOOST_TEST(has_status(nginx, 1, 413));
    nginx.received.clear();
    nginx.send(begin(2) + params(2, post("/smuggled", 100)) + record(5, 2, text) + record(5, 2, text)
               + body(2, ""));
    BOOST_TEST(run_until_ended(nginx, 2));
    BOOST_TEST(has_status(nginx, 2, 413));
    BOOST_TEST(calls == 0);
    nginx.send(whole_get(3, "/next"));
    BOOST_TEST(run_until_ended(nginx, 3));
    BOOST_TEST(has_status(nginx, 3, 200));
}

BOOST_AUTO_TEST_CASE(bad_requests_are_refused_and_the_connection_goes_on) {
    auto nginx = connect();
    auto doubled = get("/");
    doubled.insert(doubled.end(), {{"HTTP_AUTHORIZATION", "a"}, {"HTTP_AUTHORIZATION", "b"}});
    nginx.send(begin(1) + params(1, doubled) + body(1, "skipped"));
    nginx.send(begin(2) + params(2, get("/", "FOO")) + body(2, ""));
    nginx.send(begin(3) + params(3, {{"BIG", std::string(20000, 'x')}}) + body(3, ""));
    nginx.send(begin(4, 9) + params(4, get("/")) + body(4, ""));
    nginx.send(whole_get(5, "/fine"));
    BOOST_TEST(run_until_ended(nginx, 5));
    BOOST_TEST(has_status(nginx, 1, 400));
    BOOST_TEST(has_status(nginx, 2, 501));
    BOOST_TEST(has_status(nginx, 3, 431));
    BOOST_TEST(end_of(nginx.received, 4) == "0/3");
    BOOST_TEST(has_status(nginx, 5, 200));
    BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_fastcgi_close_the_connection) {
    auto stranger = connect();
    stranger.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    BOOST_TEST(run_until_closed(stranger));
    BOOST_TEST(counters.protocol_errors == 1U);
}

BOOST_AUTO_TEST_CASE(requests_beyond_the_limit_are_told_that_it_is_overloaded) {
    hold_requests();
    auto busy = connect();
    for (int id = 1; id <= 9; ++id)
        busy.send(whole_get(id, "/"));
    BOOST_TEST(run_until_ended(busy, 9));
    BOOST_TEST(end_of(busy.received, 9) == "0/2");
    BOOST_TEST(held.size() == 8U);
}

BOOST_AUTO_TEST_CASE(management_records_are_answered) {
    auto nginx = connect();
    nginx.send(record(9, 0, pair("FCGI_MPXS_CONNS", "")) + record(50, 0, "??"));
    BOOST_TEST(run_until([&] {
        nginx.take();
        return split_records(nginx.received).size() == 2;
    }));
    BOOST_TEST(nginx.received
               == record(10, 0, pair("FCGI_MPXS_CONNS", "1")) + record(11, 0, "2" + std::string(7, '\0')));
}

BOOST_AUTO_TEST_CASE(a_peer_that_asks_without_reading_is_not_read_any_more) {
    settings.limits.write_timeout = milliseconds(200);
    auto greedy = connect();
    std::string many;
    while (many.size() < 60'000)
        many += record(9, 0, pair("FCGI_MAX_REQS", ""));
    const auto ask_until_the_socket_is_full = [&] {
        for (int i = 0; i < 200; ++i) {
            greedy.send(many);
            run_for(milliseconds(2));
        }
    };
    BOOST_CHECK_THROW(ask_until_the_socket_is_full(), std::runtime_error);
    BOOST_TEST(run_until([&] { return counters.connections_open == 0U; }));
    BOOST_TEST(counters.timeouts == 1U);
}

BOOST_AUTO_TEST_CASE(a_peer_that_stalls_inside_a_request_is_closed_and_an_idle_one_is_not) {
    settings.limits.read_timeout = milliseconds(60);
    auto idle = connect();
    idle.send(whole_get(1, "/"));
    BOOST_TEST(run_until_ended(idle, 1));
    const auto whole = whole_post(1, "/", "body");
    for (const std::size_t sent :
         {std::size_t{3}, std::size_t{16}, std::size_t{20}, std::size_t{60}, whole.size() - 1}) {
        BOOST_TEST_CONTEXT(sent << " bytes") {
            auto stalled = connect();
            stalled.send(whole.substr(0, sent));
            BOOST_TEST(run_until_closed(stalled));
        }
    }
    idle.take();
    BOOST_TEST(!idle.closed);
    BOOST_TEST(counters.timeouts == 5U);
    BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_CASE(a_request_in_work_has_no_read_deadline) {
    settings.limits.read_timeout = milliseconds(30);
    hold_requests();
    auto nginx = connect();
    nginx.send(whole_get(1, "/slow"));
    run_for(milliseconds(150));
    BOOST_REQUIRE(held.size() == 1U);
    held[0].respond(text_response("done"));
    BOOST_TEST(run_until_ended(nginx, 1));
    BOOST_TEST(has_body(nginx, 1, "done"));
}

BOOST_AUTO_TEST_CASE(a_long_answer_reaches_a_slow_reader_whole) {
    std::string text(3'000'000, '\0');
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = static_cast<char>(i * 31 % 253);
    handle = [&](request, auto respond) { respond(text_response(text)); };
    auto slow = connect();
    slow.send(whole_get(1, "/"));
    BOOST_TEST(run_until([&] {
        slow.take(50'000);
        return slow.received.size() > text.size() && !end_of(slow.received, 1).empty();
    }));
    BOOST_TEST((has_body(slow, 1, text)));
}

BOOST_AUTO_TEST_CASE(a_peer_that_does_not_take_its_answer_is_closed) {
    settings.limits.write_timeout = milliseconds(60);
    handle = [](request, auto respond) { respond(text_response(std::string(3'000'000, 'x'))); };
    auto deaf = connect();
    deaf.send(whole_get(1, "/"));
    BOOST_TEST(
        run_until([&] { return counters.connections_open == 0U && counters.connections_accepted == 1U; }));
    BOOST_TEST(counters.timeouts == 1U);
}

BOOST_AUTO_TEST_CASE(a_head_that_would_split_the_response_becomes_500) {
    handle = [](request, auto respond) {
        auto answer = text_response("secret");
        answer.headers.push_back({"Location", "/\r\nSet-Cookie: evil=1"});
        respond(std::move(answer));
    };
    auto nginx = connect();
    nginx.send(whole_get(1, "/"));
    BOOST_TEST(run_until_ended(nginx, 1));
    BOOST_TEST(has_status(nginx, 1, 500));
    BOOST_TEST(nginx.received.find("evil") == std::string::npos);
    BOOST_TEST(nginx.received.find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_application_that_throws_answers_500) {
    handle = [](request, auto) { throw std::runtime_error("broken"); };
    auto nginx = connect();
    nginx.send(whole_get(1, "/"));
    BOOST_TEST(run_until_ended(nginx, 1));
    BOOST_TEST(has_status(nginx, 1, 500));
}

BOOST_AUTO_TEST_CASE(head_and_204_have_no_body) {
    handle = [](request asked, auto respond) {
        respond(text_response("body", asked.target == "/none" ? 204 : 200));
    };
    auto nginx = connect();
    nginx.send(begin(1) + params(1, get("/", "HEAD")) + body(1, "") + whole_get(2, "/none"));
    BOOST_TEST(run_until_ended(nginx, 2));
    BOOST_TEST(output_of(nginx.received, 1).ends_with("Content-Length: 4\r\n\r\n"));
    BOOST_TEST(output_of(nginx.received, 2).ends_with("text/plain\r\n\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()
