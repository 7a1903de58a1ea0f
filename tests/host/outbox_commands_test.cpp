// `kidevent outbox` and `kidevent deployment`: the program itself.

#include "host/installation.hpp"

using namespace kidevent::tests;

BOOST_AUTO_TEST_SUITE(outbox_commands)

BOOST_AUTO_TEST_CASE(a_deployment_is_recorded_and_listed_among_the_events) {
    installation here;
    BOOST_TEST(here.run({"outbox", "list", "--json"}).out == "[]\n");
    const auto recorded = here.run({"deployment", "record", "--version", "1.4.0", "--json"});
    CHECK_OUTCOME(recorded, 0);
    CHECK_OUTCOME(here.run({"deployment", "record", "--version", "1 4"}), 65);
    CHECK_OUTCOME(here.create("alpha"), 0);

    const auto listed = here.run({"outbox", "list", "--json"}).json().as_array();
    BOOST_REQUIRE_EQUAL(listed.size(), 3U);
    BOOST_TEST(text_in(listed[0], "type") == "com.kidevent.account.created.v1");
    BOOST_TEST(text_in(listed[0], "organisation") == "alpha");
    BOOST_TEST(text_in(listed[1], "type") == "com.kidevent.tenant.created.v1");
    BOOST_TEST(text_in(listed[2], "type") == "com.kidevent.deployment.completed.v1");
    BOOST_TEST(text_in(listed[2].at("data"), "version") == "1.4.0");
    BOOST_TEST(text_in(listed[2].at("data"), "deployment_id") == text_in(recorded.json(), "deployment"));
    BOOST_TEST(text_in(listed[2], "organisation") == "");

    const auto of_type =
        here.run({"outbox", "list", "--waiting", "--type", "com.kidevent.tenant.created.v1", "--json"});
    BOOST_TEST(of_type.json().as_array().size() == 1U);
    const auto mistyped = here.run({"outbox", "list", "--type", "tenant.created"});
    CHECK_OUTCOME(mistyped, 2);
    BOOST_TEST(contains(mistyped.err, "kidevent outbox types"), mistyped);
}

BOOST_AUTO_TEST_CASE(events_are_counted_and_sinks_replayed) {
    installation here;
    CHECK_OUTCOME(here.run({"deployment", "record", "--version", "1"}), 0);
    const auto nobody = here.run({"outbox", "replay", "--sink", "webhooks", "--from", "1"});
    CHECK_OUTCOME(nobody, 4);
    here.sql("select platform.publish_events(10)");
    here.sql("select count(*) from platform.claim_events('webhooks', gen_random_uuid(), 1000, 10)");
    const auto stats = here.run({"outbox", "stats", "--json"}).json();
    BOOST_TEST(stats.at("waiting").as_int64() == 0);
    BOOST_TEST(stats.at("kept").as_int64() == 1);
    BOOST_TEST(stats.at("sinks").at(0).at("behind").as_int64() == 1);
    const auto table = here.run({"outbox", "stats"});
    BOOST_TEST(contains(table.out, "webhooks"), table);
    const auto replayed = here.run({"outbox", "replay", "--sink", "webhooks", "--from", "1", "--json"});
    CHECK_OUTCOME(replayed, 0);
    BOOST_TEST(replayed.json().at("events").as_int64() == 1);
    CHECK_OUTCOME(here.run({"outbox", "replay", "--sink", "webhooks", "--from", "0"}), 2);
}

BOOST_AUTO_TEST_CASE(the_reference_of_types_needs_no_settings) {
    installation here;
    const auto printed = here.run({"outbox", "types"}, {{"KIDEVENT_HTTP__SIGNING_KEY", "short"}});
    CHECK_OUTCOME(printed, 0);
    BOOST_TEST((printed.out == text_of(source_directory() / "docs/events.md")));
}

BOOST_AUTO_TEST_SUITE_END()
