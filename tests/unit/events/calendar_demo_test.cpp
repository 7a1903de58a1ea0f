#include "unit/events/calendar_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace calendar_test;

calendar_options demo_options(std::string zone, std::string currency, std::chrono::sys_days provisioned) {
    calendar_options options = berlin_options();
    options.default_time_zone = std::move(zone);
    options.default_currency = std::move(currency);
    options.now = provisioned + std::chrono::hours{11};
    options.shift_to = provisioned + std::chrono::days{1};
    return options;
}

std::size_t count_sessions(const calendar_file& file) {
    std::size_t sessions = 0;
    for (const imported_event& event : file.events)
        sessions += event.sessions.size();
    return sessions;
}

// Every session lies ahead, the first one within a week, and the same events are there on any day.
void check_ahead(const calendar_file& file, const calendar_options& with, std::size_t events,
                 std::size_t sessions) {
    BOOST_TEST(remarks_text(file.errors) == "");
    BOOST_TEST(file.events.size() == events);
    BOOST_TEST(count_sessions(file) == sessions);
    std::optional<std::chrono::sys_seconds> first;
    for (const imported_event& event : file.events) {
        BOOST_TEST((event.sessions.at(0).starts_at > with.now));
        if (!first || event.sessions[0].starts_at < *first) first = event.sessions[0].starts_at;
    }
    BOOST_TEST((first.value() < *with.shift_to + std::chrono::days{7}));
}

} // namespace

BOOST_AUTO_TEST_SUITE(events_calendar_ics)

BOOST_AUTO_TEST_CASE(the_demo_camp_is_read_without_errors_and_lies_ahead_on_any_day_of_provisioning) {
    using namespace std::chrono;
    const std::string text = demo_calendar("summer-camp.ics");
    for (const sys_days day : {sys_days{2026y / January / 1}, sys_days{2026y / November / 23},
                               sys_days{2027y / March / 28}, sys_days{2031y / July / 4}}) {
        const calendar_options with = demo_options("Europe/Berlin", "EUR", day);
        const calendar_file file = read_ics(text, with);
        check_ahead(file, with, 44, 251);
        BOOST_TEST(file.events.at(0).title == "Entdeckerwoche am See");
        for (const imported_session& session : file.events[0].sessions) {
            BOOST_TEST(local_text(session.starts_at, "Europe/Berlin").substr(11) == "08:30");
            BOOST_TEST((weekday{floor<days>(session.starts_at)} == Monday));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(events_calendar_csv)

BOOST_AUTO_TEST_CASE(the_demo_museum_is_read_without_errors_and_lies_ahead_on_any_day_of_provisioning) {
    using namespace std::chrono;
    const std::string text = demo_calendar("science-museum.csv");
    for (const sys_days day : {sys_days{2026y / January / 1}, sys_days{2026y / November / 23},
                               sys_days{2027y / March / 28}, sys_days{2031y / July / 4}}) {
        const calendar_options with = demo_options("Europe/London", "GBP", day);
        const calendar_file file = read_csv(text, with);
        check_ahead(file, with, 44, 149);
    }
}

BOOST_AUTO_TEST_SUITE_END()
