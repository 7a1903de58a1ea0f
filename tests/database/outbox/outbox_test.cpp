// Events are written with the work, published in an order that nobody can miss anything of, and fed to sinks.

#include "database/outbox/outbox_fixture.hpp"

#include "outbox/outbox_operations.hpp"

#include <thread>

namespace {

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;

class relayed : public events_of_two_tenants {
public:
    relayed() : opened(settings), relay(opened.loop.loop(), opened.database, relaying) {}

    std::string begin_append(sql_session& app, const seeded_tenant& as, const std::string& mark) {
        app.execute("begin");
        app.rows("select tenancy.enter($1)", {as.capability});
        app.rows(
            "select platform.append_event(gen_random_uuid(), 'com.kidevent.child.updated.v1', 'children/x',"
            " json_build_object('child_id', $1::text), null)",
            {mark});
        return mark;
    }
    bool publish() { return opened.run(relay.publish()); }
    bool feed(const std::shared_ptr<recording_sink>& to) { return opened.run(relay.feed(to)); }
    static std::string marks_of(const std::vector<outbox::published_event>& events) {
        std::string all;
        for (const auto& each : events) {
            const auto from = each.data.find(':') + 1;
            const auto mark = each.data.substr(each.data.find('"', from) + 1);
            all += (all.empty() ? "" : " ") + mark.substr(0, mark.find('"'));
        }
        return all;
    }

    open_database opened;
    outbox::relay relay;
    std::shared_ptr<recording_sink> sink = std::make_shared<recording_sink>("one");
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(outbox_events, relayed)

BOOST_AUTO_TEST_CASE(a_commit_leaves_one_event_and_a_rollback_none) {
    write(opened, "alpha", 1, "kept");
    write(opened, "alpha", 1, "gone", false);
    BOOST_TEST(count() == "1");
    BOOST_TEST(count("tenant_id = '" + alpha.id + "' and position is null") == "1");
    BOOST_TEST(publish());
    BOOST_TEST(!publish());
    BOOST_TEST(feed(sink));
    BOOST_TEST(!feed(sink));
    BOOST_TEST(marks_of(sink->received) == "kept");
    BOOST_TEST(sink->received.front().slug == "alpha");
    BOOST_TEST(to_string(sink->received.front().tenant->value) == alpha.id);
}

BOOST_AUTO_TEST_CASE(an_event_with_other_members_than_declared_is_our_own_fault) {
    auto wrong = make_event(1, "x");
    wrong.data["email"] = "somebody@alpha.example";
    BOOST_CHECK_THROW(opened.run(write(opened.database, opened.handle_of("alpha"), wrong, true)),
                      std::logic_error);
    wrong.data.erase("email");
    wrong.data.erase("child_id");
    BOOST_CHECK_THROW(opened.run(write(opened.database, opened.handle_of("alpha"), wrong, true)),
                      std::logic_error);
    BOOST_TEST(count() == "0");
}

BOOST_AUTO_TEST_CASE(outside_of_a_tenant_no_event_is_written_and_none_is_seen) {
    auto app = as_role("kidevent_app");
    const auto refused = app.attempt("select platform.append_event(gen_random_uuid(), "
                                     "'com.kidevent.child.updated.v1', 'children/x', '{}', null)");
    BOOST_TEST(refused.sqlstate == "KE002");
    write(opened, "alpha", 1, "a");
    write(opened, "beta", 1, "b");
    publish();
    write(opened, "alpha", 2, "c");
    publish();
    BOOST_TEST(app.rows("select * from platform.list_tenant_events(0, 10)").empty());
    BOOST_TEST(app.value("select platform.last_tenant_position()") == "0");
    app.execute("begin");
    app.rows("select tenancy.enter($1)", {beta.capability});
    BOOST_TEST(app.value("select platform.last_tenant_position()") == "2"); // not alpha's third
    BOOST_TEST(app.value("select string_agg(data->>'child_id', ' ') from platform.list_tenant_events(0, 10)")
               == "b");
    app.execute("rollback");
    BOOST_TEST(app.attempt("select * from platform.outbox").sqlstate == "42501");
    BOOST_TEST(as_role("kidevent_jobs").attempt("select * from platform.outbox").sqlstate == "42501");
}

BOOST_AUTO_TEST_CASE(a_transaction_that_commits_late_is_not_missed) {
    auto early = as_role("kidevent_app");
    begin_append(early, alpha, "first");
    write(opened, "alpha", 2, "second");
    publish();
    feed(sink);
    BOOST_TEST(marks_of(sink->received) == "second");
    early.execute("commit");
    publish();
    feed(sink);
    BOOST_TEST(marks_of(sink->received) == "second first");
    BOOST_TEST(
        superuser.value("select bool_and(a.position > b.position) from platform.outbox a, platform.outbox b"
                        " where a.sequence < b.sequence")
        == "t");
}

BOOST_AUTO_TEST_CASE(one_process_publishes_at_a_time) {
    write(opened, "alpha", 1, "a");
    auto other = cluster.superuser(settings.name);
    other.execute("begin; select pg_advisory_xact_lock(hashtextextended('kidevent outbox', 0))");
    BOOST_TEST(!publish());
    BOOST_TEST(count("position is null") == "1");
    other.execute("rollback");
    BOOST_TEST(publish());
}

BOOST_AUTO_TEST_CASE(a_sink_that_fails_holds_up_nobody_else_and_gets_nothing_twice) {
    const auto failing = std::make_shared<recording_sink>("failing");
    failing->fails_at = "\"b\"";
    for (const char* mark : {"a", "b", "c"})
        write(opened, "alpha", 1, mark);
    publish();
    BOOST_TEST(!feed(failing));
    BOOST_TEST(feed(sink));
    BOOST_TEST(marks_of(failing->received) == "a");
    BOOST_TEST(marks_of(sink->received) == "a b c");
    const auto state = [this](const std::string& column) {
        return superuser.value("select " + column + " from platform.outbox_sinks where name = 'failing'");
    };
    BOOST_TEST(state("last_error") == "told to fail");
    BOOST_TEST(state("attempts") == "1");
    BOOST_TEST(state("retry_at between now() + interval '0.4 s' and now() + interval '1.6 s'") == "t");
    BOOST_TEST(!feed(failing));
    BOOST_TEST(marks_of(failing->received) == "a"); // it is left alone for a while

    superuser.execute("update platform.outbox_sinks set retry_at = now()");
    BOOST_TEST(!feed(failing));
    BOOST_TEST(state("attempts") == "2");
    failing->fails_at = "";
    superuser.execute("update platform.outbox_sinks set retry_at = now()");
    BOOST_TEST(feed(failing));
    BOOST_TEST(marks_of(failing->received) == "a b c");
    BOOST_TEST(state("attempts") == "0");
}

BOOST_AUTO_TEST_CASE(who_lost_its_lease_does_not_accept_for_the_one_who_has_it) {
    for (const char* mark : {"a", "b"})
        write(opened, "alpha", 1, mark);
    publish();
    const auto stalled = std::make_shared<recording_sink>("one");
    open_database elsewhere{settings};
    outbox::relay other{elsewhere.loop.loop(), elsewhere.database, relaying};
    BOOST_TEST(opened.run(relay.feed(std::make_shared<recording_sink>("one"))));
    write(opened, "alpha", 1, "c");
    publish();
    // It holds still in the middle; its lease ends, the other one feeds, and a failure is not told either.
    stalled->before_each = [&] {
        superuser.execute("update platform.outbox_sinks set leased_until = now() - interval '1 s'");
        if (sink->received.empty()) elsewhere.run(other.feed(sink));
    };
    BOOST_TEST(!feed(stalled));
    BOOST_TEST(marks_of(sink->received) == "c");
    BOOST_TEST(to_string(sink->received[0].id) == to_string(stalled->received[0].id));
    BOOST_TEST(superuser.value("select position = (select max(position) from platform.outbox)"
                               " from platform.outbox_sinks")
               == "t");
}

BOOST_AUTO_TEST_CASE(a_sink_is_fed_by_one_process_until_its_lease_ends) {
    relaying.lease = 1s;
    open_database elsewhere{settings};
    outbox::relay other{elsewhere.loop.loop(), elsewhere.database, relaying};
    for (const char* mark : {"a", "b"})
        write(opened, "alpha", 1, mark);
    relaying.batch_max = 1;
    publish();
    publish();
    BOOST_TEST(feed(sink));
    BOOST_TEST(!elsewhere.run(other.feed(sink)));
    std::this_thread::sleep_for(1100ms);
    BOOST_TEST(elsewhere.run(other.feed(sink)));
    BOOST_TEST(marks_of(sink->received) == "a b");
    write(opened, "alpha", 1, "c");
    publish();
    elsewhere.run(other.release_sinks()); // it has no sink of its own: nothing is released
    BOOST_TEST(!feed(sink));
    other.add_sink(sink);
    elsewhere.run(other.release_sinks());
    BOOST_TEST(feed(sink));
    BOOST_TEST(marks_of(sink->received) == "a b c");
}

BOOST_AUTO_TEST_CASE(publishing_is_announced_once_for_a_batch_without_a_word_about_anybody) {
    std::vector<std::string> heard;
    opened.database.on_events_published = [&heard](std::string_view payload) { heard.emplace_back(payload); };
    write(opened, "alpha", 1, "a");
    write(opened, "beta", 1, "b");
    write(opened, "beta", 1, "c");
    publish();
    BOOST_REQUIRE(opened.loop.run_until([&heard] { return !heard.empty(); }, 2s));
    opened.loop.run_for(100ms);
    BOOST_REQUIRE(heard.size() == 1U);
    const auto told = outbox::parse_announcement(heard.front());
    BOOST_TEST(told.is_complete);
    BOOST_TEST(told.last - told.first == 2);
    BOOST_TEST(told.tenants.size() == 2U);
    BOOST_TEST(heard.front().find_first_not_of("0123456789abcdef- ") == std::string::npos);

    superuser.execute(
        "insert into platform.outbox (id, tenant_id, type, subject, data)"
        " select gen_random_uuid(), gen_random_uuid(), 't', 's', '{}' from generate_series(1, 300)");
    relaying.batch_max = 1000;
    heard.clear();
    publish();
    BOOST_REQUIRE(opened.loop.run_until([&heard] { return !heard.empty(); }, 2s));
    BOOST_TEST(heard.front().ends_with(" *"));
    BOOST_TEST(!outbox::parse_announcement(heard.front()).is_complete);
}

BOOST_AUTO_TEST_CASE(events_are_deleted_after_the_retention_when_every_sink_has_them) {
    for (const char* mark : {"a", "b"})
        write(opened, "alpha", 1, mark);
    publish();
    feed(sink);
    write(opened, "alpha", 1, "c");
    publish();
    relaying.retention = 3600s;
    BOOST_TEST(!opened.run(relay.purge()));
    BOOST_TEST(count() == "3");
    superuser.execute("update platform.outbox set published_at = now() - interval '2 hours'");
    opened.run(relay.purge());
    BOOST_TEST(count() == "1"); // the sink has not got the third one
    superuser.execute("update platform.outbox_sinks set seen_at = now() - interval '2 hours'");
    opened.run(relay.purge());
    BOOST_TEST(count() == "0"); // nobody feeds that sink any more
    write(opened, "alpha", 1, "d");
    publish();
    BOOST_TEST(feed(sink));
    BOOST_TEST(marks_of(sink->received) == "a b d");
}

BOOST_AUTO_TEST_CASE(operators_list_count_and_deliver_again) {
    relaying.lease = 30s;
    write(opened, "alpha", 1, "a");
    write(opened, "beta", 1, "b");
    publish();
    feed(sink);
    write(opened, "alpha", 1, "c");
    auto listed = opened.run(outbox::list_events(opened.database, {}));
    BOOST_REQUIRE(listed.size() == 3U);
    BOOST_TEST(listed[0].slug == "alpha");
    BOOST_TEST(!listed[0].position);
    BOOST_TEST(listed[1].slug == "beta");
    BOOST_TEST(bool(listed[1].published_at));
    outbox::event_search waiting;
    waiting.waiting_only = true;
    BOOST_TEST(opened.run(outbox::list_events(opened.database, waiting)).size() == 1U);
    waiting.before = listed[0].sequence;
    BOOST_TEST(opened.run(outbox::list_events(opened.database, waiting)).empty());

    auto now = opened.run(outbox::read_stats(opened.database));
    BOOST_TEST(now.waiting == 1);
    BOOST_TEST(now.kept == 3);
    BOOST_REQUIRE(now.sinks.size() == 1U);
    BOOST_TEST(now.sinks[0].behind == 0);
    BOOST_TEST(now.sinks[0].is_fed);

    BOOST_TEST(!opened.run(outbox::replay_events(opened.database, "nobody", 1)));
    const auto again = opened.run(outbox::replay_events(opened.database, "one", *listed[1].position));
    BOOST_TEST(*again == 1);
    feed(sink);
    BOOST_TEST(marks_of(sink->received) == "a b b");
    BOOST_TEST(to_string(sink->received[1].id) == to_string(sink->received[2].id));

    BOOST_TEST(!opened.run(outbox::record_deployment(opened.database, "1 2")));
    const auto recorded = opened.run(outbox::record_deployment(opened.database, "1.4.0"));
    BOOST_REQUIRE(bool(recorded));
    publish();
    feed(sink);
    BOOST_TEST(sink->received.back().type == "com.kidevent.deployment.completed.v1");
    BOOST_TEST(!sink->received.back().tenant);
}

BOOST_AUTO_TEST_CASE(the_loops_relay_what_is_written_and_stop_when_told) {
    relay.add_sink(sink);
    relay.start();
    write(opened, "alpha", 1, "a");
    BOOST_TEST(opened.loop.run_until([this] { return sink->received.size() == 1; }, 5s));
    sink->fails_at = "\"b\"";
    write(opened, "alpha", 1, "b");
    BOOST_TEST(opened.loop.run_until(
        [this] { return superuser.value("select attempts from platform.outbox_sinks") == "1"; }, 5s));
    sink->fails_at = "";
    BOOST_TEST(opened.loop.run_until([this] { return sink->received.size() == 2; }, 10s));
    relay.stop();
    BOOST_TEST(opened.loop.run_until([this] { return relay.is_idle(); }, 5s));
    write(opened, "alpha", 1, "c");
    opened.loop.run_for(200ms);
    BOOST_TEST(sink->received.size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_loops_go_on_after_an_outage) {
    relaying.poll_max = 100ms;
    outbox::relay patient{opened.loop.loop(), opened.database, relaying};
    patient.add_sink(sink);
    patient.start();
    cluster.terminate_backends(settings.name);
    opened.loop.run_for(200ms);
    superuser = cluster.superuser(settings.name);
    bool written = false;
    for (int i = 0; i < 50 && !written; ++i)
        try {
            write(opened, "alpha", 1, "a");
            written = true;
        } catch (const std::exception&) {
            opened.loop.run_for(50ms);
        }
    BOOST_TEST(written);
    BOOST_TEST(opened.loop.run_until([this] { return sink->received.size() == 1; }, 5s));
    patient.stop();
    BOOST_TEST(opened.loop.run_until([&patient] { return patient.is_idle(); }, 5s));
}

BOOST_AUTO_TEST_SUITE_END()
