#include "unit/events/calendar_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

namespace {

using namespace calendar_test;

const imported_event& event_of(const calendar_file& file, std::string_view uid) {
    for (const imported_event& event : file.events) {
        if (event.uid == uid) return event;
    }
    throw std::runtime_error("no event " + std::string{uid} + "; errors: " + remarks_text(file.errors));
}

// The sessions of the one event whose properties are `lines`; the errors when there are any.
std::string sessions_of(std::string_view lines, const calendar_options& with = berlin_options()) {
    const calendar_file file = read_ics(calendar_of(lines), with);
    return file.errors.empty() ? sessions_text(file.events.at(0)) : remarks_text(file.errors);
}

} // namespace

BOOST_AUTO_TEST_SUITE(events_calendar_ics)

BOOST_AUTO_TEST_CASE(an_event_is_read_with_all_of_its_fields) {
    const calendar_file file = read_ics(fixture("summer.ics"), berlin_options());
    BOOST_TEST(remarks_text(file.errors) == "");
    BOOST_TEST(file.events.size() == 4u);
    const imported_event& swim = event_of(file, "swim@camp");
    BOOST_TEST(swim.title == "Schwimmen für Anfänger, Gruppe 1");
    BOOST_TEST(swim.description
               == "Bitte mitbringen:\n- Badesachen\n- Handtuch; kein Spielzeug\nEin Backslash: \\");
    BOOST_TEST(swim.location == "Freibad");
    BOOST_TEST(swim.category == "Sport");
    BOOST_TEST(swim.time_zone == "Europe/Berlin");
    BOOST_TEST(swim.capacity == 12);
    BOOST_TEST(swim.age_min.value() == 6);
    BOOST_TEST(swim.age_max.value() == 9);
    BOOST_TEST(swim.price_minor == 1250);
    BOOST_TEST(swim.currency == "EUR");
    BOOST_TEST(swim.line == 21u);
}

BOOST_AUTO_TEST_CASE(excluded_added_moved_and_cancelled_instances_change_the_series) {
    const calendar_file file = read_ics(fixture("summer.ics"), berlin_options());
    BOOST_TEST(sessions_text(event_of(file, "swim@camp"))
               == "2026-07-01 09:00-10:30, 2026-07-09 15:00-16:30 (8), 2026-07-18 14:00-15:30, "
                  "2026-07-29 09:00-10:30");
}

BOOST_AUTO_TEST_CASE(an_event_on_whole_days_lasts_from_midnight_to_midnight_also_when_a_day_has_23_hours) {
    const calendar_file file = read_ics(fixture("summer.ics"), berlin_options());
    const imported_event& fest = event_of(file, "fest@camp");
    BOOST_TEST(fest.title == "Летний праздник — праздник всего лагеря");
    BOOST_TEST(sessions_text(fest) == "2026-03-28 00:00 to 2026-03-30 00:00");
    BOOST_TEST((fest.sessions[0].ends_at - fest.sessions[0].starts_at == std::chrono::hours{47}));
    BOOST_TEST(sessions_of("DTSTART;VALUE=DATE:20260701\n") == "2026-07-01 00:00 to 2026-07-02 00:00");
}

BOOST_AUTO_TEST_CASE(universal_times_are_kept_and_shown_in_the_zone_of_the_organisation) {
    const calendar_file file = read_ics(fixture("summer.ics"), berlin_options());
    const imported_event& stars = event_of(file, "stars@camp");
    BOOST_TEST(local_text(stars.sessions[0].starts_at, "UTC") == "2026-08-12 19:00");
    BOOST_TEST(stars.time_zone == "Europe/Berlin");
}

BOOST_AUTO_TEST_CASE(a_cancelled_event_is_left_out_with_a_note) {
    const calendar_file file = read_ics(fixture("summer.ics"), berlin_options());
    BOOST_TEST(remarks_text(file.notes) == "73: STATUS:CANCELLED: the event was left out, UID 'off@camp'");
}

BOOST_AUTO_TEST_CASE(a_zone_that_the_file_describes_is_followed_through_the_change_of_the_clock) {
    const calendar_file file = read_ics(fixture("summer.ics"), berlin_options());
    BOOST_TEST(sessions_text(event_of(file, "hof@camp")) == "2026-03-24 08:00-08:45, 2026-03-31 08:00-08:45");
    const calendar_file outlook = read_ics(fixture("outlook.ics"), berlin_options());
    BOOST_TEST(remarks_text(outlook.errors) == "");
    BOOST_TEST(sessions_text(event_of(outlook, "chess"))
               == "2026-10-19 16:00-17:00, 2026-10-26 16:00-17:00, 2026-11-02 16:00-17:00");
}

BOOST_AUTO_TEST_CASE(a_zone_is_found_by_its_location_and_behind_the_name_of_a_registry) {
    const calendar_file file = read_ics(fixture("outlook.ics"), berlin_options());
    BOOST_TEST(event_of(file, "ride").time_zone == "Asia/Almaty");
    BOOST_TEST(event_of(file, "prefix").time_zone == "Asia/Tokyo");
}

BOOST_AUTO_TEST_CASE(a_time_in_the_gap_of_spring_counts_with_the_offset_before_it) {
    // RFC 5545, section 3.3.5: 02:30 on that day in New York is 03:30 EDT.
    BOOST_TEST(sessions_of("DTSTART;TZID=America/New_York:20070311T023000\nDURATION:PT1H\n")
               == "2007-03-11 03:30-04:30");
    BOOST_TEST(sessions_of("DTSTART:20260328T023000\nDURATION:PT30M\nRRULE:FREQ=DAILY;COUNT=3\n")
               == "2026-03-28 02:30-03:00, 2026-03-29 03:30-04:00, 2026-03-30 02:30-03:00");
}

BOOST_AUTO_TEST_CASE(a_time_that_autumn_shows_twice_is_the_first_of_the_two) {
    const calendar_file file = read_ics(
        calendar_of("DTSTART;TZID=America/New_York:20071104T013000\nDURATION:PT1H\n"), berlin_options());
    BOOST_TEST(local_text(file.events.at(0).sessions.at(0).starts_at, "UTC") == "2007-11-04 05:30");
}

BOOST_AUTO_TEST_CASE(dtend_repeats_as_exact_time_and_duration_in_days_as_days_on_the_calendar) {
    BOOST_TEST(sessions_of("DTSTART:20261017T200000\nDTEND:20261018T080000\nRRULE:FREQ=WEEKLY;COUNT=2\n")
               == "2026-10-17 20:00 to 2026-10-18 08:00, 2026-10-24 20:00 to 2026-10-25 07:00");
    BOOST_TEST(sessions_of("DTSTART:20261017T200000\nDURATION:P1D\nRRULE:FREQ=WEEKLY;COUNT=2\n")
               == "2026-10-17 20:00 to 2026-10-18 20:00, 2026-10-24 20:00 to 2026-10-25 20:00");
}

BOOST_AUTO_TEST_CASE(durations_are_read_in_all_units_and_refused_when_they_are_none) {
    const auto with_duration = [](std::string_view text) {
        return sessions_of("DTSTART:20260701T090000\nDURATION:" + std::string{text} + "\n");
    };
    BOOST_TEST(with_duration("P1W") == "2026-07-01 09:00 to 2026-07-08 09:00");
    BOOST_TEST(with_duration("P2DT3H15M") == "2026-07-01 09:00 to 2026-07-03 12:15");
    BOOST_TEST(with_duration("+PT3600S") == "2026-07-01 09:00-10:00");
    for (const std::string_view wrong :
         {"", "P", "PT", "1H", "PT1", "P1H", "PT1D", "PT1M1H", "PT1H ", "-PT1H", "P9999999W"}) {
        BOOST_TEST(with_duration(wrong)
                   == "8: DURATION '" + std::string{wrong} + "' is not a duration such as PT1H30M or P2D");
    }
    BOOST_TEST(sessions_of("DTSTART:20260701T090000\nDTEND:20260701T100000\nDURATION:PT1H\n")
               == "9: an event has DTEND or DURATION, not both");
    BOOST_TEST(with_duration("PT0S") == "7: the session ends when it starts");
    BOOST_TEST(with_duration("P53W") == "7: the session lasts longer than 366 days");
}

BOOST_AUTO_TEST_CASE(a_series_without_end_leaves_out_single_dates_that_are_over) {
    calendar_options options = berlin_options(); // it is the first of January 2026
    options.horizon = std::chrono::days{10};
    BOOST_TEST(sessions_of("DTSTART:20251225T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\n"
                           "RDATE:20251230T090000,20260102T090000\n",
                           options)
               == "2026-01-01 09:00-10:00, 2026-01-02 09:00-10:00, 2026-01-08 09:00-10:00");
}

BOOST_AUTO_TEST_CASE(a_series_until_a_date_includes_that_day) {
    BOOST_TEST(sessions_of("DTSTART:20260701T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260702\n")
               == "2026-07-01 09:00-10:00, 2026-07-02 09:00-10:00");
}

BOOST_AUTO_TEST_CASE(a_leap_second_counts_as_the_second_before_it) {
    BOOST_TEST(sessions_of("DTSTART:20161231T235960Z\nDURATION:PT1H\n") == "2017-01-01 00:59-01:59");
    BOOST_TEST(sessions_of("DTSTART:20161231T235961Z\nDURATION:PT1H\n")
               == "7: DTSTART '20161231T235961Z' is not a date or time such as 20260701 or 20260701T090000");
}

BOOST_AUTO_TEST_CASE(dates_with_an_end_of_their_own_are_added) {
    BOOST_TEST(sessions_of("DTSTART:20260701T090000\nDURATION:PT1H\n"
                           "RDATE;VALUE=PERIOD:20260702T090000/20260702T093000,20260703T090000/PT3H\n")
               == "2026-07-01 09:00-10:00, 2026-07-02 09:00-09:30, 2026-07-03 09:00-12:00");
}

BOOST_AUTO_TEST_CASE(a_date_excludes_every_instance_of_that_day) {
    BOOST_TEST(sessions_of("DTSTART:20260701T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\n"
                           "EXDATE;VALUE=DATE:20260702\n")
               == "2026-07-01 09:00-10:00, 2026-07-03 09:00-10:00");
    BOOST_TEST(sessions_of("DTSTART;VALUE=DATE:20260701\nRRULE:FREQ=DAILY;COUNT=3\n"
                           "EXDATE;VALUE=DATE:20260701,20260703\n")
               == "2026-07-02 00:00 to 2026-07-03 00:00");
    BOOST_TEST(sessions_of("DTSTART:20260701T090000\nDURATION:PT1H\nEXDATE:20260701T070000Z\n")
               == "4: the event has no session: all of them are excluded, cancelled or over");
}

BOOST_AUTO_TEST_CASE(each_broken_event_is_named_by_line_and_field_and_the_good_ones_are_kept) {
    const calendar_file file = read_ics(fixture("broken.ics"), berlin_options());
    BOOST_TEST(
        remarks_text(file.errors)
        == "3: UID is missing | "
           "8: DTSTART is missing | "
           "16: the session ends before it starts | "
           "19: DTEND is missing, and DURATION too | "
           "27: DTSTART '20260230T090000' is not a date or time such as 20260701 or 20260701T090000 | "
           "33: DTSTART: the time zone 'Middle-earth/Shire' is not in the IANA database, and no VTIMEZONE"
           " describes it | "
           "41: X-KIDEVENT-CAPACITY 'many' is not a whole number from 1 to 100000 | "
           "49: 'this is not a property' is not a property; expected NAME:value | "
           "59: UID 'twice' is the same as on line 53 | "
           "65: RECURRENCE-ID changes an event that is not in the file, UID 'orphan' | "
           "77: BEGIN:VEVENT has no END before line 82");
    BOOST_REQUIRE(file.events.size() == 1u);
    BOOST_TEST(file.events[0].uid == "good");
}

BOOST_AUTO_TEST_CASE(each_field_has_its_limits) {
    const auto errors = [](std::string_view lines) {
        return remarks_text(
            read_ics(calendar_of("DTSTART:20260701T090000\nDURATION:PT1H\n" + std::string{lines} + "\n"),
                     berlin_options())
                .errors);
    };
    BOOST_TEST(errors("X-KIDEVENT-CAPACITY:100000") == "");
    BOOST_TEST(errors("X-KIDEVENT-CAPACITY:0")
               == "9: X-KIDEVENT-CAPACITY '0' is not a whole number from 1 to 100000");
    BOOST_TEST(errors("X-KIDEVENT-AGE-MIN:26")
               == "9: X-KIDEVENT-AGE-MIN '26' is not a whole number from 0 to 25");
    BOOST_TEST(errors("X-KIDEVENT-AGE-MIN:9\nX-KIDEVENT-AGE-MAX:8")
               == "4: X-KIDEVENT-AGE-MIN 9 is above X-KIDEVENT-AGE-MAX 8");
    BOOST_TEST(errors("X-KIDEVENT-PRICE:1000000000") == "");
    BOOST_TEST(errors("X-KIDEVENT-PRICE:10000000.01").starts_with("9: X-KIDEVENT-PRICE '10000000.01'"));
    BOOST_TEST(errors("X-KIDEVENT-PRICE:12.345").starts_with("9: X-KIDEVENT-PRICE '12.345'"));
    BOOST_TEST(errors("X-KIDEVENT-PRICE:-1").starts_with("9: X-KIDEVENT-PRICE '-1'"));
    BOOST_TEST(errors("LOCATION:" + std::string(300, 'x')) == "");
    BOOST_TEST(errors("LOCATION:" + std::string(301, 'x'))
               == "4: LOCATION has 301 characters; at most 300 are allowed");
    BOOST_TEST(errors("DESCRIPTION:" + std::string(10001, 'x'))
               == "4: DESCRIPTION has 10001 characters; at most 10000 are allowed");
    BOOST_TEST(errors("CATEGORIES:" + std::string(61, 'x'))
               == "4: CATEGORIES has 61 characters; at most 60 are allowed");
    BOOST_TEST(errors("X-KIDEVENT-CURRENCY:euro")
               == "4: X-KIDEVENT-CURRENCY 'euro' is not a currency code of three capital letters");
}

BOOST_AUTO_TEST_CASE(a_title_is_counted_in_characters_and_stays_on_one_line) {
    const auto errors = [](std::string title) {
        return remarks_text(
            read_ics("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20260701\nSUMMARY:" + title
                         + "\nEND:VEVENT\nEND:VCALENDAR\n",
                     berlin_options())
                .errors);
    };
    std::string letters;
    for (int i = 0; i < 200; ++i)
        letters += "ж";
    BOOST_TEST(errors(letters) == "");
    BOOST_TEST(errors(letters + "ж") == "2: SUMMARY has 201 characters; at most 200 are allowed");
    BOOST_TEST(errors("") == "2: SUMMARY is missing");
    BOOST_TEST(errors("a\\nb") == "2: SUMMARY 'a?b' holds control characters or a line break");
    BOOST_TEST(errors("a\xff") == "5: SUMMARY is not valid UTF-8");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_calendar_or_too_large_is_refused) {
    BOOST_TEST(remarks_text(read_ics("", berlin_options()).errors)
               == "1: the file holds no calendar; it must begin with BEGIN:VCALENDAR");
    BOOST_TEST(remarks_text(read_ics("uid,title\n", berlin_options()).errors)
               == "1: 'uid,title' is not a property; expected NAME:value");
    calendar_options small = berlin_options();
    small.file_bytes_max = 10;
    BOOST_TEST(remarks_text(read_ics("BEGIN:VCALENDAR", small).errors)
               == "1: the file has 15 bytes; at most 10 are read (import.file_bytes_max)");
}

BOOST_AUTO_TEST_CASE(a_missing_end_costs_the_open_event_only) {
    const std::string text = fixture("summer.ics");
    const calendar_file file = read_ics(text.substr(0, text.rfind("STATUS:CANCELLED")), berlin_options());
    BOOST_TEST(remarks_text(file.errors) == "1: BEGIN:VCALENDAR has no END | 73: BEGIN:VEVENT has no END");
    BOOST_TEST(file.events.size() == 4u);
}

BOOST_AUTO_TEST_CASE(options_that_cannot_work_are_the_callers_fault) {
    calendar_options options = berlin_options();
    options.default_time_zone = "Berlin";
    BOOST_CHECK_THROW(read_ics("", options), std::invalid_argument);
    BOOST_CHECK_THROW(read_csv("", options), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(the_whole_file_moves_by_weeks_and_keeps_weekdays_and_local_times) {
    using namespace std::chrono;
    const calendar_file fixed = read_ics(fixture("summer.ics"), berlin_options());
    calendar_options options = berlin_options();
    options.shift_to = sys_days{2027y / February / 10}; // a Wednesday; the file's first day is a Tuesday
    const calendar_file file = read_ics(fixture("summer.ics"), options);
    BOOST_TEST(remarks_text(file.errors) == "");
    BOOST_REQUIRE(file.events.size() == fixed.events.size());
    // 2026-03-24 becomes 2027-02-16: 47 weeks. Summer time has not begun then.
    BOOST_TEST(sessions_text(event_of(file, "hof@camp")) == "2027-02-16 08:00-08:45, 2027-02-23 08:00-08:45");
    BOOST_TEST(sessions_text(event_of(file, "swim@camp"))
               == "2027-05-26 09:00-10:30, 2027-06-03 15:00-16:30 (8), 2027-06-12 14:00-15:30, "
                  "2027-06-23 09:00-10:30");
    BOOST_TEST(sessions_text(event_of(file, "fest@camp")) == "2027-02-20 00:00 to 2027-02-22 00:00");
    BOOST_TEST(sessions_text(event_of(file, "stars@camp")) == "2027-07-07 21:00-23:00");
}

BOOST_AUTO_TEST_CASE(a_universal_time_moves_on_the_clock_of_the_organisation) {
    using namespace std::chrono;
    calendar_options options = berlin_options();
    options.shift_to = sys_days{2026y / July / 6};
    BOOST_TEST(sessions_of("DTSTART:20260105T080000Z\nDURATION:PT1H\n", options) == "2026-07-06 09:00-10:00");
}

BOOST_AUTO_TEST_CASE(folding_and_line_ends_do_not_matter) {
    const std::string text = fixture("summer.ics");
    const calendar_file plain = read_ics(text, berlin_options());
    std::mt19937 random{20260701};
    for (int round = 0; round < 100; ++round) {
        const std::string_view ends[] = {"\n", "\r\n", "\r"};
        const std::string_view end = ends[random() % 3];
        std::string folded = random() % 2 ? "\xEF\xBB\xBF" : "";
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '\n') {
                folded += text[i];
                if (random() % 10 == 0 && text[i + 1] != '\n')
                    folded += std::string{end} + (random() % 2 ? " " : "\t");
            } else {
                folded += end;
            }
        }
        const calendar_file file = read_ics(folded, berlin_options());
        BOOST_TEST_REQUIRE(remarks_text(file.errors) == "");
        BOOST_TEST_REQUIRE(file.events.size() == plain.events.size());
        for (std::size_t i = 0; i < plain.events.size(); ++i) {
            BOOST_TEST_REQUIRE(file.events[i].title == plain.events[i].title);
            BOOST_TEST_REQUIRE(file.events[i].description == plain.events[i].description);
            BOOST_TEST_REQUIRE((file.events[i].sessions == plain.events[i].sessions));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
