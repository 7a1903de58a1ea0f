// What a client that comes back gets, how many streams there may be, and what ends one.

#include "http/stream_reader.hpp"

#include <thread>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

BOOST_FIXTURE_TEST_SUITE(http_stream_lifetimes, streams)

BOOST_AUTO_TEST_CASE(who_comes_back_gets_exactly_what_was_missed) {
    const std::string topics = "events,session:" + alpha.session;
    std::string last;
    {
        reader first{api, guest, topics};
        last = first.last_id();
    }
    rename(alpha, alpha.event, "one");
    rename(beta, beta.event, "not yours");
    rename(alpha, alpha.event, "two");
    const std::string child = add_child(alpha.second.guardian, born_years_ago(8));
    BOOST_TEST(register_child(alpha.second.guardian, child, alpha.session).status == 201);
    publish();
    reader again{api, guest, topics, last};
    BOOST_TEST(types(again.hear(3)) == "event.updated event.updated session.places");
    rename(alpha, alpha.event, "three");
    const auto all = again.hear(4);
    BOOST_TEST(types(all) == "event.updated event.updated session.places event.updated");
    // At another worker, which has never looked at this tenant.
    api_client other{with};
    reader there{other, guest, topics, all.at(0).id};
    BOOST_TEST(types(there.hear(3)) == "event.updated event.updated session.places");
    reader nothing_missed{other, guest, topics, all.at(3).id};
    BOOST_TEST(types(nothing_missed.hear_all()) == "");
}

BOOST_AUTO_TEST_CASE(who_was_away_too_long_is_told_to_load_anew) {
    const auto ends_in_reset = [&](api_client& at, const std::string& last) {
        at.run_for(100ms); // what was announced before is no news afterwards
        reader again{at, guest, "events", last};
        const auto heard = again.hear(1);
        return types(heard) == "reset" && heard[0].id == again.last_id() && again.is_open();
    };
    reader first{api, guest, "events"};
    const auto last = first.last_id();
    for (const char* each : {"nonsense", "-4", "99999999", "12345678901234567890123"})
        BOOST_TEST(ends_in_reset(api, each), each);
    api_client brief{changed([](realtime_settings& of) { of.replay_max = 2; })};
    for (int i = 0; i < 2; ++i)
        rename(alpha, alpha.event, "title " + std::to_string(i));
    BOOST_TEST(types(reader(brief, guest, "events", last).hear(2)) == "event.updated event.updated");
    rename(alpha, alpha.event, "one too many");
    BOOST_TEST(ends_in_reset(brief, last));
    superuser.rows("delete from platform.outbox where position <= $1", {last});
    BOOST_TEST(ends_in_reset(api, last));
}

BOOST_AUTO_TEST_CASE(there_are_only_so_many_streams) {
    const auto refusal_of = [&](api_client& at, const person& as) {
        const reader refused{at, as, "events"};
        return std::to_string(refused.answered.status) + " "
               + std::string{refused.answered.header_value("Retry-After")};
    };
    api_client two{changed([](realtime_settings& of) { of.streams_max = 2; })};
    {
        const reader first{two, guest, "events"};
        const reader second{two, guest, "events"};
        BOOST_TEST(refusal_of(two, guest) == "503 10");
    }
    BOOST_TEST(refusal_of(two, guest) == "200 ");
    api_client one_each{changed([](realtime_settings& of) { of.streams_per_account_max = 1; })};
    {
        const reader first{one_each, alpha.staff, "events"};
        BOOST_TEST(refusal_of(one_each, alpha.staff) == "429 10");
        BOOST_TEST(refusal_of(one_each, alpha.owner) == "200 ");
        BOOST_TEST(refusal_of(one_each, guest) == "200 ");
    }
    BOOST_TEST(refusal_of(one_each, alpha.staff) == "200 ");
    api_client one_address{changed([](realtime_settings& of) { of.streams_per_address_max = 1; })};
    const reader first{one_address, guest, "events"};
    BOOST_TEST(refusal_of(one_address, anonymous_at("beta")) == "429 10");
    api_client few_topics{changed([](realtime_settings& of) { of.topics_max = 1; })};
    BOOST_TEST(reader(few_topics, guest, "events,event:" + alpha.event).answered.status == 422);
}

BOOST_AUTO_TEST_CASE(a_slow_reader_is_sent_away_and_misses_nothing) {
    api_client at{changed([](realtime_settings& of) { of.backlog_max = 3; })};
    reader slow{at, guest, "events"};
    reader quick{at, guest, "events"};
    const auto last = slow.last_id();
    BOOST_TEST(quick.is_up_to_date());
    slow.pause();
    for (int i = 0; i < 6; ++i) {
        rename(alpha, alpha.event, "title " + std::to_string(i));
        BOOST_TEST(quick.hear(static_cast<std::size_t>(i) + 1).size() == static_cast<std::size_t>(i) + 1);
    }
    const auto heard = slow.hear_all();
    BOOST_TEST(heard.size() == 1U); // the piece that it had asked for
    BOOST_TEST(at.served().parts().streams.stats().dropped == 1U);
    BOOST_TEST(types(reader(at, guest, "events", slow.last_id()).hear(5))
               == "event.updated event.updated event.updated event.updated event.updated");
    BOOST_TEST((last != slow.last_id()));
}

BOOST_AUTO_TEST_CASE(a_stream_ends_with_its_login) {
    api_client at{changed([](realtime_settings& of) { of.recheck = 100ms; })};
    const auto visitor = at.sign_in("alpha", alpha.first.guardian.email);
    reader own{at, visitor, "events"};
    reader other{at, alpha.staff, "events"};
    BOOST_TEST(own.is_up_to_date());
    at.run_for(600ms);
    BOOST_TEST(own.is_open());
    api.remove(visitor, "/api/v1/logins/current");
    BOOST_TEST(own.has_ended());
    BOOST_TEST(other.is_open());
    superuser.execute("update accounts set role = 'owner' where role = 'staff'");
    BOOST_TEST(other.has_ended());
}

BOOST_AUTO_TEST_CASE(a_suspended_tenants_streams_end) {
    reader alphas{api, guest, "events"};
    reader betas{api, anonymous_at("beta"), "events"};
    BOOST_TEST((alphas.is_up_to_date() && betas.is_up_to_date()));
    BOOST_TEST(api.put(admin, "/api/v1/tenants/beta/suspension", {{"reason", "unpaid"}}).status == 200);
    BOOST_TEST(betas.has_ended());
    rename(alpha, alpha.event, "goes on");
    BOOST_TEST(types(alphas.hear(1)) == "event.updated");
}

BOOST_AUTO_TEST_CASE(the_plan_decides_whether_there_are_streams) {
    reader open{api, guest, "events"};
    BOOST_TEST(open.is_up_to_date());
    api.put(admin, "/api/v1/plans/quiet", {{"features", json::array{}}});
    superuser.rows("update tenancy.tenants set plan = 'quiet' where slug = 'alpha'");
    BOOST_TEST(open.has_ended());
    BOOST_TEST(status_of(guest, "events") == 403);
}

BOOST_AUTO_TEST_CASE(what_is_announced_while_nobody_listens_is_read_afterwards) {
    reader alphas{api, guest, "events"};
    BOOST_TEST(alphas.is_up_to_date());
    const std::string listeners = " from pg_stat_activity where usename = 'kidevent_router' and datname = "
                                  "current_database()";
    superuser.rows("select pg_terminate_backend(pid)" + listeners);
    for (int i = 0; i < 200 && superuser.value("select count(*)" + listeners) != "0"; ++i)
        std::this_thread::sleep_for(10ms);
    BOOST_TEST(superuser.value("select count(*)" + listeners) == "0");
    superuser.rows("insert into platform.outbox (id, tenant_id, type, subject, data) values "
                   "(gen_random_uuid(), $1, 'com.kidevent.event.updated.v1', 'events/x', "
                   "json_build_object('event_id', $2::text, 'state', 'published'))",
                   {alpha.id, alpha.event});
    publish();
    BOOST_TEST(types(alphas.hear(1)) == "event.updated");
}

BOOST_AUTO_TEST_CASE(silent_streams_get_a_sign_of_life) {
    api_client at{changed([](realtime_settings& of) { of.heartbeat = 100ms; })};
    reader silent{at, guest, "events"};
    BOOST_TEST(silent.wait_for([&] {
        const auto first = silent.text.find(": keep-alive\n\n");
        return first != silent.text.npos
               && silent.text.find(": keep-alive\n\n", first + 1) != silent.text.npos;
    }));
}

BOOST_AUTO_TEST_CASE(a_worker_that_goes_sends_its_readers_away) {
    api_client at{with};
    reader before{at, guest, "events"};
    BOOST_TEST(before.is_up_to_date());
    at.served().begin_drain();
    BOOST_TEST(before.has_ended());
    BOOST_TEST(before.text.find("retry: ", 7) != std::string::npos);
    // A refusal would end a browser's attempts.
    reader late{at, guest, "events"};
    BOOST_TEST(late.answered.status == 200);
    BOOST_TEST(late.has_ended());
}

BOOST_AUTO_TEST_SUITE_END()
