#include "core/spans.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using kidevent::awaited_span;
using kidevent::request_spans;
using kidevent::timed_span;

std::string names_of(const request_spans& of) {
    std::string text;
    for (const auto& each : of.list())
        text += std::string{each.name} + "/" + each.detail + " ";
    return text;
}

std::shared_ptr<request_spans> kept_spans() {
    const auto made = std::make_shared<request_spans>();
    made->keep();
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(telemetry_spans)

BOOST_AUTO_TEST_CASE(each_request_finds_its_own_list_however_they_interleave) {
    const auto first = kept_spans();
    const auto second = kept_spans();
    awaited_span of_first;
    awaited_span of_second;
    request_spans::current = first;
    of_first.suspend("db", "one");
    BOOST_TEST(!request_spans::current);
    request_spans::current = second;
    {
        const timed_span handler{"handler"};
        of_second.suspend("db", "two");
        of_first.resume();
        BOOST_TEST((request_spans::current == first));
        request_spans::current = nullptr;
        of_second.resume();
    }
    BOOST_TEST((request_spans::current == second));
    request_spans::current = nullptr;
    BOOST_TEST(names_of(*first) == "db/one ");
    BOOST_TEST(names_of(*second) == "db/two handler/ ");
    BOOST_TEST((second->list()[0].begin <= second->list()[0].end));
}

BOOST_AUTO_TEST_CASE(work_that_outlives_its_request_does_no_harm) {
    awaited_span refresh;
    awaited_span again;
    {
        const auto answered = kept_spans();
        request_spans::current = answered;
        refresh.suspend("db", "refresh");
    }
    refresh.resume();
    BOOST_TEST(names_of(*request_spans::current) == "db/refresh ");
    again.suspend("db", "again");
    again.resume();
    request_spans::current = nullptr;
}

BOOST_AUTO_TEST_CASE(nothing_is_kept_where_nobody_asked_and_the_list_is_bounded) {
    awaited_span alone;
    alone.suspend("db");
    alone.resume();
    BOOST_TEST(!request_spans::current);
    awaited_span ready;
    const auto list = kept_spans();
    request_spans::current = list;
    ready.resume(); // it never suspended
    BOOST_TEST((request_spans::current == list));
    for (std::size_t i = 0; i < request_spans::spans_max + 8; ++i)
        const timed_span each{"x"};
    request_spans::current = nullptr;
    BOOST_TEST(list->list().size() == request_spans::spans_max);
    BOOST_TEST(list->left_out() == 8U);
}

BOOST_AUTO_TEST_CASE(a_request_whose_spans_nobody_wants_is_known_all_the_same) {
    const auto told = std::make_shared<request_spans>();
    told->traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    awaited_span waiting;
    request_spans::current = told;
    waiting.suspend("db", "one");
    BOOST_TEST(!request_spans::current);
    waiting.resume();
    { const timed_span handler{"handler"}; }
    BOOST_TEST((request_spans::current == told));
    request_spans::current = nullptr;
    BOOST_TEST(!told->is_kept());
    BOOST_TEST(told->list().empty());
    BOOST_TEST(told->left_out() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
