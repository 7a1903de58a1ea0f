#include "unit/events/calendar_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

namespace {

using namespace calendar_test;

constexpr std::string_view header = "uid,title,starts_at,ends_at\n";

std::string errors_of(std::string_view text, const calendar_options& with = berlin_options()) {
    return remarks_text(read_csv(text, with).errors);
}

} // namespace

BOOST_AUTO_TEST_SUITE(events_calendar_csv)

BOOST_AUTO_TEST_CASE(rows_with_one_uid_are_the_sessions_of_one_event) {
    const calendar_file file = read_csv(fixture("workshops.csv"), berlin_options());
    BOOST_TEST(remarks_text(file.errors) == "");
    BOOST_REQUIRE(file.events.size() == 3u);
    const imported_event& robots = file.events[0];
    BOOST_TEST(robots.uid == "robots");
    BOOST_TEST(robots.title == "Robots, lights and \"bugs\"");
    BOOST_TEST(robots.description == "Build one.\nTake it home.");
    BOOST_TEST(robots.location == "Lab 2");
    BOOST_TEST(robots.category == "Technology");
    BOOST_TEST(robots.capacity == 16);
    BOOST_TEST(robots.age_min.value() == 8);
    BOOST_TEST(robots.age_max.value() == 12);
    BOOST_TEST(robots.price_minor == 2450);
    BOOST_TEST(robots.currency == "EUR");
    BOOST_TEST(robots.line == 2u);
    BOOST_TEST(sessions_text(robots)
               == "2026-06-30 09:00-12:00, 2026-07-01 09:00-12:00, 2026-07-02 09:00-12:00 (10)");
}

BOOST_AUTO_TEST_CASE(text_that_looks_like_a_formula_is_kept_as_text) {
    const calendar_file file = read_csv(fixture("workshops.csv"), berlin_options());
    BOOST_REQUIRE(file.events.size() == 3u);
    BOOST_TEST(file.events[1].title == "=SUM(1;2)");
    BOOST_TEST(file.events[1].description == "+1 -1 @home");
    BOOST_TEST(file.events[1].capacity == 20);
    BOOST_TEST(file.events[1].price_minor == 0);
}

BOOST_AUTO_TEST_CASE(an_event_may_have_a_zone_and_a_currency_of_its_own) {
    const calendar_file file = read_csv(fixture("workshops.csv"), berlin_options());
    BOOST_REQUIRE(file.events.size() == 3u);
    const imported_event& tokyo = file.events[2];
    BOOST_TEST(tokyo.title == "Каллиграфия");
    BOOST_TEST(local_text(tokyo.sessions.at(0).starts_at, "UTC") == "2026-07-05 01:00");
    BOOST_TEST(tokyo.price_minor == 1500); // the yen has no smaller unit
    BOOST_TEST(tokyo.currency == "JPY");
}

BOOST_AUTO_TEST_CASE(semicolons_a_byte_order_mark_crlf_and_any_order_of_columns_are_understood) {
    const calendar_file file = read_csv(fixture("semicolon.csv"), berlin_options());
    BOOST_TEST(remarks_text(file.errors) == "");
    BOOST_REQUIRE(file.events.size() == 1u);
    BOOST_TEST(file.events[0].title == "Töpfern");
    BOOST_TEST(file.events[0].price_minor == 1250);
    // 02:30 does not exist on 29 March and exists twice on 25 October: see time_zone.hpp.
    BOOST_TEST(sessions_text(file.events[0]) == "2026-03-29 03:30-04:30, 2026-10-25 02:30-03:30");
    BOOST_TEST(local_text(file.events[0].sessions[1].starts_at, "UTC") == "2026-10-25 00:30");
}

BOOST_AUTO_TEST_CASE(a_later_session_may_leave_out_what_its_event_has_but_not_change_it) {
    const auto errors_with = [](const std::string& later) {
        return remarks_text(read_csv("uid,title,starts_at,ends_at,price,location,age_min\n"
                                     "a,A,2026-07-01 09:00,2026-07-01 10:00,12,Hall,6\n"
                                     "a,,2026-07-02 09:00,2026-07-02 10:00,"
                                         + later + "\n",
                                     berlin_options())
                                .errors);
    };
    BOOST_TEST(errors_with(",,") == "");
    BOOST_TEST(errors_with("12,Hall,6") == "");
    BOOST_TEST(errors_with("13,,") == "3: price '13' differs from line 2, which has the same uid");
    BOOST_TEST(errors_with(",Barn,") == "3: location 'Barn' differs from line 2, which has the same uid");
    BOOST_TEST(errors_with(",,7") == "3: age_min '7' differs from line 2, which has the same uid");
}

BOOST_AUTO_TEST_CASE(each_bad_row_is_named_by_line_column_and_value_and_the_good_ones_are_kept) {
    const calendar_file file = read_csv(fixture("broken.csv"), berlin_options());
    BOOST_TEST(
        remarks_text(file.errors)
        == "3: uid is missing | "
           "4: title is missing | "
           "5: starts_at is missing | "
           "6: capacity 'abc' is not a whole number from 1 to 100000 | "
           "7: price '-3' is not an amount in EUR such as 12 or 12.50, of at most 1000000000 minor units | "
           "8: the session from '2026-07-01 10:00' to '2026-07-01 09:00' ends before it starts | "
           "9: age_min 9 is above age_max 3 | "
           "10: time_zone 'Berlin' is not in the IANA database | "
           "11: the row has 4 fields, the header has 9 | "
           "13: title 'Another title' differs from line 12, which has the same uid | "
           "15: starts_at is the same as on line 14, which has the same uid | "
           "16: starts_at '2026-02-30 09:00' is not a time such as 2026-07-01 09:00 or"
           " 2026-07-01T09:00:00+02:00 | "
           "16: ends_at '2026-02-30 10:00' is not a time such as 2026-07-01 09:00 or"
           " 2026-07-01T09:00:00+02:00 | "
           "17: text follows the closing quote of field 2 | "
           "18: the quote that is opened on line 18 is never closed");
    BOOST_REQUIRE(file.events.size() == 1u);
    BOOST_TEST(file.events[0].uid == "a");
}

BOOST_AUTO_TEST_CASE(the_header_must_name_known_columns_once_and_the_required_ones) {
    BOOST_TEST(errors_of("") == "1: the file is empty; its first line must name the columns");
    BOOST_TEST(errors_of("uid,titel,starts_at,ends_at\n")
               == "1: unknown column 'titel'; did you mean title? | 1: column title is missing");
    BOOST_TEST(errors_of("uid,title,starts_at,ends_at,colour\n") == "1: unknown column 'colour'");
    BOOST_TEST(errors_of("uid,title,uid,starts_at,ends_at\n") == "1: column uid occurs twice");
    BOOST_TEST(errors_of("uid,title\n") == "1: column starts_at is missing | 1: column ends_at is missing");
}

BOOST_AUTO_TEST_CASE(quotes_inside_of_a_plain_field_are_refused_with_advice) {
    BOOST_TEST(errors_of(std::string{header} + "a,5\" pipe,2026-07-01 09:00,2026-07-01 10:00\n")
               == "2: field 2 has a quote inside; put the whole field in quotes and double that one");
}

BOOST_AUTO_TEST_CASE(an_error_names_the_physical_line_also_behind_a_field_of_several_lines) {
    BOOST_TEST(errors_of("uid,title,description,starts_at,ends_at\r\n"
                         "a,One,\"x\r\ny\r\nz\",2026-07-01 09:00,2026-07-01 10:00\r\n\r\n"
                         "b,Two,,soon,2026-07-01 10:00\r\n")
                   .starts_with("6: starts_at 'soon' is not a time"));
}

BOOST_AUTO_TEST_CASE(one_bad_row_leaves_out_its_event_as_a_whole) {
    const calendar_file file = read_csv(std::string{header}
                                            + "a,One,2026-07-01 09:00,2026-07-01 10:00\n"
                                              "a,,2026-07-02 09:00,never\n"
                                              "b,Two,2026-07-01 09:00,2026-07-01 10:00\n",
                                        berlin_options());
    BOOST_REQUIRE(file.events.size() == 1u);
    BOOST_TEST(file.events[0].uid == "b");
    BOOST_TEST(file.errors.size() == 1u);
}

BOOST_AUTO_TEST_CASE(more_sessions_than_allowed_are_refused_and_the_limit_named) {
    std::string text{header};
    for (int day = 1; day <= 11; ++day) {
        char row[64];
        std::snprintf(row, sizeof row, "a,One,2026-07-%02d 09:00,2026-07-%02d 10:00\n", day, day);
        text += row;
    }
    calendar_options options = berlin_options();
    options.sessions_per_event_max = 11;
    BOOST_TEST(errors_of(text, options) == "");
    options.sessions_per_event_max = 10;
    BOOST_TEST(errors_of(text, options)
               == "12: uid 'a' has more than 10 sessions, the limit for one event"
                  " (import.sessions_per_event_max)");
}

BOOST_AUTO_TEST_CASE(values_are_shown_as_short_clean_text) {
    const calendar_file file =
        read_csv(std::string{header} + "a,One,\"x\xff\n" + std::string(100, 'y') + "\",2026-07-01 10:00\n",
                 berlin_options());
    BOOST_REQUIRE(file.errors.size() == 1u);
    BOOST_TEST(file.errors[0].message.starts_with("starts_at 'x??" + std::string(37, 'y') + "...' is not"));
}

BOOST_AUTO_TEST_CASE(reading_ends_after_a_thousand_errors) {
    std::string text{header};
    for (int i = 0; i < 2000; ++i)
        text += "a" + std::to_string(i) + ",One,never,never\n";
    const calendar_file file = read_csv(text, berlin_options());
    BOOST_TEST(file.errors.size() == calendar_limits::errors_max);
    BOOST_TEST(file.errors.back().message == "more than 999 errors; the rest of the file was not read");
}

BOOST_AUTO_TEST_CASE(the_whole_file_moves_by_weeks) {
    using namespace std::chrono;
    calendar_options options = berlin_options();
    options.shift_to = sys_days{2026y / December / 1}; // a Tuesday, as the file's first day
    const calendar_file file = read_csv(fixture("workshops.csv"), options);
    BOOST_TEST(remarks_text(file.errors) == "");
    BOOST_REQUIRE(file.events.size() == 3u);
    BOOST_TEST(sessions_text(file.events[0])
               == "2026-12-01 09:00-12:00, 2026-12-02 09:00-12:00, 2026-12-03 09:00-12:00 (10)");
    BOOST_TEST(sessions_text(file.events[2]) == "2026-12-06 10:00-11:30");
    options.shift_to = sys_days{2026y / December / 2};
    BOOST_TEST(
        sessions_text(read_csv(fixture("workshops.csv"), options).events.at(0)).starts_with("2026-12-08"));
}

BOOST_AUTO_TEST_CASE(separators_line_ends_and_quotes_do_not_matter) {
    const std::string rows[][4] = {{"uid", "title", "starts_at", "ends_at"},
                                   {"a", "One", "2026-07-01 09:00", "2026-07-01 10:00"},
                                   {"a", "", "2026-07-02 09:00", "2026-07-02 10:00"},
                                   {"b", "Zwei, drei; \"vier\"", "2026-07-01 09:00", "2026-07-01 10:00"}};
    std::mt19937 random{20260702};
    for (int round = 0; round < 200; ++round) {
        const char separator = ",;\t"[random() % 3];
        const std::string_view end = std::string_view{"\r\n"}.substr(random() % 2);
        std::string text = random() % 2 ? "\xEF\xBB\xBF" : "";
        for (const auto& row : rows) {
            for (const std::string& field : row) {
                const bool must = field.find_first_of(",;\"") != std::string::npos;
                if (&field != row) text += separator;
                if (!must && random() % 2) {
                    text += field;
                    continue;
                }
                text += '"';
                for (const char c : field)
                    text += c == '"' ? std::string{"\"\""} : std::string{c};
                text += '"';
            }
            text += end;
        }
        const calendar_file file = read_csv(text, berlin_options());
        BOOST_TEST_REQUIRE(remarks_text(file.errors) == "");
        BOOST_TEST_REQUIRE(file.events.size() == 2u);
        BOOST_TEST_REQUIRE(file.events[0].sessions.size() == 2u);
        BOOST_TEST_REQUIRE(file.events[1].title == "Zwei, drei; \"vier\"");
    }
}

BOOST_AUTO_TEST_SUITE_END()
