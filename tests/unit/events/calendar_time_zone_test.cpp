#include "events/time_zone.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kidevent::events;
using namespace std::chrono;

// Central European time of 2026 as a calendar file would describe it.
time_zone described_berlin() {
    return time_zone::from_changes(
        {{sys_days{2026y / October / 25} + 1h, 2h, 1h}, {sys_days{2026y / March / 29} + 1h, 1h, 2h}});
}

} // namespace

BOOST_AUTO_TEST_SUITE(events_calendar_ics)

BOOST_AUTO_TEST_CASE(a_zone_made_from_changes_agrees_with_the_iana_database_at_every_quarter_of_an_hour) {
    const time_zone iana = time_zone::find("Europe/Berlin").value();
    const time_zone described = described_berlin();
    for (sys_seconds at = sys_days{2026y / January / 1}; at < sys_days{2027y / January / 1}; at += 15min) {
        BOOST_TEST_REQUIRE((iana.to_local(at) == described.to_local(at)));
        const local_seconds local{at.time_since_epoch()};
        BOOST_TEST_REQUIRE((iana.to_utc(local) == described.to_utc(local)));
    }
}

BOOST_AUTO_TEST_CASE(local_and_universal_time_lead_back_to_each_other_outside_of_the_hour_shown_twice) {
    const time_zone described = described_berlin();
    for (sys_seconds at = sys_days{2026y / March / 1}; at < sys_days{2026y / October / 25}; at += 1h)
        BOOST_TEST_REQUIRE((described.to_utc(described.to_local(at)) == at));
}

BOOST_AUTO_TEST_CASE(only_names_of_the_iana_database_are_zones) {
    BOOST_TEST(time_zone::find("Asia/Almaty").has_value());
    for (const std::string_view name : {"", "Berlin", "europe/berlin", "../../etc/passwd", "Europe/Berlin "})
        BOOST_TEST(!time_zone::find(name).has_value());
    BOOST_TEST(time_zone{}.is_utc());
    BOOST_TEST(time_zone{}.name() == "UTC");
    BOOST_TEST(described_berlin().name() == "");
}

BOOST_AUTO_TEST_SUITE_END()
