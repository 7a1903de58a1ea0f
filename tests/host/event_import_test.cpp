// `kidevent event import`: all of a calendar or nothing, and every event once.

#include "host/installation.hpp"

#include <thread>

using namespace kidevent::tests;

namespace json = boost::json;

namespace {

const std::string columns = "uid,title,starts_at,ends_at,capacity,price,currency\n";
const std::string good_rows = "climb,Climbing,2031-07-01 09:00,2031-07-01 12:00,12,12.50,EUR\n"
                              "climb,,2031-07-02 09:00,2031-07-02 12:00,,,\n"
                              "swim,Swimming,2031-07-03 09:00,2031-07-03 12:00,8,0,EUR\n";
const std::string bad_row = "dance,Dancing,2031-07-04 12:00,2031-07-04 09:00,8,0,EUR\n";

} // namespace

BOOST_AUTO_TEST_SUITE(event_import)

BOOST_AUTO_TEST_CASE(a_calendar_is_imported_once) {
    installation here;
    CHECK_OUTCOME(here.create("alpha"), 0);
    const auto file = here.write("summer.csv", columns + good_rows);
    const std::vector<std::string> words{"event", "import", "--tenant", "alpha", file, "--publish", "--json"};
    const auto first = here.run(words);
    BOOST_REQUIRE_MESSAGE(first.code == 0, first);
    BOOST_TEST(first.json() == json::parse(R"({"imported": 2, "present": 0, "sessions": 3, "errors": 0})"),
               first);
    BOOST_TEST(here.sql("select count(*) from events where published_at is not null and sessions > 0")
               == "2");
    BOOST_TEST(
        here.sql("select string_agg(capacity || ' ' || price_minor || ' ' || age_min || '-' || age_max, ', ' "
                 "order by starts_at) from sessions")
        == "12 1250 0-25, 12 1250 0-25, 8 0 0-25");
    BOOST_TEST(here.sql("select min(starts_at) from sessions") == "2031-07-01 07:00:00+00");

    here.sql("update events set title = 'Climbing high' where source_uid = 'climb'");
    const auto second = here.run(words);
    BOOST_TEST(second.json() == json::parse(R"({"imported": 0, "present": 2, "sessions": 0, "errors": 0})"),
               second);
    BOOST_TEST(here.sql("select count(*) from events where title = 'Climbing high'") == "1");
}

BOOST_AUTO_TEST_CASE(of_a_broken_file_nothing_is_imported_unless_bad_rows_are_skipped) {
    installation here;
    CHECK_OUTCOME(here.create("alpha"), 0);
    const auto file =
        here.write("broken.csv", columns + bad_row + good_rows
                                     + "zurich,Abroad,2031-07-05 09:00,2031-07-05 10:00,8,1,CHF\n");
    const auto refused = here.run({"event", "import", "--tenant", "alpha", file});
    CHECK_OUTCOME(refused, 65);
    BOOST_TEST(contains(refused.err, "error: " + file + ":2: "), refused);
    BOOST_TEST(contains(refused.err, "error: " + file + ":6: currency CHF is not the organisation's, EUR"),
               refused);
    BOOST_TEST(refused.out.empty(), refused);
    BOOST_TEST(here.sql("select count(*) from events") == "0");

    const auto skipped = here.run({"event", "import", "--tenant", "alpha", file, "--skip-bad", "--json"});
    CHECK_OUTCOME(skipped, 0);
    BOOST_TEST(contains(skipped.err, "error: " + file + ":2: "), skipped);
    BOOST_TEST(skipped.json() == json::parse(R"({"imported": 2, "present": 0, "sessions": 3, "errors": 2})"),
               skipped);
    BOOST_TEST(here.sql("select count(*) from events where published_at is null") == "2");
}

BOOST_AUTO_TEST_CASE(a_file_that_fails_in_the_database_leaves_nothing_behind) {
    installation here;
    CHECK_OUTCOME(here.create("alpha"), 0);
    std::string rows = columns;
    for (int i = 0; i < 45; ++i)
        rows += "e" + std::to_string(i) + ",Event,2031-07-01 09:00,2031-07-01 12:00,5,0,EUR\n";
    const auto file = here.write("many.csv", rows);
    // The third trip of the transaction fails.
    here.sql("create function refuse() returns trigger language plpgsql as "
             "$$begin raise exception 'no room'; end$$");
    here.sql("create trigger refuse before insert on events for each row "
             "when (new.source_uid = 'e44') execute function refuse()");
    CHECK_OUTCOME(here.run({"event", "import", "--tenant", "alpha", file}), 1);
    BOOST_TEST(here.sql("select count(*) from events") == "0");
    here.sql("drop trigger refuse on events");
    CHECK_OUTCOME(here.run({"event", "import", "--tenant", "alpha", file}), 0);
    BOOST_TEST(here.sql("select count(*) from events") == "45");
}

BOOST_AUTO_TEST_CASE(two_imports_at_once_bring_every_event_once) {
    installation here;
    CHECK_OUTCOME(here.create("alpha"), 0);
    std::string rows = columns;
    for (int i = 0; i < 200; ++i)
        rows += "e" + std::to_string(i) + ",Event,2031-07-01 09:00,2031-07-01 12:00,5,0,EUR\n";
    const auto file = here.write("many.csv", rows);
    // Both wait inside their transactions for a third that has the first entry's place, and gives it up.
    auto holder = postgres_cluster::shared().superuser("command_line");
    holder.execute(
        "begin; insert into events (tenant_id, id, title, title_folded, time_zone, source_uid) "
        "select id, gen_random_uuid(), 'x', 'x', 'UTC', 'e0' from tenancy.tenants where slug = 'alpha'");
    const std::vector<std::string> words{"event", "import", "--tenant", "alpha", file, "--json"};
    const installation::variables patient{{"KIDEVENT_DB__LOCK_TIMEOUT", "20s"},
                                          {"KIDEVENT_DB__STATEMENT_TIMEOUT", "30s"}};
    auto one = here.start(words, patient);
    auto other = here.start(words, patient);
    const auto waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = "
                         "'command_line'";
    for (int i = 0; i < 400 && here.sql(waiting) != "2"; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    holder.execute("rollback");
    BOOST_TEST(one.wait() == 0, one.errors());
    BOOST_TEST(other.wait() == 0, other.errors());
    BOOST_TEST(here.sql("select count(*) from events") == "200");
    const auto imported = [](const process& of) {
        return json::parse(of.output()).at("imported").as_int64();
    };
    BOOST_TEST(imported(one) + imported(other) == 200);
}

BOOST_AUTO_TEST_CASE(a_calendar_can_be_moved_to_another_week) {
    installation here;
    CHECK_OUTCOME(here.create("alpha"), 0);
    const auto file = here.write("summer.csv", columns + good_rows);
    CHECK_OUTCOME(here.run({"event", "import", "--tenant", "alpha", file, "--shift-to", "tomorrow"}), 65);
    CHECK_OUTCOME(here.run({"event", "import", "--tenant", "alpha", file, "--shift-to", "2032-01-01"}), 0);
    // A Tuesday stays a Tuesday, at nine in the morning, in winter as well.
    BOOST_TEST(here.sql("select min(starts_at) from sessions") == "2032-01-06 08:00:00+00");
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_imported_are_named) {
    installation here;
    CHECK_OUTCOME(here.create("alpha"), 0);
    CHECK_OUTCOME(here.run({"event", "import", "--tenant", "alpha", "/nowhere.csv"}), 4);
    CHECK_OUTCOME(here.run({"event", "import", "--tenant", "alpha", here.write("a.txt", "")}), 65);
    const auto file = here.write("large.csv", columns + std::string(2048, 'x'));
    const auto refused = here.run({"event", "import", "--tenant", "alpha", file},
                                  {{"KIDEVENT_IMPORT__FILE_BYTES_MAX", "1KiB"}});
    CHECK_OUTCOME(refused, 65);
    BOOST_TEST(contains(refused.err, "import.file_bytes_max"), refused);
}

BOOST_AUTO_TEST_SUITE_END()
