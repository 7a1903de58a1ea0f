#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

const std::string sessions_path = "/api/v1/support-sessions";

class with_support : public two_organisations {
public:
    answer open(const std::string& slug, int minutes = 30, const std::string& reason = "Ticket 4711") {
        return api.post(admin, "/api/v1/tenants/" + slug + "/support-sessions",
                        {{"reason", reason}, {"minutes", minutes}});
    }

    answer exchange(const std::string& slug, const std::string& code) {
        return api.post(anonymous_at(slug), "/api/v1/support-logins", {{"code", code}});
    }

    // Opens and enters a session.
    person enter(const std::string& slug) {
        const auto entered = exchange(slug, open(slug).member("code"));
        BOOST_REQUIRE(entered.status == 201);
        const std::string cookie = entered.header_value("Set-Cookie");
        const auto begin = cookie.find('=') + 1;
        person who = anonymous_at(slug);
        who.token = cookie.substr(begin, cookie.find(';') - begin);
        who.id = entered.member("id");
        return who;
    }

    std::string entries(const std::string& action) {
        return superuser.value(
            "select count(*) from platform.audit_entries where tenant_id = $1 and action = $2",
            {alpha.id, action});
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_support_access, with_support)

BOOST_AUTO_TEST_CASE(an_admin_opens_a_session_with_a_reason_and_a_length) {
    const auto opened = open("alpha", 45);
    BOOST_REQUIRE(opened.status == 201);
    BOOST_TEST(opened.header_value("Cache-Control") == "no-store");
    BOOST_TEST(opened.member("origin") == "https://alpha." + base_domain);
    BOOST_TEST(
        superuser.value("select round(extract(epoch from until - opened_at) / 60) from support_sessions")
        == "45");
    BOOST_TEST(superuser.value("select count(*) from support_sessions s where s::text like '%"
                               + opened.member("code") + "%'")
               == "0");
    BOOST_TEST(open("alpha", 45, "  ").faults() == "/reason too_short");
    BOOST_TEST(open("alpha", 241).faults() == "/minutes out_of_range");
    BOOST_TEST(open("alpha", 0).status == 422);
    BOOST_TEST(open("nobody").status == 404);
    BOOST_TEST(open("gamma").status == 403);
    BOOST_TEST(entries("support_session.opened") == "1");
}

BOOST_AUTO_TEST_CASE(nobody_but_an_admin_opens_one) {
    const json::value wanted{{"reason", "x"}, {"minutes", 5}};
    for (const person& who : {anonymous_at("admin"), sent_to(alpha.owner, "admin")})
        BOOST_TEST(api.post(who, "/api/v1/tenants/alpha/support-sessions", wanted).status == 401);
    BOOST_TEST(api.post(alpha.owner, "/api/v1/tenants/alpha/support-sessions", wanted).status == 404);
}

BOOST_AUTO_TEST_CASE(the_code_is_exchanged_once_at_its_own_organisation_and_soon) {
    const std::string code = open("alpha").member("code");
    const auto elsewhere = exchange("beta", code);
    BOOST_TEST(elsewhere.status == 401);
    BOOST_TEST(elsewhere.comparable() == exchange("beta", "no-such-code").comparable());
    const auto entered = exchange("alpha", code);
    BOOST_TEST(entered.status == 201);
    const std::string cookie = entered.header_value("Set-Cookie");
    BOOST_TEST(cookie.starts_with("__Host-kidevent=support_"));
    const int seconds = std::stoi(cookie.substr(cookie.find("Max-Age=") + 8));
    BOOST_TEST(seconds <= 30 * 60);
    BOOST_TEST(seconds > 29 * 60);
    BOOST_TEST(exchange("alpha", code).status == 401);

    const std::string late = open("alpha").member("code");
    superuser.execute("update support_sessions set code_until = now()");
    BOOST_TEST(exchange("alpha", late).status == 401);
    BOOST_TEST(entries("support_session.entered") == "1");
}

BOOST_AUTO_TEST_CASE(support_sees_what_staff_sees_and_changes_nothing) {
    const person support = enter("alpha");
    BOOST_TEST(api.get(support, "/api/v1/managed-events").status == 200);
    BOOST_TEST(api.get(support, "/api/v1/sessions/" + alpha.session + "/roster").status == 200);
    const json::value title{{"title", "Defaced"}};
    BOOST_TEST(api.patch(support, "/api/v1/events/" + alpha.event, 1, title).status == 403);
    BOOST_TEST(api.put(support, "/api/v1/events/" + alpha.draft + "/publication").status == 403);
    BOOST_TEST(api.put(support, "/api/v1/registrations/" + alpha.first.registration + "/cancellation").status
               == 403);
    BOOST_TEST(api.get(support, sessions_path).status == 403);
    BOOST_TEST(api.get(support, "/api/v1/api-keys").status == 403);
    BOOST_TEST(api.get(support, "/api/v1/children").status == 403);
    // It has no account there.
    BOOST_TEST(api.get(support, "/api/v1/accounts/me").status == 403);
    BOOST_TEST(api.post(support, "/api/v1/accounts/me/second-factor", json::object{}).status == 403);
}

BOOST_AUTO_TEST_CASE(each_request_under_a_session_stands_in_the_audit_log_as_the_admins) {
    const person support = enter("alpha");
    api.get(support, "/api/v1/managed-events");
    api.get(support, "/api/v1/managed-events/" + alpha.draft);
    BOOST_TEST(entries("support_request.made") == "2");
    BOOST_TEST(superuser.value("select count(distinct actor) from platform.audit_entries"
                               " where action = 'support_request.made' and role = 'support' and actor ="
                               " 'support/' || (select id from platform.admins)")
               == "1");
    BOOST_TEST(superuser.value("select details->>'operation' from platform.audit_entries"
                               " where action = 'support_request.made' order by happened_at desc limit 1")
               == "getManagedEvent");
    // What is refused is written as refused.
    api.put(support, "/api/v1/events/" + alpha.draft + "/publication");
    BOOST_TEST(entries("support_request.made") == "2");
}

BOOST_AUTO_TEST_CASE(a_session_is_worth_nothing_elsewhere) {
    const person support = enter("alpha");
    BOOST_TEST(api.get(sent_to(support, "beta"), "/api/v1/managed-events").status == 401);
    BOOST_TEST(api.get(sent_to(support, "admin"), "/api/v1/tenants").status == 401);
    // Nor does a login become one of support by its name.
    person forged = alpha.staff;
    forged.token = "support_" + forged.token;
    BOOST_TEST(api.get(forged, "/api/v1/managed-events").status == 401);
    BOOST_TEST(api.get(sent_to(admin, "alpha"), "/api/v1/managed-events").status == 401);
}

BOOST_AUTO_TEST_CASE(the_owner_sees_who_was_there_and_ends_it_at_once) {
    const person support = enter("alpha");
    BOOST_TEST(api.get(support, "/api/v1/managed-events").status == 200);
    const auto listed = api.get(alpha.owner, sessions_path);
    BOOST_REQUIRE(listed.status == 200);
    const auto& seen = listed.body.at("data").at(0).as_object();
    BOOST_TEST(std::string_view{seen.at("admin_email").as_string()} == admin.email);
    BOOST_TEST(std::string_view{seen.at("reason").as_string()} == "Ticket 4711");
    BOOST_TEST(!seen.at("entered_at").is_null());
    BOOST_TEST(seen.at("ended_at").is_null());
    BOOST_TEST(api.get(alpha.staff, sessions_path).status == 403);
    BOOST_TEST(api.get(beta.owner, sessions_path).body.at("data").as_array().empty());

    const std::string end = sessions_path + "/" + support.id + "/end";
    BOOST_TEST(api.put(alpha.staff, end).status == 403);
    BOOST_TEST(api.put(beta.owner, end).status == 404);
    BOOST_TEST(api.put(alpha.owner, end).status == 204);
    BOOST_TEST(api.get(support, "/api/v1/managed-events").status == 401);
    BOOST_TEST(api.put(alpha.owner, end).status == 204);
    BOOST_TEST(entries("support_session.ended") == "1");
    const auto after = api.get(alpha.owner, sessions_path);
    BOOST_TEST(std::string_view{after.body.at("data").at(0).at("ended_by").as_string()}
               == "account/" + alpha.owner.id);
}

BOOST_AUTO_TEST_CASE(an_ended_session_cannot_be_entered) {
    const auto opened = open("alpha");
    BOOST_TEST(api.put(alpha.owner, sessions_path + "/" + opened.member("id") + "/end").status == 204);
    BOOST_TEST(exchange("alpha", opened.member("code")).status == 401);
}

BOOST_AUTO_TEST_CASE(a_session_ends_on_time_and_with_the_admins_sign_out) {
    const person support = enter("alpha");
    superuser.execute("update support_sessions set until = now()");
    api_client later{with};
    BOOST_TEST(later.send(make_request("GET", support, "/api/v1/managed-events")).status == 401);

    const person leaving = enter("alpha");
    BOOST_TEST(api.get(leaving, "/api/v1/managed-events").status == 200);
    BOOST_TEST(api.remove(leaving, "/api/v1/logins/current").status == 204);
    BOOST_TEST(api.get(leaving, "/api/v1/managed-events").status == 401);
    BOOST_TEST(entries("support_session.ended") == "1");
}

BOOST_AUTO_TEST_CASE(what_is_remembered_of_a_session_ends_with_it) {
    const auto opened = open("alpha");
    superuser.execute("update support_sessions set until = now() + interval '1 second'");
    const auto entered = exchange("alpha", opened.member("code"));
    BOOST_REQUIRE(entered.status == 201);
    const std::string cookie = entered.header_value("Set-Cookie");
    person support = anonymous_at("alpha");
    support.token = cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1);
    api.get(support, "/api/v1/managed-events"); // remembered for less than a second
    while (superuser.value("select until > clock_timestamp() from support_sessions") == "t")
        api.run_for(std::chrono::milliseconds{50});
    BOOST_TEST(api.get(support, "/api/v1/managed-events").status == 401);
}

BOOST_AUTO_TEST_SUITE_END()
