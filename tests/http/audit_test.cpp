// The audit log over the API: what is done is in it, what is refused is in it, and the owner reads it.

#include "audit/audit_log.hpp"
#include "http/route_suppliers.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

struct audited : route_suppliers {
    std::string read(const std::string& query = "") {
        const auto got = api.get(alpha.owner, "/api/v1/audit" + query);
        BOOST_REQUIRE(got.status == 200);
        return got.text;
    }
    // Entries of alpha's as "actor action subject", oldest first; those that the fixture made left out.
    std::vector<std::string> entries(const std::string& condition = "true") {
        std::vector<std::string> all;
        for (const auto& row : superuser.rows("select actor || ' ' || action || ' ' || subject from "
                                              "platform.audit_entries where tenant_id = $1"
                                              " and happened_at > $2::timestamptz and "
                                                  + condition + " order by happened_at, id",
                                              {alpha.id, since}))
            all.push_back(row[0].value());
        return all;
    }
    std::string account(const person& of) const { return "account/" + of.id; }
    // Refusals are written a moment after the answer.
    std::vector<std::string> denied(std::size_t at_least) {
        for (int i = 0; i < 200 && entries("action = 'request.denied'").size() < at_least; ++i)
            api.run_for(std::chrono::milliseconds{10});
        return entries("action = 'request.denied'");
    }

    std::string since = superuser.value("select clock_timestamp()");
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_audit, audited)

BOOST_AUTO_TEST_CASE(deeds_are_written_with_who_did_them_to_what) {
    const auto made = add_event(alpha.staff, "Camp");
    api.patch(alpha.staff, "/api/v1/events/" + made.event, 2, {{"title", "Other"}});
    api.patch(alpha.staff, "/api/v1/sessions/" + made.session, 1, {{"capacity", 9}});
    const auto child = fresh_child();
    const auto registered = register_child(alpha.first.guardian, child, made.session);
    const std::string registration{std::string_view{registered.body.at("data").at(0).at("id").as_string()}};
    api.put(alpha.staff, "/api/v1/registrations/" + registration + "/cancellation");
    api.remove(alpha.first.guardian, "/api/v1/children/" + child, 1);
    const std::vector<std::string> expected{
        account(alpha.staff) + " event.created events/" + made.event,
        account(alpha.staff) + " event.published events/" + made.event,
        account(alpha.staff) + " event.updated events/" + made.event,
        account(alpha.staff) + " session.updated sessions/" + made.session,
        account(alpha.first.guardian) + " child.created children/" + child,
        account(alpha.first.guardian) + " registration.created registrations/" + registration,
        account(alpha.staff) + " registration.cancelled registrations/" + registration,
        account(alpha.first.guardian) + " child.removed children/" + child};
    BOOST_TEST(entries() == expected, boost::test_tools::per_element());
    // What changes nothing is no deed.
    api.put(alpha.staff, "/api/v1/registrations/" + registration + "/cancellation");
    api.put(alpha.staff, "/api/v1/events/" + made.event + "/publication");
    BOOST_TEST(entries().size() == expected.size());
    // The request and the network that it came from; nothing of a person.
    const std::string text = read("?limit=100");
    BOOST_TEST(text.find("192.0.2.0/24") != std::string::npos);
    BOOST_TEST(text.find("192.0.2.1") == std::string::npos);
    BOOST_TEST(text.find("CANARY") == std::string::npos);
    BOOST_TEST(text.find("@alpha.example") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_rolled_back_was_not_done) {
    const auto made = add_event(alpha.staff, "Camp");
    const auto before = entries().size();
    api.patch(alpha.staff, "/api/v1/events/" + made.event, 1, {{"title", "Stale"}});
    register_child(alpha.first.guardian, missing_id, made.session);
    BOOST_TEST(entries().size() == before);
}

BOOST_AUTO_TEST_CASE(registering_takes_two_round_trips_with_its_entry) {
    const auto made = add_event(alpha.staff, "Camp");
    const auto child = fresh_child();
    api.get(alpha.first.guardian, "/api/v1/accounts/me"); // who it is, is remembered then
    const auto before = api.round_trips();
    BOOST_TEST(register_child(alpha.first.guardian, child, made.session).status == 201);
    BOOST_TEST(api.round_trips() - before == 2u);
}

BOOST_AUTO_TEST_CASE(whoever_reads_a_roster_or_the_log_is_in_it) {
    api.get(alpha.staff, "/api/v1/sessions/" + alpha.session + "/roster");
    read();
    BOOST_TEST(
        entries()
            == (std::vector<std::string>{account(alpha.staff) + " roster.read sessions/" + alpha.session,
                                         account(alpha.owner) + " audit.read "}),
        boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(refusals_are_written) {
    api.get(alpha.first.guardian, "/api/v1/managed-events/" + alpha.draft);
    api.get(manager, "/api/v1/audit");
    api.send(make_request("POST", alpha.staff, "/api/v1/events", "{\"title\": \"x\"}",
                          {{"Origin", "https://beta." + base_domain}}));
    person unknown_key = alpha.owner;
    unknown_key.token = "ke_live_nothing";
    api.get(unknown_key, "/api/v1/managed-events");
    BOOST_TEST(denied(4)
                   == (std::vector<std::string>{account(alpha.first.guardian) + " request.denied ",
                                                account(manager) + " request.denied ",
                                                "anonymous request.denied ", "anonymous request.denied "}),
               boost::test_tools::per_element());
    const std::string text = read("?action=request.denied&limit=100");
    for (const std::string& each :
         {std::string{R"("operation":"getManagedEvent","reason":"forbidden","target":")"} + alpha.draft,
          std::string{R"("operation":"listAuditEntries","reason":"forbidden")"},
          std::string{R"("operation":"createEvent","reason":"cross_site_request")"},
          std::string{R"("operation":"listManagedEvents","reason":"api_key_unknown")"}})
        BOOST_TEST(text.find(each) != std::string::npos, each);
    // Not found, and not signed in, are no refusals of somebody.
    api.get(alpha.staff, "/api/v1/managed-events/" + missing_id);
    api.get(anonymous_at("alpha"), "/api/v1/managed-events");
    api.run_for(std::chrono::milliseconds{100});
    BOOST_TEST(denied(4).size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_flood_of_refusals_is_counted_and_not_kept) {
    with.audit.denied_per_minute_max = 5;
    api_client bounded{with};
    const auto kept = [&] { return entries("action = 'request.denied'").size(); };
    for (int i = 0; i < 40; ++i)
        bounded.get(alpha.first.guardian, "/api/v1/managed-events");
    const auto counted = [&] {
        return std::stoi(superuser.value("select coalesce(sum(left_out), 0) from platform.audit_denied"));
    };
    for (int i = 0; i < 300 && counted() + static_cast<int>(kept()) < 40; ++i)
        bounded.run_for(std::chrono::milliseconds{10});
    BOOST_TEST((kept() == 5u || kept() == 10u)); // the minute may have turned
    BOOST_TEST(counted() + static_cast<int>(kept()) == 40);
    // The worker leaves them out by itself: a flood is no flood for PostgreSQL.
    const std::string text = bounded.served().metrics_text();
    const std::string left_out = "\nkidevent_audit_attempts_left_out_total ";
    const auto at = text.find(left_out);
    BOOST_REQUIRE(at != std::string::npos);
    BOOST_TEST(std::stod(text.substr(at + left_out.size())) == counted());
    audit::set_denied_per_minute_max(60);
}

BOOST_AUTO_TEST_CASE(a_failed_sign_in_is_in_the_log_and_says_of_whom_when_it_is_somebody) {
    const auto try_as = [&](const std::string& email) {
        api.post(anonymous_at("alpha"), "/api/v1/logins", {{"email", email}, {"password", "wrong password"}});
    };
    try_as("staff@alpha.example");
    try_as("nobody@alpha.example");
    BOOST_TEST(entries("action = 'login.failed'")
                   == (std::vector<std::string>{"anonymous login.failed accounts/" + alpha.staff.id,
                                                "anonymous login.failed "}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(filters_and_pages) {
    const auto made = add_event(alpha.staff, "Camp");
    api.put(alpha.staff, "/api/v1/events/" + made.event + "/cancellation");
    const auto ids = [&](const std::string& query) {
        std::vector<std::string> actions;
        const auto got = api.get(alpha.owner, "/api/v1/audit" + query);
        for (const auto& each : got.body.at("data").as_array())
            actions.emplace_back(std::string_view{each.at("action").as_string()});
        return actions;
    };
    const std::string of_event = "subject=events/" + made.event;
    BOOST_TEST(ids("?" + of_event)
                   == (std::vector<std::string>{"event.cancelled", "event.published", "event.created"}),
               boost::test_tools::per_element());
    BOOST_TEST(ids("?action=event.published&" + of_event).size() == 1u);
    BOOST_TEST(ids("?actor=" + account(alpha.staff) + "&" + of_event).size() == 3u);
    BOOST_TEST(ids("?actor=" + account(alpha.owner) + "&" + of_event).empty());
    BOOST_TEST(ids("?from=2090-01-01T00:00:00Z").empty());
    BOOST_TEST(ids("?to=2020-01-01T00:00:00Z").empty());
    BOOST_TEST(ids("?from=2020-01-01T00:00:00Z&to=2090-01-01T00:00:00Z&" + of_event).size() == 3u);
    std::vector<std::string> paged;
    std::string query = "?limit=1&" + of_event;
    for (int i = 0; i < 10; ++i) {
        const auto page = api.get(alpha.owner, "/api/v1/audit" + query);
        for (const auto& each : page.body.at("data").as_array())
            paged.emplace_back(std::string_view{each.at("action").as_string()});
        const auto& next = page.body.at("page").at("next");
        if (!next.is_string()) break;
        query = "?limit=1&" + of_event + "&cursor=" + std::string{std::string_view{next.as_string()}};
    }
    BOOST_TEST(paged == (std::vector<std::string>{"event.cancelled", "event.published", "event.created"}),
               boost::test_tools::per_element());
    for (const char* const bad : {"?action=event.creates", "?from=yesterday", "?from=2026-07-01", "?limit=0"})
        BOOST_TEST(api.get(alpha.owner, std::string{"/api/v1/audit"} + bad).status == 422, bad);
    // A cursor is good for its own list.
    const auto page = api.get(alpha.owner, "/api/v1/audit?limit=1&" + of_event);
    const std::string cursor{std::string_view{page.body.at("page").at("next").as_string()}};
    BOOST_TEST(api.get(alpha.owner, "/api/v1/audit?limit=1&cursor=" + cursor).status == 400);
}

BOOST_AUTO_TEST_CASE(owners_alone_read_it_and_their_own_only) {
    add_event(beta.staff, "Beta's");
    for (const person* each : {&alpha.staff, &manager, &limited, &alpha.first.guardian})
        BOOST_TEST(api.get(*each, "/api/v1/audit").status == 403);
    BOOST_TEST(api.get(key, "/api/v1/audit").status == 200);
    BOOST_TEST(read("?limit=100").find(beta.staff.id) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_operators_do_to_an_organisation_is_in_its_log) {
    const std::string slug = fresh_tenant();
    const std::string id = superuser.value("select id from tenancy.tenants where slug = $1", {slug});
    api.put(admin, "/api/v1/tenants/" + slug + "/suspension", {{"reason", "unpaid"}});
    api.remove(admin, "/api/v1/tenants/" + slug + "/suspension");
    std::vector<std::string> found;
    for (const auto& row : superuser.rows("select action || ' ' || left(actor, 6) from platform.audit_entries"
                                          " where tenant_id = $1 order by happened_at, id",
                                          {id}))
        found.push_back(row[0].value());
    BOOST_TEST(found
                   == (std::vector<std::string>{"tenant.created admin/", "tenant.suspended admin/",
                                                "tenant.resumed admin/"}),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(background_work_seals_what_was_written) {
    add_event(alpha.staff, "Camp");
    api.served().parts().start_background();
    const auto unsealed = [&] {
        return superuser.value("select count(*) from platform.audit_entries where sequence is null");
    };
    for (int i = 0; i < 500 && unsealed() != "0"; ++i)
        api.run_for(std::chrono::milliseconds{10});
    BOOST_TEST(unsealed() == "0");
    const auto page = api.get(alpha.owner, "/api/v1/audit?action=event.created");
    BOOST_TEST(page.body.at("data").at(0).at("sequence").is_int64());
    BOOST_TEST(page.body.at("data").at(0).at("hash").is_string());
    BOOST_TEST(superuser.value("select count(*) from platform.audit_chains where signature is null") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
