#include "unit/events/calendar_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

namespace {

using namespace calendar_test;

struct rfc_example {
    std::string_view meaning;
    std::string_view start;              // DTSTART in America/New_York
    std::string_view lines;              // RRULE and the like
    std::string_view dates;              // as days_text() writes them
    std::string_view until = "20100101"; // what the horizon is set to
};

// RFC 5545, section 3.8.5.3, with the dates that it gives. Where a list goes on ("..."), the horizon is
// set to where the RFC stops.
const rfc_example rfc_examples[] = {
    {"daily for 10 occurrences", "19970902T090000", "RRULE:FREQ=DAILY;COUNT=10",
     "1997 Sep 2 3 4 5 6 7 8 9 10 11"},
    {"every other day, forever", "19970902T090000", "RRULE:FREQ=DAILY;INTERVAL=2",
     "1997 Sep 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30 Oct 2 4 6 8", "19971009"},
    {"every 10 days, 5 occurrences", "19970902T090000", "RRULE:FREQ=DAILY;INTERVAL=10;COUNT=5",
     "1997 Sep 2 12 22 Oct 2 12"},
    {"weekly for 10 occurrences", "19970902T090000", "RRULE:FREQ=WEEKLY;COUNT=10",
     "1997 Sep 2 9 16 23 30 Oct 7 14 21 28 Nov 4"},
    {"weekly until December 24, 1997", "19970902T090000", "RRULE:FREQ=WEEKLY;UNTIL=19971224T000000Z",
     "1997 Sep 2 9 16 23 30 Oct 7 14 21 28 Nov 4 11 18 25 Dec 2 9 16 23"},
    {"every other week, forever", "19970902T090000", "RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU",
     "1997 Sep 2 16 30 Oct 14 28 Nov 11 25 Dec 9 23; 1998 Jan 6 20 Feb 3 17", "19980218"},
    {"weekly on Tuesday and Thursday for five weeks", "19970902T090000",
     "RRULE:FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
     "1997 Sep 2 4 9 11 16 18 23 25 30 Oct 2"},
    {"every other week on Monday, Wednesday and Friday until December 24", "19970901T090000",
     "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
     "1997 Sep 1 3 5 15 17 19 29 Oct 1 3 13 15 17 27 29 31 Nov 10 12 14 24 26 28 Dec 8 10 12 22"},
    {"every other week on Tuesday and Thursday, for 8 occurrences", "19970902T090000",
     "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997 Sep 2 4 16 18 30 Oct 2 14 16"},
    {"monthly on the first Friday for 10 occurrences", "19970905T090000",
     "RRULE:FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
     "1997 Sep 5 Oct 3 Nov 7 Dec 5; 1998 Jan 2 Feb 6 Mar 6 Apr 3 May 1 Jun 5"},
    {"monthly on the first Friday until December 24, 1997", "19970905T090000",
     "RRULE:FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997 Sep 5 Oct 3 Nov 7 Dec 5"},
    {"every other month on the first and last Sunday for 10 occurrences", "19970907T090000",
     "RRULE:FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
     "1997 Sep 7 28 Nov 2 30; 1998 Jan 4 25 Mar 1 29 May 3 31"},
    {"monthly on the second-to-last Monday for 6 months", "19970922T090000",
     "RRULE:FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997 Sep 22 Oct 20 Nov 17 Dec 22; 1998 Jan 19 Feb 16"},
    {"monthly on the third-to-the-last day, forever", "19970928T090000", "RRULE:FREQ=MONTHLY;BYMONTHDAY=-3",
     "1997 Sep 28 Oct 29 Nov 28 Dec 29; 1998 Jan 29 Feb 26", "19980301"},
    {"monthly on the 2nd and 15th for 10 occurrences", "19970902T090000",
     "RRULE:FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
     "1997 Sep 2 15 Oct 2 15 Nov 2 15 Dec 2 15; 1998 Jan 2 15"},
    {"monthly on the first and last day for 10 occurrences", "19970930T090000",
     "RRULE:FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
     "1997 Sep 30 Oct 1 31 Nov 1 30 Dec 1 31; 1998 Jan 1 31 Feb 1"},
    {"every 18 months on the 10th thru 15th for 10 occurrences", "19970910T090000",
     "RRULE:FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
     "1997 Sep 10 11 12 13 14 15; 1999 Mar 10 11 12 13"},
    {"every Tuesday, every other month", "19970902T090000", "RRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
     "1997 Sep 2 9 16 23 30 Nov 4 11 18 25; 1998 Jan 6 13 20 27 Mar 3 10 17 24 31", "19980401"},
    {"yearly in June and July for 10 occurrences", "19970610T090000",
     "RRULE:FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
     "1997 Jun 10 Jul 10; 1998 Jun 10 Jul 10; 1999 Jun 10 Jul 10; 2000 Jun 10 Jul 10; 2001 Jun 10 Jul 10"},
    {"every other year on January, February, and March for 10 occurrences", "19970310T090000",
     "RRULE:FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
     "1997 Mar 10; 1999 Jan 10 Feb 10 Mar 10; 2001 Jan 10 Feb 10 Mar 10; 2003 Jan 10 Feb 10 Mar 10"},
    {"every third year on the 1st, 100th, and 200th day for 10 occurrences", "19970101T090000",
     "RRULE:FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
     "1997 Jan 1 Apr 10 Jul 19; 2000 Jan 1 Apr 9 Jul 18; 2003 Jan 1 Apr 10 Jul 19; 2006 Jan 1"},
    {"every 20th Monday of the year, forever", "19970519T090000", "RRULE:FREQ=YEARLY;BYDAY=20MO",
     "1997 May 19; 1998 May 18; 1999 May 17", "20000101"},
    {"Monday of week number 20, forever", "19970512T090000", "RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
     "1997 May 12; 1998 May 11; 1999 May 17", "20000101"},
    {"every Thursday in March, forever", "19970313T090000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
     "1997 Mar 13 20 27; 1998 Mar 5 12 19 26; 1999 Mar 4 11 18 25", "20000101"},
    {"every Friday the 13th, forever", "19970902T090000",
     "EXDATE;TZID=America/New_York:19970902T090000\r\nRRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
     "1998 Feb 13 Mar 13 Nov 13; 1999 Aug 13; 2000 Oct 13", "20010101"},
    {"the first Saturday that follows the first Sunday of the month", "19970913T090000",
     "RRULE:FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
     "1997 Sep 13 Oct 11 Nov 8 Dec 13; 1998 Jan 10 Feb 7 Mar 7 Apr 11 May 9 Jun 13", "19980614"},
    {"U.S. Presidential Election day", "19961105T090000",
     "RRULE:FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
     "1996 Nov 5; 2000 Nov 7; 2004 Nov 2", "20050101"},
    {"the third instance of Tuesday, Wednesday, or Thursday, for 3 months", "19970904T090000",
     "RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997 Sep 4 Oct 7 Nov 6"},
    {"the second-to-last weekday of the month", "19970929T090000",
     "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
     "1997 Sep 29 Oct 30 Nov 27 Dec 30; 1998 Jan 29 Feb 26 Mar 30", "19980401"},
    {"every 3 hours on a specific day (with erratum 3883)", "19970902T090000",
     "RRULE:FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", "1997 Sep 2 2@12:00 2@15:00"},
    {"every 15 minutes for 6 occurrences", "19970902T090000", "RRULE:FREQ=MINUTELY;INTERVAL=15;COUNT=6",
     "1997 Sep 2 2@09:15 2@09:30 2@09:45 2@10:00 2@10:15"},
    {"every hour and a half for 4 occurrences", "19970902T090000", "RRULE:FREQ=MINUTELY;INTERVAL=90;COUNT=4",
     "1997 Sep 2 2@10:30 2@12:00 2@13:30"},
    {"every 20 minutes in two hours of every day", "19970902T090000",
     "RRULE:FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20,40",
     "1997 Sep 2 2@09:20 2@09:40 2@10:00 2@10:20 2@10:40 3 3@09:20 3@09:40 3@10:00 3@10:20 3@10:40",
     "19970904"},
    {"WKST=MO", "19970805T090000", "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
     "1997 Aug 5 10 19 24"},
    {"WKST=SU", "19970805T090000", "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
     "1997 Aug 5 17 19 31"},
    {"an invalid date is ignored", "20070115T090000", "RRULE:FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
     "2007 Jan 15 30 Feb 15 Mar 15 30"},
};

// "1997 Sep 2 4 Oct 1@10:00; 1998 Jan 2": the starts in New York; 09:00 is not written.
std::string days_text(const imported_event& of) {
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    std::string text;
    std::string last_month;
    for (const imported_session& session : of.sessions) {
        const std::string start = local_text(session.starts_at, "America/New_York");
        const std::string month = start.substr(0, 7);
        if (month.substr(0, 4) != last_month.substr(0, last_month.empty() ? 0 : 4)) {
            text += (text.empty() ? "" : "; ") + month.substr(0, 4);
        }
        if (month != last_month) {
            const std::size_t number = static_cast<std::size_t>(std::stoi(month.substr(5)));
            text += " " + std::string{months.substr(3 * (number - 1), 3)};
        }
        last_month = month;
        text += " " + std::to_string(std::stoi(start.substr(8, 2)));
        if (start.substr(11) != "09:00") text += "@" + start.substr(11);
    }
    return text;
}

std::chrono::sys_days day_of(std::string_view digits) {
    const int number = std::stoi(std::string{digits});
    return std::chrono::year{number / 10000} / (number / 100 % 100) / (number % 100);
}

calendar_options new_york_options(std::string_view until) {
    calendar_options options = berlin_options();
    options.default_time_zone = "America/New_York";
    options.now = day_of("19960101");
    options.horizon = day_of(until) - day_of("19960101");
    return options;
}

calendar_file read_rule(std::string_view start, std::string_view lines, const calendar_options& with) {
    return read_ics(calendar_of("DTSTART;TZID=America/New_York:" + std::string{start}
                                + "\r\nDURATION:PT10M\r\n" + std::string{lines} + "\r\n"),
                    with);
}

} // namespace

BOOST_AUTO_TEST_SUITE(events_calendar_ics)

BOOST_AUTO_TEST_CASE(the_examples_of_rfc_5545_give_the_dates_that_it_lists) {
    for (const rfc_example& example : rfc_examples) {
        BOOST_TEST_CONTEXT(example.meaning) {
            const calendar_file file =
                read_rule(example.start, example.lines, new_york_options(example.until));
            BOOST_TEST(remarks_text(file.errors) == "");
            BOOST_REQUIRE(file.events.size() == 1u);
            BOOST_TEST(days_text(file.events[0]) == example.dates);
        }
    }
}

BOOST_AUTO_TEST_CASE(daily_until_december_24_gives_113_days_at_nine_through_the_change_of_the_clock) {
    const auto file =
        read_rule("19970902T090000", "RRULE:FREQ=DAILY;UNTIL=19971224T000000Z", new_york_options("20100101"));
    BOOST_REQUIRE(file.events.size() == 1u);
    const auto& sessions = file.events[0].sessions;
    BOOST_REQUIRE(sessions.size() == 113u);
    for (const auto& session : sessions)
        BOOST_TEST(local_text(session.starts_at, "America/New_York").substr(11) == "09:00");
    BOOST_TEST(local_text(sessions[53].starts_at, "UTC") == "1997-10-25 13:00"); // EDT
    BOOST_TEST(local_text(sessions[54].starts_at, "UTC") == "1997-10-26 14:00"); // EST
    BOOST_TEST(local_text(sessions.back().starts_at, "UTC") == "1997-12-23 14:00");
}

BOOST_AUTO_TEST_CASE(every_day_in_january_for_3_years_is_the_same_as_a_yearly_and_as_a_daily_rule) {
    const auto options = new_york_options("20100101");
    const auto yearly =
        read_rule("19980101T090000",
                  "RRULE:FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", options);
    const auto daily =
        read_rule("19980101T090000", "RRULE:FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", options);
    BOOST_REQUIRE(yearly.events.size() == 1u);
    BOOST_REQUIRE(daily.events.size() == 1u);
    BOOST_TEST(yearly.events[0].sessions.size() == 93u);
    BOOST_TEST((yearly.events[0].sessions == daily.events[0].sessions));
}

BOOST_AUTO_TEST_CASE(the_first_instance_counts_even_when_the_rule_does_not_hit_it) {
    const auto file =
        read_rule("19970903T090000", "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3", new_york_options("20100101"));
    BOOST_REQUIRE(file.events.size() == 1u);
    BOOST_TEST(days_text(file.events[0]) == "1997 Sep 3 9 16");
}

BOOST_AUTO_TEST_CASE(a_rule_without_end_stops_at_the_horizon_and_leaves_out_what_is_over) {
    calendar_options options = new_york_options("20300101");
    options.now = day_of("20260301");
    options.horizon = std::chrono::days{22};
    const auto file = read_rule("20100105T090000", "RRULE:FREQ=WEEKLY", options);
    BOOST_TEST(remarks_text(file.errors) == "");
    BOOST_REQUIRE(file.events.size() == 1u);
    BOOST_TEST(days_text(file.events[0]) == "2026 Mar 3 10 17");
}

BOOST_AUTO_TEST_CASE(a_rule_with_an_end_keeps_its_past_so_that_importing_it_later_gives_the_same) {
    calendar_options options = new_york_options("20300101");
    options.now = day_of("20260301");
    options.horizon = std::chrono::days{22};
    const auto file = read_rule("20260217T090000", "RRULE:FREQ=WEEKLY;COUNT=4", options);
    BOOST_REQUIRE(file.events.size() == 1u);
    BOOST_TEST(days_text(file.events[0]) == "2026 Feb 17 24 Mar 3 10");
}

BOOST_AUTO_TEST_CASE(a_rule_that_makes_too_many_sessions_is_refused_and_the_limit_named) {
    calendar_options options = new_york_options("20100101");
    options.sessions_per_event_max = 10;
    BOOST_TEST(read_rule("19970902T090000", "RRULE:FREQ=DAILY;COUNT=10", options).events.size() == 1u);
    const auto counted = read_rule("19970902T090000", "RRULE:FREQ=DAILY;COUNT=11", options);
    BOOST_TEST(counted.events.size() == 0u);
    BOOST_TEST(remarks_text(counted.errors)
               == "9: RRULE 'FREQ=DAILY;COUNT=11' has COUNT=11; at most 10 sessions are allowed"
                  " (import.sessions_per_event_max)");
    const auto endless = read_rule("19970902T090000", "RRULE:FREQ=DAILY", options);
    BOOST_TEST(endless.events.size() == 0u);
    BOOST_TEST(remarks_text(endless.errors)
               == "9: RRULE 'FREQ=DAILY' makes more than 10 sessions, the limit for one event"
                  " (import.sessions_per_event_max)");
}

BOOST_AUTO_TEST_CASE(what_is_no_rule_is_refused_with_its_line_and_value) {
    for (const std::string_view rule :
         {"FREQ=SOMETIMES", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=abc", "FREQ=DAILY;WHEN=NOW", "",
          "FREQ=DAILY;UNTIL=yesterday", "RSCALE=CHINESE;FREQ=YEARLY", "FREQ=DAILY;BYHOUR=25"}) {
        BOOST_TEST_CONTEXT(rule) {
            const auto file =
                read_rule("19970902T090000", "RRULE:" + std::string{rule}, new_york_options("19990101"));
            BOOST_TEST(file.events.size() == 0u);
            BOOST_REQUIRE(file.errors.size() == 1u);
            BOOST_TEST(file.errors[0].line == 9u);
            BOOST_TEST(file.errors[0].message.starts_with("RRULE '" + std::string{rule}));
        }
    }
}

BOOST_AUTO_TEST_CASE(rules_that_would_be_read_wrongly_or_take_for_ever_are_refused) {
    const auto message = [](std::string_view rule) {
        const auto file =
            read_rule("19970902T090000", "RRULE:" + std::string{rule}, new_york_options("20100101"));
        return file.events.empty() && file.errors.size() == 1 ? file.errors[0].message : "";
    };
    BOOST_TEST(message("FREQ=SECONDLY").ends_with("repeats every second, which no event does"));
    BOOST_TEST(message("FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1").find("BYSETPOS") != std::string::npos);
    BOOST_TEST(message("FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30").find("too long") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_file_of_rules_that_never_match_is_given_up_after_a_few) {
    std::chrono::steady_clock::duration took{};
    const auto read = [&took](int rules) {
        std::string text = "BEGIN:VCALENDAR\n";
        for (int i = 0; i < rules; ++i)
            text += "BEGIN:VEVENT\nUID:" + std::to_string(i)
                    + "\nSUMMARY:Never\nDTSTART:20260105T090000\nDURATION:PT1H\n"
                      "RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=8\nEND:VEVENT\n";
        const auto from = std::chrono::steady_clock::now();
        const auto file = read_ics(text + "END:VCALENDAR\n", berlin_options());
        took = std::chrono::steady_clock::now() - from;
        return file;
    };
    read(1);
    const auto one = took;
    const auto file = read(50);
    // The budget is the file's: it does not matter how many rules come after the few that used it up.
    BOOST_TEST((took < 20 * one));
    BOOST_TEST(file.events.size() + file.errors.size() == 50u);
    BOOST_REQUIRE(file.errors.size() > 40u);
    BOOST_TEST(file.errors.back().message.find("too long to expand") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
