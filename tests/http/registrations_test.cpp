#include "http/registration_race.hpp"

#include <future>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

const std::string path = "/api/v1/registrations";

std::string first_id(const answer& made) {
    return std::string{std::string_view{made.body.at("data").at(0).at("id").as_string()}};
}

struct booking : two_organisations {
    const person& parent = alpha.first.guardian;

    int registrations_of(const std::string& session) {
        return std::stoi(superuser.value(
            "select count(*) from registrations where session_id = $1 and cancelled_at is null", {session}));
    }
    // Both figures agree, and are what is expected.
    void check_taken(const std::string& session, int expected) {
        BOOST_TEST(seats_taken(session) == expected);
        BOOST_TEST(registrations_of(session) == expected);
    }
    answer cancel(const person& who, const std::string& id) {
        return api.put(who, path + "/" + id + "/cancellation");
    }
    // How many backends wait for a lock, asked until that many do.
    void wait_until_blocked(int count) {
        for (int i = 0; i < 500; ++i) {
            if (std::stoi(superuser.value("select count(*) from pg_stat_activity where wait_event_type = "
                                          "'Lock' and datname = current_database()"))
                >= count)
                return;
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        }
        BOOST_FAIL("nobody waits for the lock");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_registrations, booking)

BOOST_AUTO_TEST_CASE(several_children_take_places_in_several_sessions_at_once) {
    const auto other = add_event(alpha.staff, "Other", {{"price_minor", 700}});
    const auto made = api.post(parent, path,
                               places({{alpha.first.child, alpha.later_session},
                                       {alpha.first.sibling, alpha.later_session},
                                       {alpha.first.sibling, other.session}}));
    BOOST_TEST(made.status == 201);
    BOOST_TEST(made.body.at("data").as_array().size() == 3u);
    BOOST_TEST(made.body.at("data").at(2).at("price").at("amount_minor").as_int64() == 700);
    check_taken(alpha.later_session, 2);
    check_taken(other.session, 1);
    const auto read = api.get(parent, path + "/" + first_id(made));
    BOOST_TEST(read.status == 200);
    BOOST_TEST(read.member("state") == "registered");
    BOOST_TEST(read.member("event_title") == "CANARY-alpha Summer");
}

BOOST_AUTO_TEST_CASE(one_impossible_place_refuses_them_all) {
    const auto full = add_event(alpha.staff, "Tiny", {{"capacity", 1}});
    register_child(alpha.second.guardian, alpha.second.child, full.session);
    const auto refused = api.post(
        parent, path, places({{alpha.first.child, alpha.later_session}, {alpha.first.child, full.session}}));
    BOOST_TEST(refused.status == 409);
    BOOST_TEST(refused.code() == "session_full");
    BOOST_TEST(refused.faults() == "/places/1/session_id session_full");
    check_taken(alpha.later_session, 0);
    check_taken(full.session, 1);
}

BOOST_AUTO_TEST_CASE(two_children_do_not_fit_into_one_place) {
    const auto tiny = add_event(alpha.staff, "Tiny", {{"capacity", 1}});
    const auto refused = api.post(
        parent, path, places({{alpha.first.child, tiny.session}, {alpha.first.sibling, tiny.session}}));
    BOOST_TEST(refused.code() == "session_full");
    check_taken(tiny.session, 0);
    BOOST_TEST(register_child(parent, alpha.first.child, tiny.session).status == 201);
    check_taken(tiny.session, 1);
}

BOOST_AUTO_TEST_CASE(the_age_counts_on_the_day_of_the_session_in_its_own_time_zone) {
    // 22:30 UTC on the 30th of June is the 1st of July in Vienna.
    const auto turning_seven = add_event(alpha.staff, "Seven",
                                         {{"starts_at", "2031-06-30T22:30:00Z"},
                                          {"ends_at", "2031-07-02T10:00:00Z"},
                                          {"age_min", 7},
                                          {"age_max", 7}});
    const auto refusal_for = [&](const std::string& birth_date) {
        const auto got = register_child(parent, add_child(parent, birth_date), turning_seven.session);
        return got.status == 201 ? std::string{} : got.code();
    };
    BOOST_TEST(refusal_for("2024-07-01") == "");
    BOOST_TEST(refusal_for("2024-07-02") == "child_wrong_age");
    BOOST_TEST(refusal_for("2023-07-02") == "");
    BOOST_TEST(refusal_for("2023-07-01") == "child_wrong_age");

    // The same instant is still the 30th of June for an organisation in New York.
    const auto there = add_event(beta.staff, "Seven",
                                 {{"starts_at", "2031-06-30T22:30:00Z"},
                                  {"ends_at", "2031-07-02T10:00:00Z"},
                                  {"age_min", 7},
                                  {"age_max", 7}});
    const person& elsewhere = beta.first.guardian;
    BOOST_TEST(register_child(elsewhere, add_child(elsewhere, "2024-07-01"), there.session).code()
               == "child_wrong_age");
    BOOST_TEST(register_child(elsewhere, add_child(elsewhere, "2024-06-30"), there.session).status == 201);
}

BOOST_AUTO_TEST_CASE(a_child_takes_part_in_a_session_once) {
    const auto again = register_child(parent, alpha.first.child, alpha.session);
    BOOST_TEST(again.status == 409);
    BOOST_TEST(again.code() == "already_registered");
    const auto doubled = api.post(
        parent, path,
        places({{alpha.first.child, alpha.later_session}, {alpha.first.child, alpha.later_session}}));
    BOOST_TEST(doubled.status == 422);
    BOOST_TEST(doubled.faults() == "/places/1 duplicate");
    check_taken(alpha.session, 2);
    check_taken(alpha.later_session, 0);
}

BOOST_AUTO_TEST_CASE(what_has_started_or_was_cancelled_takes_nobody) {
    const auto started = add_event(alpha.staff, "Started");
    superuser.rows("update sessions set starts_at = now() - interval '1 second' where id = $1",
                   {started.session});
    const auto late = register_child(parent, alpha.first.child, started.session);
    BOOST_TEST(late.status == 409);
    BOOST_TEST(late.code() == "session_started");
    api.put(alpha.staff, "/api/v1/events/" + alpha.event + "/cancellation");
    const auto cancelled = register_child(parent, alpha.first.child, alpha.later_session);
    BOOST_TEST(cancelled.status == 409);
    BOOST_TEST(cancelled.code() == "event_not_open");
}

BOOST_AUTO_TEST_CASE(only_ones_own_children_and_the_tenants_own_sessions_can_be_named) {
    const std::string missing = "019a0000-0000-7000-8000-000000000000";
    const auto with_child = [&](const std::string& child) {
        return register_child(parent, child, alpha.later_session);
    };
    BOOST_TEST(with_child(alpha.second.child).status == 422);
    BOOST_TEST(with_child(alpha.second.child).comparable() == with_child(missing).comparable());
    BOOST_TEST(with_child(beta.first.child).comparable() == with_child(missing).comparable());
    const auto in_session = [&](const std::string& session) {
        return register_child(parent, alpha.first.child, session);
    };
    BOOST_TEST(in_session(beta.session).status == 422);
    BOOST_TEST(in_session(beta.session).comparable() == in_session(missing).comparable());
    BOOST_TEST(seats_taken(beta.session) == 2);
    json::value smuggled = places({{alpha.first.child, alpha.later_session}});
    smuggled.as_object()["tenant_id"] = beta.id;
    BOOST_TEST(api.post(parent, path, smuggled).faults() == "/tenant_id unknown");
    BOOST_TEST(api.post(alpha.staff, path, places({{alpha.first.child, alpha.session}})).status == 403);
}

BOOST_AUTO_TEST_CASE(a_request_names_one_to_fifty_places) {
    BOOST_TEST(api.post(parent, path, places({})).faults() == "/places too_few");
    std::vector<std::pair<std::string, std::string>> many;
    for (int i = 0; i < 51; ++i)
        many.emplace_back(to_string(make_uuid()), alpha.session);
    BOOST_TEST(api.post(parent, path, places(many)).faults() == "/places too_many");
}

BOOST_AUTO_TEST_CASE(a_cancellation_frees_the_place_and_doing_it_twice_is_harmless) {
    const auto tiny = add_event(alpha.staff, "Tiny", {{"capacity", 1}});
    const std::string id = first_id(register_child(parent, alpha.first.child, tiny.session));
    BOOST_TEST(register_child(alpha.second.guardian, alpha.second.child, tiny.session).code()
               == "session_full");
    BOOST_TEST(cancel(alpha.second.guardian, id).status == 404);
    const auto cancelled = cancel(parent, id);
    BOOST_TEST(cancelled.status == 200);
    BOOST_TEST(cancelled.member("state") == "cancelled");
    check_taken(tiny.session, 0);
    BOOST_TEST(register_child(alpha.second.guardian, alpha.second.child, tiny.session).status == 201);
    BOOST_TEST(cancel(parent, id).text == cancelled.text);
    BOOST_TEST(cancel(alpha.staff, id).text == cancelled.text);
    check_taken(tiny.session, 1);
}

BOOST_AUTO_TEST_CASE(two_cancellations_at_the_same_moment_free_one_place) {
    const std::string id = first_id(register_child(parent, alpha.first.child, alpha.later_session));
    register_child(parent, alpha.first.sibling, alpha.later_session);
    auto blocker = cluster.superuser(database.name);
    blocker.execute("begin");
    blocker.rows("select 1 from sessions where id = $1 for update", {alpha.later_session});
    api_client second{with};
    const auto wanted = make_request("PUT", parent, path + "/" + id + "/cancellation");
    auto one = std::async(std::launch::async, [&] { return api.served().call(wanted); });
    auto two = std::async(std::launch::async, [&] { return second.served().call(wanted); });
    wait_until_blocked(2);
    blocker.execute("rollback");
    BOOST_TEST(one.get().status == 200);
    BOOST_TEST(two.get().status == 200);
    check_taken(alpha.later_session, 1);
}

BOOST_AUTO_TEST_CASE(after_the_start_only_staff_cancel) {
    const auto begun = add_event(alpha.staff, "Started");
    const std::string id = first_id(register_child(parent, alpha.first.child, begun.session));
    superuser.rows("update sessions set starts_at = now() - interval '1 second' where id = $1",
                   {begun.session});
    BOOST_TEST(cancel(parent, id).code() == "session_started");
    check_taken(begun.session, 1);
    BOOST_TEST(cancel(alpha.staff, id).status == 200);
    check_taken(begun.session, 0);
}

BOOST_AUTO_TEST_CASE(the_capacity_is_not_lowered_below_what_is_taken) {
    const std::string session = "/api/v1/sessions/" + alpha.session;
    const auto refused = api.patch(alpha.staff, session, 1, {{"capacity", 1}});
    BOOST_TEST(refused.status == 409);
    BOOST_TEST(refused.code() == "capacity_below_taken");
    BOOST_TEST(api.patch(alpha.staff, session, 1, {{"capacity", 2}}).status == 200);
    BOOST_TEST(register_child(parent, alpha.first.sibling, alpha.session).code() == "session_full");
}

BOOST_AUTO_TEST_CASE(staff_see_who_comes_and_guardians_what_they_booked) {
    const auto roster = api.get(alpha.staff, "/api/v1/sessions/" + alpha.session + "/roster?limit=1");
    BOOST_TEST(roster.status == 200);
    BOOST_TEST(roster.body.at("data").as_array().size() == 1u);
    const std::string next{std::string_view{roster.body.at("page").at("next").as_string()}};
    const auto rest =
        api.get(alpha.staff, "/api/v1/sessions/" + alpha.session + "/roster?limit=1&cursor=" + next);
    BOOST_TEST(rest.text.find(alpha.second.child) != std::string::npos);
    BOOST_TEST(rest.body.at("page").at("next").is_null());
    BOOST_TEST(
        api.get(alpha.staff, "/api/v1/sessions/" + alpha.later_session + "/roster?cursor=" + next).status
        == 400);
    register_child(parent, alpha.first.sibling, alpha.session);
    const auto listed = api.get(parent, path + "?limit=1");
    BOOST_TEST(listed.text.find(alpha.first.sibling) != std::string::npos);
    const std::string older{std::string_view{listed.body.at("page").at("next").as_string()}};
    const auto second_page = api.get(parent, path + "?limit=1&cursor=" + older);
    BOOST_TEST(second_page.text.find(alpha.first.registration) != std::string::npos);
    BOOST_TEST(api.get(alpha.second.guardian, path + "?limit=1&cursor=" + older).status == 400);
}

BOOST_AUTO_TEST_CASE(staff_change_a_session_while_it_is_being_booked_together_with_another) {
    const auto ids = superuser.rows("select id from sessions where event_id = $1 order by id", {alpha.event});
    const std::string earlier = *ids.at(0).at(0);
    const std::string later = *ids.at(1).at(0);
    auto blocker = cluster.superuser(database.name);
    blocker.execute("begin");
    blocker.rows("select 1 from sessions where id = $1 for update", {later});
    api_client second{with};
    const auto change = make_request("PATCH", alpha.staff, "/api/v1/sessions/" + later,
                                     R"({"price_minor":100})", {{"If-Match", "\"v1\""}});
    const auto book =
        make_request("POST", parent, path,
                     json::serialize(places({{alpha.first.sibling, earlier}, {alpha.first.sibling, later}})));
    auto changed = std::async(std::launch::async, [&] { return second.served().call(change).status; });
    wait_until_blocked(1);
    auto booked = std::async(std::launch::async, [&] { return api.served().call(book).status; });
    wait_until_blocked(2);
    blocker.execute("rollback");
    BOOST_TEST(changed.get() == 200);
    BOOST_TEST(booked.get() == 201);
}

BOOST_AUTO_TEST_CASE(two_hundred_people_get_the_last_thirty_places_and_not_one_more) {
    registration_race race{*this};
    const auto seen = race.run();
    BOOST_TEST(seen.registrations == racing_places + 2);
    BOOST_TEST(seen.seats_taken == racing_places + 2);
    BOOST_TEST(seen.highest <= racing_places + 2);
    BOOST_TEST(seen.answers.at("registered") == racing_places);
    BOOST_TEST(seen.answers.at("session_full") == racing_clients - racing_places);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(http_idempotency, booking)

BOOST_AUTO_TEST_CASE(a_repeated_request_gets_the_answer_of_the_first_one) {
    const std::vector<header> key{{"Idempotency-Key", "\"booking-1\""}};
    const auto first = register_child(parent, alpha.first.child, alpha.later_session, key);
    BOOST_TEST(first.status == 201);
    const auto again =
        register_child(parent, alpha.first.child, alpha.later_session, {{"Idempotency-Key", "booking-1"}});
    BOOST_TEST(again.status == 201);
    BOOST_TEST(again.text == first.text);
    BOOST_TEST(again.header_value("Idempotency-Replayed") == "true");
    check_taken(alpha.later_session, 1);
    // Without the key it is a new request.
    BOOST_TEST(register_child(parent, alpha.first.child, alpha.later_session).status == 409);
}

BOOST_AUTO_TEST_CASE(a_key_belongs_to_one_request_of_one_person) {
    const std::vector<header> key{{"Idempotency-Key", "k"}};
    register_child(parent, alpha.first.child, alpha.later_session, key);
    const auto other = register_child(parent, alpha.first.sibling, alpha.later_session, key);
    BOOST_TEST(other.status == 422);
    BOOST_TEST(other.code() == "idempotency_key_reused");
    const auto neighbour =
        register_child(alpha.second.guardian, alpha.second.child, alpha.later_session, key);
    BOOST_TEST(neighbour.status == 201);
    BOOST_TEST(neighbour.header_value("Idempotency-Replayed") == "");
    BOOST_TEST(register_child(beta.first.guardian, beta.first.child, beta.later_session, key).status == 201);
    for (const char* bad : {"", "a b", "\"open", "a,b"})
        BOOST_TEST(register_child(parent, alpha.first.child, alpha.session, {{"Idempotency-Key", bad}}).status
                       == 400,
                   bad);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_not_remembered_and_an_expired_key_is_forgotten) {
    const std::vector<header> key{{"Idempotency-Key", "k"}};
    const auto tiny = add_event(alpha.staff, "Tiny", {{"capacity", 1}});
    const std::string blocking =
        first_id(register_child(alpha.second.guardian, alpha.second.child, tiny.session));
    BOOST_TEST(register_child(parent, alpha.first.child, tiny.session, key).status == 409);
    cancel(alpha.second.guardian, blocking);
    BOOST_TEST(register_child(parent, alpha.first.child, tiny.session, key).status == 201);
    superuser.execute("update idempotency_keys set expires_at = now()");
    BOOST_TEST(register_child(parent, alpha.first.child, tiny.session, key).code() == "session_full");
}

BOOST_AUTO_TEST_CASE(the_same_request_twice_at_the_same_moment_has_one_effect) {
    api_client second{with};
    const auto wanted = make_request("POST", parent, path,
                                     json::serialize(places({{alpha.first.child, alpha.later_session}})),
                                     {{"Idempotency-Key", "k"}});
    auto blocker = cluster.superuser(database.name);
    blocker.execute("begin");
    blocker.rows("select 1 from sessions where id = $1 for update", {alpha.later_session});
    auto one = std::async(std::launch::async, [&] { return to_answer(api.served().call(wanted)); });
    wait_until_blocked(1);
    auto two = std::async(std::launch::async, [&] { return to_answer(second.served().call(wanted)); });
    wait_until_blocked(2);
    blocker.execute("rollback");
    const answer first = one.get();
    const answer other = two.get();
    BOOST_TEST(first.status == 201);
    BOOST_TEST((other.text == first.text || other.code() == "idempotency_key_in_use"), other.text);
    check_taken(alpha.later_session, 1);
    BOOST_TEST(second.send(wanted).text == first.text);
}

BOOST_AUTO_TEST_CASE(a_connection_that_dies_before_the_commit_leaves_nothing_behind) {
    const auto wanted = make_request("POST", parent, path,
                                     json::serialize(places({{alpha.first.child, alpha.later_session},
                                                             {alpha.first.sibling, alpha.later_session}})),
                                     {{"Idempotency-Key", "k"}});
    auto blocker = cluster.superuser(database.name);
    // The registrations are written by then, the answer is about to be remembered.
    for (const char* lock :
         {"lock table idempotency_keys in exclusive mode", "lock table registrations in exclusive mode"}) {
        blocker.execute("begin");
        blocker.execute(lock);
        auto broken = std::async(std::launch::async, [&] { return api.served().call(wanted); });
        wait_until_blocked(1);
        superuser.rows("select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = "
                       "'Lock' and datname = current_database()");
        const response failed = broken.get();
        blocker.execute("rollback");
        BOOST_TEST(failed.status == 503);
        for (const auto& each : list_violations(wanted, failed))
            BOOST_ERROR(each);
        check_taken(alpha.later_session, 0);
    }
    const auto retried = api.send(wanted);
    BOOST_TEST(retried.status == 201);
    BOOST_TEST(retried.header_value("Idempotency-Replayed") == "");
    BOOST_TEST(api.send(wanted).text == retried.text);
    check_taken(alpha.later_session, 2);
}

BOOST_AUTO_TEST_SUITE_END()
