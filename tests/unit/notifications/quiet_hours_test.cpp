#include "notifications/quiet_hours.hpp"

#include "core/time_text.hpp"
#include "notifications/notification_plan.hpp"
#include "notifications/reminder_rules.hpp"
#include "notifications/session_time_text.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace kidevent;
using namespace kidevent::notifications;
using namespace std::chrono_literals;

namespace {

const events::time_zone vienna = *events::time_zone::find("Europe/Vienna");
const quiet_hours night{21h, 7h};

timestamp at(const std::string& text) { return parse_rfc3339(text).value(); }

std::string text_of(timestamp when) {
    std::string text;
    append_rfc3339(text, when);
    return text;
}

std::string end_of(const quiet_hours& of, const std::string& when) {
    return text_of(end_of_quiet(of, vienna, at(when)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(notifications_quiet_hours)

BOOST_AUTO_TEST_CASE(a_night_ends_in_the_morning_on_the_clock_of_the_organisation) {
    BOOST_TEST(end_of(night, "2026-07-01T10:00:00Z") == "2026-07-01T10:00:00Z");
    BOOST_TEST(end_of(night, "2026-07-01T18:59:59Z") == "2026-07-01T18:59:59Z");
    BOOST_TEST(end_of(night, "2026-07-01T19:00:00Z") == "2026-07-02T05:00:00Z");
    BOOST_TEST(end_of(night, "2026-07-02T04:59:59.5Z") == "2026-07-02T05:00:00Z");
    BOOST_TEST(end_of(night, "2026-07-02T05:00:00Z") == "2026-07-02T05:00:00Z");
    BOOST_TEST(end_of(night, "2026-01-01T22:00:00Z") == "2026-01-02T06:00:00Z");
}

BOOST_AUTO_TEST_CASE(a_time_within_the_day_ends_the_same_day) {
    const quiet_hours midday{12h, 14h};
    BOOST_TEST(end_of(midday, "2026-07-01T10:30:00Z") == "2026-07-01T12:00:00Z");
    BOOST_TEST(end_of(midday, "2026-07-01T12:00:00Z") == "2026-07-01T12:00:00Z");
    BOOST_TEST(end_of(midday, "2026-07-01T23:00:00Z") == "2026-07-01T23:00:00Z");
}

BOOST_AUTO_TEST_CASE(the_same_time_twice_is_no_quiet_time) {
    BOOST_TEST(end_of({7h, 7h}, "2026-07-01T05:00:00Z") == "2026-07-01T05:00:00Z");
}

BOOST_AUTO_TEST_CASE(nights_in_which_the_clock_is_moved_end_at_the_same_time_of_day) {
    BOOST_TEST(end_of(night, "2026-03-28T22:00:00Z") == "2026-03-29T05:00:00Z");
    BOOST_TEST(end_of(night, "2026-10-24T22:00:00Z") == "2026-10-25T06:00:00Z");
    // 02:30 does not exist, or exists twice: nothing is sent before it has come, and nothing waits for a day.
    const quiet_hours short_night{21h, 2h + 30min};
    BOOST_TEST(end_of(short_night, "2026-03-29T00:30:00Z") == "2026-03-29T01:30:00Z");
    BOOST_TEST(end_of(short_night, "2026-10-25T00:10:00Z") == "2026-10-25T00:30:00Z");
    BOOST_TEST(end_of(short_night, "2026-10-25T01:10:00Z") == "2026-10-25T01:10:00Z");
}

BOOST_AUTO_TEST_CASE(times_of_day_are_read_and_written) {
    for (const char* good : {"00:00", "07:30", "23:59"})
        BOOST_TEST(time_of_day_text(parse_time_of_day(good).value()) == good);
    for (const char* bad : {"", "7:30", "24:00", "12:60", "12-30", "12:3x", "012:30"})
        BOOST_TEST(!parse_time_of_day(bad), bad);
}

BOOST_AUTO_TEST_CASE(digests_are_due_from_their_hour_until_midnight_and_are_about_the_next_day) {
    BOOST_TEST(!day_of_digest(18h, vienna, at("2026-07-01T15:59:59Z")));
    const auto next = day_of_digest(18h, vienna, at("2026-07-01T16:00:00Z"));
    BOOST_REQUIRE(next.has_value());
    BOOST_TEST(text_of(next->begins) == "2026-07-01T22:00:00Z");
    BOOST_TEST(text_of(next->ends) == "2026-07-02T22:00:00Z");
    BOOST_TEST(!day_of_digest(18h, vienna, at("2026-07-01T22:00:00Z")));
    // The day with 23 hours and the one with 25.
    const auto spring = day_of_digest(18h, vienna, at("2026-03-28T18:00:00Z"));
    BOOST_TEST((spring->ends - spring->begins == 23h));
    const auto autumn = day_of_digest(18h, vienna, at("2026-10-24T18:00:00Z"));
    BOOST_TEST((autumn->ends - autumn->begins == 25h));
}

BOOST_AUTO_TEST_CASE(rules_are_read_as_they_are_written) {
    const std::vector<reminder_rule> rules{
        {24h, channel::email}, {90min, channel::sms}, {1min, channel::push}};
    BOOST_TEST(to_text(rules) == "1440 email,90 sms,1 push");
    BOOST_TEST((parse_reminders(to_text(rules)) == rules));
    BOOST_TEST(parse_reminders("").empty());
    for (const char* bad : {"email", "0 email", "-5 email", "10 pigeon", "10", "10email"})
        BOOST_CHECK_THROW(parse_reminders(bad), std::invalid_argument);
    notification_settings with;
    BOOST_TEST(to_text(default_rules(with).reminders) == "1440 email");
    with.reminder_before = 0s;
    BOOST_TEST(default_rules(with).reminders.empty());
}

BOOST_AUTO_TEST_CASE(times_are_said_as_people_of_a_country_say_them) {
    const auto when = at("2026-07-01T07:00:00Z");
    BOOST_TEST(session_time_text(when, vienna, "en") == "Wednesday 1 July 2026, 09:00");
    BOOST_TEST(session_time_text(when, vienna, "de") == "Mittwoch, 1. Juli 2026, 09:00 Uhr");
    BOOST_TEST(session_time_text(when, vienna, "fr") == "mercredi 1 juillet 2026, 09:00");
    BOOST_TEST(session_time_text(at("2026-12-31T23:30:00Z"), vienna, "de")
               == "Freitag, 1. Januar 2027, 00:30 Uhr");
}

BOOST_AUTO_TEST_SUITE_END()
