#include "jobs/cron_expression.hpp"

#include "core/time_text.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kidevent;
using kidevent::jobs::cron_expression;
using namespace std::chrono;

sys_seconds instant(const char* text) {
    const auto parsed = parse_rfc3339(text);
    BOOST_REQUIRE(parsed);
    return floor<seconds>(*parsed);
}

// Every instant in (after, until], oldest last; "" between them.
std::string all_between(const char* cron, const char* zone_name, const char* after, const char* until) {
    const auto expression = cron_expression::parse(cron);
    const auto zone = events::time_zone::find(zone_name);
    BOOST_REQUIRE(expression);
    BOOST_REQUIRE(zone);
    std::string found;
    auto end = instant(until);
    while (const auto at = expression->find_last(instant(after), end, *zone)) {
        if (!found.empty()) found += ' ';
        append_rfc3339(found, timestamp{*at});
        end = *at - seconds{1};
    }
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(jobs_cron)

BOOST_AUTO_TEST_CASE(what_is_no_expression_is_refused) {
    for (const char* wrong :
         {"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8",
          "*/0 * * * *", "5-1 * * * *", "a * * * *", "1/5 * * * *", "-1 * * * *", "1, * * * *", "*  * * * *"})
        BOOST_TEST(!cron_expression::parse(wrong), wrong);
    for (const char* right : {"* * * * *", "*/15 0-6,22 1,15 */2 1-5", "59 23 31 12 7"})
        BOOST_TEST(cron_expression::parse(right).has_value(), right);
}

BOOST_AUTO_TEST_CASE(a_time_of_day_comes_once_a_day_through_both_changes_of_the_clock) {
    // 02:30 does not exist on 29 March: it is made up for after the change, at 03:30.
    BOOST_TEST(all_between("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", "2026-03-30T12:00:00Z")
               == "2026-03-30T00:30:00Z 2026-03-29T01:30:00Z 2026-03-28T01:30:00Z");
    // 02:30 comes twice on 25 October: the first one counts.
    BOOST_TEST(all_between("30 2 * * *", "Europe/Berlin", "2026-10-23T12:00:00Z", "2026-10-26T12:00:00Z")
               == "2026-10-26T01:30:00Z 2026-10-25T00:30:00Z 2026-10-24T00:30:00Z");
}

BOOST_AUTO_TEST_CASE(an_interval_goes_on_evenly_through_both_changes_of_the_clock) {
    BOOST_TEST(all_between("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z")
               == "2026-03-29T02:00:00Z 2026-03-29T01:30:00Z 2026-03-29T01:00:00Z 2026-03-29T00:30:00Z");
    BOOST_TEST(all_between("*/30 * * * *", "Europe/Berlin", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z")
               == "2026-10-25T02:00:00Z 2026-10-25T01:30:00Z 2026-10-25T01:00:00Z 2026-10-25T00:30:00Z");
}

BOOST_AUTO_TEST_CASE(days_are_those_of_the_zone_and_either_kind_of_day_is_enough) {
    // Midnight in Auckland is the day before in UTC.
    BOOST_TEST(all_between("0 0 1 * *", "Pacific/Auckland", "2026-05-15T00:00:00Z", "2026-07-15T00:00:00Z")
               == "2026-06-30T12:00:00Z 2026-05-31T12:00:00Z");
    // The 13th, and every Friday.
    BOOST_TEST(all_between("0 9 13 * 5", "UTC", "2026-07-08T00:00:00Z", "2026-07-18T00:00:00Z")
               == "2026-07-17T09:00:00Z 2026-07-13T09:00:00Z 2026-07-10T09:00:00Z");
    BOOST_TEST(all_between("0 9 * * 7", "UTC", "2026-07-08T00:00:00Z", "2026-07-18T00:00:00Z")
               == "2026-07-12T09:00:00Z");
}

BOOST_AUTO_TEST_CASE(the_beginning_is_left_out_and_the_end_is_not) {
    BOOST_TEST(all_between("0 3 * * *", "UTC", "2026-07-08T03:00:00Z", "2026-07-09T03:00:00Z")
               == "2026-07-09T03:00:00Z");
    BOOST_TEST(all_between("0 3 * * *", "UTC", "2026-07-08T03:00:00Z", "2026-07-09T02:59:59Z") == "");
}

BOOST_AUTO_TEST_SUITE_END()
