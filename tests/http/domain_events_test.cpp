// What is done through the API is told as domain events: exactly then, once, and without a further round
// trip.

#include "http/form_link.hpp"
#include "identity/account_link.hpp"
#include "outbox/event_types.hpp"
#include "outbox/outbox_operations.hpp"
#include "services.hpp"
#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

struct told : two_organisations {
    told() { forget(); }

    void forget() { superuser.execute("delete from platform.outbox"); }
    // What has been told since forget(), oldest first: "registration.created registrations/.." and so on.
    std::vector<std::string> types() {
        std::vector<std::string> all;
        for (const auto& row : superuser.rows("select type from platform.outbox order by sequence"))
            all.push_back(*row[0]);
        return all;
    }
    std::string only_type() {
        const auto all = types();
        return all.size() == 1 ? all.front() : std::to_string(all.size()) + " events";
    }
    json::object last_data() {
        return json::parse(superuser.value("select data from platform.outbox order by sequence desc limit 1"))
            .as_object();
    }
    std::string last(const std::string& column) {
        return superuser.value("select " + column + " from platform.outbox order by sequence desc limit 1");
    }
    int version_of(const std::string& table, const std::string& id) {
        return std::stoi(superuser.value("select version from " + table + " where id = $1", {id}));
    }
};

std::string text(const json::object& in, const char* member) {
    return std::string{std::string_view{in.at(member).as_string()}};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_domain_events, told)

BOOST_AUTO_TEST_CASE(a_registration_is_told_in_its_own_round_trips) {
    const std::string session = alpha.later_session;
    api.get(alpha.first.guardian, "/api/v1/accounts/me"); // the tenant and the login are remembered now
    const auto before = api.round_trips();
    const auto made =
        register_child(alpha.first.guardian, alpha.first.child, session, {{"Idempotency-Key", "\"k1\""}});
    BOOST_REQUIRE(made.status == 201);
    BOOST_TEST(api.round_trips() - before == 2U); // the situation, the work
    BOOST_TEST(only_type() == "com.kidevent.registration.created.v1");
    const auto data = last_data();
    const std::string id{std::string_view{made.body.at("data").at(0).at("id").as_string()}};
    BOOST_TEST(last("subject") == "registrations/" + id);
    BOOST_TEST(last("tenant_id") == alpha.id);
    BOOST_TEST(text(data, "registration_id") == id);
    BOOST_TEST(text(data, "session_id") == session);
    BOOST_TEST(text(data, "event_id") == alpha.event);
    BOOST_TEST(text(data, "child_id") == alpha.first.child);

    // The same request again, and one that is refused, are not told.
    BOOST_TEST(
        register_child(alpha.first.guardian, alpha.first.child, session, {{"Idempotency-Key", "\"k1\""}})
            .status
        == 201);
    BOOST_TEST(register_child(alpha.first.guardian, alpha.first.child, session).status == 409);
    BOOST_TEST(types().size() == 1U);

    const std::string path = "/api/v1/registrations/" + id + "/cancellation";
    forget();
    BOOST_TEST(api.put(alpha.first.guardian, path).status == 200);
    BOOST_TEST(api.put(alpha.first.guardian, path).status == 200);
    BOOST_TEST(only_type() == "com.kidevent.registration.cancelled.v1");
    BOOST_TEST(last("subject") == "registrations/" + id);
}

BOOST_AUTO_TEST_CASE(an_event_says_which_request_made_it) {
    const std::vector<header> traced{
        {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}};
    const auto made = register_child(alpha.first.guardian, alpha.first.child, alpha.later_session, traced);
    BOOST_TEST(made.status == 201);
    BOOST_TEST(last("traceparent") == made.header_value("traceparent"));
    BOOST_TEST(last("traceparent").starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
    const auto suspended = api.put(admin, "/api/v1/tenants/beta/suspension", {{"reason", "unpaid"}});
    BOOST_TEST(last("type") == "com.kidevent.tenant.suspended.v1");
    BOOST_TEST(last("traceparent") == suspended.header_value("traceparent"));
    auto& parts = api.served().parts();
    BOOST_TEST(bool(parts.block_on(outbox::record_deployment(parts.database, "1.0"))));
    BOOST_TEST(last("coalesce(traceparent, 'none')") == "none");
}

// Requests that wait for each other at all places of a worker keep their own trace.
BOOST_AUTO_TEST_CASE(requests_at_the_same_time_keep_their_traces_apart) {
    settings narrow = with;
    narrow.admission.in_flight_max = 2;
    narrow.admission.reserved = 0;
    narrow.db.pool_size_max = 1;
    api_client busy{narrow};
    forget();
    std::map<std::string, std::string> traces; // by the child's id
    std::size_t answered = 0;
    constexpr std::size_t requests = 12;
    for (std::size_t i = 0; i < requests; ++i) {
        const json::value child{{"given_name", "C"}, {"family_name", "C"}, {"birth_date", born_years_ago(8)}};
        busy.served().handle(make_request("POST", i % 2 == 0 ? alpha.first.guardian : beta.first.guardian,
                                          "/api/v1/children", json::serialize(child)),
                             [&](response received) {
                                 const auto got = to_answer(received);
                                 traces[got.member("id")] = got.header_value("traceparent");
                                 ++answered;
                             });
    }
    for (int i = 0; i < 500 && answered < requests; ++i)
        busy.run_for(std::chrono::milliseconds{10});
    BOOST_TEST(traces.size() == requests);
    const auto written =
        superuser.rows("select split_part(subject, '/', 2), traceparent from platform.outbox");
    BOOST_TEST(written.size() == requests);
    for (const auto& row : written)
        BOOST_TEST(traces[*row[0]] == row[1].value_or("none"));
}

BOOST_AUTO_TEST_CASE(several_places_are_told_one_by_one) {
    const auto made = api.post(
        alpha.first.guardian, "/api/v1/registrations",
        places({{alpha.first.child, alpha.later_session}, {alpha.first.sibling, alpha.later_session}}));
    BOOST_TEST(made.status == 201);
    BOOST_TEST(types().size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_staff_do_with_events_is_told_with_the_state_that_people_see) {
    const json::object session{
        {"starts_at", instant_in_days(20)}, {"ends_at", instant_in_days(21)}, {"capacity", 5}};
    const auto made =
        api.post(alpha.staff, "/api/v1/events", {{"title", "T"}, {"sessions", json::array{session}}});
    BOOST_REQUIRE(made.status == 201);
    const std::string event = made.member("id");
    const std::string first{std::string_view{made.body.at("sessions").at(0).at("id").as_string()}};
    BOOST_TEST(only_type() == "com.kidevent.event.created.v1");
    BOOST_TEST(last_data().at("sessions").as_int64() == 1);
    BOOST_TEST(text(last_data(), "state") == "draft");

    forget();
    BOOST_TEST(
        api.patch(alpha.staff, "/api/v1/events/" + event, version_of("events", event), {{"title", "U"}})
            .status
        == 200);
    BOOST_TEST(only_type() == "com.kidevent.event.updated.v1");
    BOOST_TEST(text(last_data(), "state") == "draft");
    BOOST_TEST(api.patch(alpha.staff, "/api/v1/events/" + event, 77, {{"title", "V"}}).status == 412);
    BOOST_TEST(types().size() == 1U);

    forget();
    for (int i = 0; i < 2; ++i)
        BOOST_TEST(api.put(alpha.staff, "/api/v1/events/" + event + "/publication").status == 200);
    BOOST_TEST(only_type() == "com.kidevent.event.published.v1");

    forget();
    const json::object second{
        {"starts_at", instant_in_days(30)}, {"ends_at", instant_in_days(31)}, {"capacity", 5}};
    BOOST_TEST(api.post(alpha.staff, "/api/v1/events/" + event + "/sessions", second).status == 201);
    BOOST_TEST(only_type() == "com.kidevent.session.created.v1");
    BOOST_TEST(text(last_data(), "state") == "published");
    BOOST_TEST(api.post(alpha.staff, "/api/v1/events/" + event + "/sessions", second).status == 409);
    BOOST_TEST(types().size() == 1U);

    forget();
    BOOST_TEST(
        api.patch(alpha.staff, "/api/v1/sessions/" + first, version_of("sessions", first), {{"capacity", 6}})
            .status
        == 200);
    BOOST_TEST(only_type() == "com.kidevent.session.updated.v1");
    BOOST_TEST(text(last_data(), "event_id") == event);
    BOOST_TEST(text(last_data(), "state") == "published");

    forget();
    for (int i = 0; i < 2; ++i)
        BOOST_TEST(api.put(alpha.staff, "/api/v1/events/" + event + "/cancellation").status == 200);
    BOOST_TEST(only_type() == "com.kidevent.event.cancelled.v1");
    BOOST_TEST(text(last_data(), "state") == "published");
}

BOOST_AUTO_TEST_CASE(households_and_accounts_are_told_without_their_names) {
    const auto parent = api.sign_up("alpha", "quiet@alpha.example");
    BOOST_TEST(only_type() == "com.kidevent.account.created.v1");
    BOOST_TEST(text(last_data(), "role") == "guardian");
    forget();
    const std::string child = add_child(parent, born_years_ago(8));
    BOOST_TEST(only_type() == "com.kidevent.child.created.v1");
    BOOST_TEST(text(last_data(), "child_id") == child);
    BOOST_TEST(text(last_data(), "household_id")
               == superuser.value("select household_id from children where id = $1", {child}));
    forget();
    BOOST_TEST(api.patch(parent, "/api/v1/children/" + child, 1, {{"given_name", "Zoe"}}).status == 200);
    BOOST_TEST(only_type() == "com.kidevent.child.updated.v1");
    forget();
    BOOST_TEST(api.remove(parent, "/api/v1/children/" + child, 2).status == 204);
    BOOST_TEST(only_type() == "com.kidevent.child.removed.v1");
    for (const auto& row : superuser.rows("select data::text from platform.outbox"))
        BOOST_TEST((row[0]->find("Zoe") == std::string::npos && row[0]->find("quiet") == std::string::npos));
}

BOOST_AUTO_TEST_CASE(the_life_of_organisations_is_told_to_operators) {
    const json::object descriptor{{"name", "Delta"},
                                  {"owner_email", "o@delta.example"},
                                  {"time_zone", "UTC"},
                                  {"locale", "en"},
                                  {"currency", "EUR"}};
    json::object created = descriptor;
    created["slug"] = "delta";
    const auto made = api.post(admin, "/api/v1/tenants", created);
    BOOST_REQUIRE(made.status == 201);
    BOOST_TEST(only_type() == "com.kidevent.tenant.created.v1");
    BOOST_TEST(last("tenant_id") == made.member("id"));
    BOOST_TEST(api.post(admin, "/api/v1/tenants", created).status == 409);
    BOOST_TEST(types().size() == 1U);
    forget();
    BOOST_TEST(api.put(admin, "/api/v1/tenants/delta", descriptor).status == 200);
    BOOST_TEST(only_type() == "com.kidevent.tenant.updated.v1");
    forget();
    for (int i = 0; i < 2; ++i)
        BOOST_TEST(api.put(admin, "/api/v1/tenants/delta/suspension", {{"reason", "unpaid"}}).status == 200);
    BOOST_TEST(only_type() == "com.kidevent.tenant.suspended.v1");
    forget();
    for (int i = 0; i < 2; ++i)
        BOOST_TEST(api.send(make_request("DELETE", admin, "/api/v1/tenants/delta/suspension")).status == 200);
    BOOST_TEST(only_type() == "com.kidevent.tenant.resumed.v1");
}

BOOST_AUTO_TEST_SUITE_END()

// Every type that is documented has been seen by now, or says why it has no producer: the cases above and the
// fixture's own work make all of them.
BOOST_FIXTURE_TEST_SUITE(http_event_producers, two_organisations)

BOOST_AUTO_TEST_CASE(every_type_has_a_producer_or_says_why_not) {
    const json::object descriptor{{"name", "D"}, {"owner_email", "o@delta.example"}};
    api.put(admin, "/api/v1/tenants/delta", descriptor);
    api.put(admin, "/api/v1/tenants/delta", descriptor);
    api.put(admin, "/api/v1/tenants/delta/suspension", {{"reason", "x"}});
    api.send(make_request("DELETE", admin, "/api/v1/tenants/delta/suspension"));
    auto& parts = api.served().parts();
    BOOST_TEST(bool(parts.block_on(outbox::record_deployment(parts.database, "1.0"))));

    const auto parent = api.sign_up("alpha", "all@alpha.example");
    const std::string child = add_child(parent, born_years_ago(8));
    api.patch(parent, "/api/v1/children/" + child, 1, {{"given_name", "A"}});
    api.remove(parent, "/api/v1/children/" + child, 2);
    const auto camp = add_event(alpha.staff, "All");
    const auto made = register_child(alpha.first.guardian, alpha.first.child, camp.session);
    const std::string id{std::string_view{made.body.at("data").at(0).at("id").as_string()}};
    api.put(alpha.first.guardian, "/api/v1/registrations/" + id + "/cancellation");
    const json::object later{
        {"starts_at", instant_in_days(300)}, {"ends_at", instant_in_days(301)}, {"capacity", 5}};
    const auto session = api.post(alpha.staff, "/api/v1/events/" + camp.event + "/sessions", later);
    api.patch(alpha.staff, "/api/v1/sessions/" + session.member("id"), 1, {{"capacity", 6}});
    api.patch(alpha.staff, "/api/v1/events/" + camp.event,
              std::stoi(superuser.value("select version from events where id = $1", {camp.event})),
              {{"title", "B"}});
    api.put(alpha.staff, "/api/v1/events/" + camp.event + "/cancellation");

    superuser.execute("update accounts set email_verified_at = now()");
    const auto invited =
        api.post(alpha.first.guardian, "/api/v1/household-invitations", {{"email", "o@x.example"}});
    const identity::link_claim claim{identity::link_purpose::household_invitation,
                                     identity::link_id{parse_uuid(invited.member("id")).value()}};
    const auto token = identity::make_link_token(with.http, tenant_id{parse_uuid(alpha.id).value()}, claim);
    api.send(form_of_link(anonymous_at("alpha"), "?token=" + token,
                          "&given_name=O&family_name=O&password=correct+horse+battery"));
    api.put(alpha.owner, "/api/v1/accounts/" + alpha.staff.id + "/deactivation");

    std::set<std::string> seen;
    for (const auto& row : superuser.rows("select distinct type from platform.outbox"))
        seen.insert(*row[0]);
    for (const auto& each : outbox::all_event_types())
        BOOST_TEST(seen.contains(std::string{each.name}) == each.no_producer.empty(), each.name);
}

BOOST_AUTO_TEST_SUITE_END()
