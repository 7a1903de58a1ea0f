// One's own account: profile, password, the browsers one is signed in with, the verified address.

#include <boost/test/unit_test.hpp>

#include "http/account_fixture.hpp"

using namespace kidevent;
using namespace kidevent::tests;
using identity::link_purpose;

namespace {

struct own_account : account_fixture {
    json::value password_change(const std::string& present, const std::string& wanted) {
        return {{"current_password", present}, {"password", wanted}};
    }
    // A guardian who has just signed up, at the worker `one`.
    person fresh(const std::string& email) { return one->sign_up("alpha", email); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_accounts, own_account)

BOOST_AUTO_TEST_CASE(names_and_language_can_be_changed_and_nothing_else) {
    const auto changed =
        one->patch(alpha.first.guardian, me, 0, {{"given_name", "Maja"}, {"language", "fr"}});
    BOOST_REQUIRE(changed.status == 200);
    BOOST_TEST(changed.member("given_name") == "Maja");
    BOOST_TEST(changed.member("family_name") == one->get(alpha.first.guardian, me).member("family_name"));
    BOOST_TEST(changed.member("language") == "fr");
    BOOST_TEST(
        one->patch(alpha.first.guardian, me, 0, {{"language", nullptr}}).body.at("language").is_null());
    BOOST_TEST(one->patch(alpha.first.guardian, me, 0, {{"language", "de_AT!"}}).faults()
               == "/language bad_format");
    for (const char* const member :
         {"role", "tenant_id", "id", "email", "household_id", "email_verified", "events"}) {
        const auto refused =
            one->patch(alpha.first.guardian, me, 0, json::value{{"given_name", "Eve"}, {member, "owner"}});
        BOOST_TEST(refused.status == 422, member);
        BOOST_TEST(refused.faults() == "/" + std::string{member} + " unknown");
    }
    BOOST_TEST(one->get(alpha.first.guardian, me).member("role") == "guardian");
    BOOST_TEST(one->get(alpha.first.guardian, me).member("given_name") == "Maja");
}

BOOST_AUTO_TEST_CASE(signing_up_gives_nobody_a_role) {
    for (const char* const member : {"role", "tenant_id", "household_id", "email_verified"}) {
        json::value body{{"email", "eve@alpha.example"},
                         {"password", password_of_all},
                         {"given_name", "Eve"},
                         {"family_name", "Evil"}};
        body.as_object()[member] = "owner";
        BOOST_TEST(one->post(anonymous_at("alpha"), "/api/v1/accounts", body).status == 422, member);
    }
}

BOOST_AUTO_TEST_CASE(a_password_is_changed_with_the_present_one_and_ends_all_other_logins_everywhere) {
    const auto here = one->sign_in("alpha", "first@alpha.example");
    const auto elsewhere = other->sign_in("alpha", "first@alpha.example");
    BOOST_TEST((is_in(here) && is_in_at_other(elsewhere))); // remembered by both workers from now on
    BOOST_TEST((is_in(elsewhere) && is_in_at_other(here)));
    const auto wrong = one->put(here, me + "/password", password_change("not it at all", other_password));
    BOOST_TEST(wrong.status == 422);
    BOOST_TEST(wrong.faults() == "/current_password wrong");
    BOOST_TEST(is_in(elsewhere));

    BOOST_TEST(one->put(here, me + "/password", password_change(password_of_all, other_password)).status
               == 204);
    BOOST_TEST((is_in(here) && is_in_at_other(here)));
    BOOST_TEST(!is_in(elsewhere));
    BOOST_TEST(!is_in_at_other(elsewhere));
    BOOST_TEST(!is_in_at_other(alpha.first.guardian));
    BOOST_TEST(is_in(alpha.second.guardian));
    BOOST_TEST(try_sign_in("first@alpha.example", password_of_all).status == 401);
    BOOST_TEST(try_sign_in("first@alpha.example", other_password).status == 201);
    BOOST_TEST(audited("account.password_changed") == 1);
    BOOST_TEST(superuser.value("select string_agg(purpose || ' ' || email, '; ') from account_mails")
               == "password_changed first@alpha.example");
}

BOOST_AUTO_TEST_CASE(another_machine_hears_that_logins_ended) {
    with.cache.login_ttl = std::chrono::hours{1};
    restart();
    api_client far{with}; // shares no memory with the others
    const auto here = one->sign_in("alpha", "first@alpha.example");
    const auto elsewhere = one->sign_in("alpha", "first@alpha.example");
    BOOST_REQUIRE(far.get(elsewhere, me).status == 200);
    // One is for the account; the login is remembered, once this machine listens to the others.
    auto trips = far.round_trips();
    for (int i = 0; i < 50 && trips != 1; ++i) {
        far.run_for(std::chrono::milliseconds{20});
        const auto before = far.round_trips();
        BOOST_REQUIRE(far.get(elsewhere, me).status == 200);
        trips = far.round_trips() - before;
    }
    BOOST_TEST(trips == 1U);
    one->put(here, me + "/password", password_change(password_of_all, other_password));
    for (int i = 0; i < 100 && far.get(elsewhere, me).status == 200; ++i)
        far.run_for(std::chrono::milliseconds{20});
    BOOST_TEST(far.get(elsewhere, me).status == 401);
    BOOST_TEST(far.get(here, me).status == 200);
}

BOOST_AUTO_TEST_CASE(passwords_that_attackers_try_first_are_refused_wherever_one_is_chosen) {
    const auto refusal_of = [this](const std::string& wanted) {
        return one->put(alpha.first.guardian, me + "/password", password_change(password_of_all, wanted))
            .faults();
    };
    BOOST_TEST(refusal_of("password123") == "/password too_common");
    BOOST_TEST(refusal_of("QwertyUiop") == "/password too_common");
    BOOST_TEST(refusal_of("first@alpha.example") == "/password too_close");
    BOOST_TEST(refusal_of("CANARY-alpha 2026!") == "/password too_close");
    BOOST_TEST(refusal_of("short") == "/password too_short");
    json::value body{{"email", "nina.nowak@example.org"},
                     {"password", "Nina.Nowak1987"},
                     {"given_name", "Nina"},
                     {"family_name", "Nowak"}};
    BOOST_TEST(one->post(anonymous_at("alpha"), "/api/v1/accounts", body).faults() == "/password too_close");
    body.as_object()["password"] = "1234567890";
    BOOST_TEST(one->post(anonymous_at("alpha"), "/api/v1/accounts", body).faults() == "/password too_common");
    // Long ones, blanks and any character are fine, and nothing is cut off.
    const std::string longest = std::string(63, 'a') + "é 漢字 " + std::string(180, 'b');
    body.as_object()["password"] = longest + "1";
    BOOST_TEST(one->post(anonymous_at("alpha"), "/api/v1/accounts", body).status == 201);
    BOOST_TEST(try_sign_in("nina.nowak@example.org", longest + "2").status == 401);
    BOOST_TEST(try_sign_in("nina.nowak@example.org", longest + "1").status == 201);
}

BOOST_AUTO_TEST_CASE(logins_are_listed_with_what_tells_them_apart_and_can_be_ended) {
    const auto body = json::value{{"email", "first@alpha.example"}, {"password", password_of_all}};
    one->post(
        anonymous_at("alpha"), "/api/v1/logins", body,
        {{"User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0 <script>"}});
    const auto here = one->sign_in("alpha", "first@alpha.example");
    const auto listed = one->get(here, "/api/v1/logins");
    BOOST_REQUIRE(listed.status == 200);
    const auto& logins = listed.body.at("data").as_array();
    BOOST_REQUIRE(logins.size() == 3U);
    std::string firefox;
    int current = 0;
    for (const auto& each : logins) {
        if (each.at("device") == json::value("Firefox on Linux"))
            firefox = std::string{std::string_view{each.at("id").as_string()}};
        if (each.at("is_current").as_bool()) ++current;
        BOOST_TEST(listed.text.find(here.token) == std::string::npos);
    }
    BOOST_TEST(current == 1);
    BOOST_REQUIRE(!firefox.empty());
    // Neither is the id a token, nor does it reach the logins of anybody else.
    person forged = here;
    forged.token = firefox;
    BOOST_TEST(!is_in(forged));
    BOOST_TEST(one->remove(alpha.second.guardian, "/api/v1/logins/" + firefox).status == 404);
    BOOST_TEST(one->remove(beta.first.guardian, "/api/v1/logins/" + firefox).status == 404);
    BOOST_TEST(one->remove(here, "/api/v1/logins/" + firefox).status == 204);
    BOOST_TEST(one->remove(here, "/api/v1/logins/" + firefox).status == 404);
    BOOST_TEST(one->get(here, "/api/v1/logins").body.at("data").as_array().size() == 2U);
    BOOST_TEST(is_in_at_other(alpha.first.guardian));
    BOOST_TEST(one->remove(here, "/api/v1/logins").status == 204);
    BOOST_TEST(is_in(here));
    BOOST_TEST(!is_in_at_other(alpha.first.guardian));
    BOOST_TEST(is_in_at_other(alpha.second.guardian));
}

BOOST_AUTO_TEST_CASE(when_a_login_was_used_is_known_coarsely) {
    const auto seen = [this] {
        return superuser.value(
            "select last_seen_at > now() - interval '1 minute' from logins l where account_id = $1 "
            "order by created_at limit 1",
            {alpha.first.guardian.id});
    };
    superuser.execute("update logins set last_seen_at = now() - interval '50 minutes'");
    BOOST_TEST(is_in(alpha.first.guardian));
    BOOST_TEST(seen() == "f");
    superuser.execute("update logins set last_seen_at = now() - interval '70 minutes'");
    restart();
    BOOST_TEST(is_in(alpha.first.guardian));
    BOOST_TEST(seen() == "t");
}

BOOST_AUTO_TEST_CASE(a_login_of_staff_ends_for_want_of_use_and_that_of_a_guardian_does_not) {
    const auto hours_left = [this](const person& of) {
        return superuser.value("select round(extract(epoch from expires_at - now()) / 3600) from logins "
                               "where account_id = $1",
                               {of.id});
    };
    const person& guardian = alpha.first.guardian;
    for (const person* each : {&alpha.staff, &alpha.owner})
        BOOST_TEST(hours_left(*each) == "12");
    BOOST_TEST(hours_left(guardian) == "336");
    const auto use_shortly_before_the_end = [&] {
        superuser.execute("update logins set last_seen_at = now() - interval '70 minutes', "
                          "expires_at = now() + interval '1 minute'");
        restart();
        BOOST_TEST(is_in(alpha.staff));
        BOOST_TEST(is_in(guardian));
    };
    use_shortly_before_the_end();
    BOOST_TEST(hours_left(alpha.staff) == "12");
    BOOST_TEST(hours_left(guardian) == "0");
    // However often it is used, it does not outlast a login.
    superuser.execute("update logins set created_at = now() - interval '14 days' + interval '2 hours'");
    use_shortly_before_the_end();
    BOOST_TEST(hours_left(alpha.staff) == "2");
    superuser.execute("update logins set expires_at = now() - interval '1 second'");
    restart();
    BOOST_TEST(!is_in(alpha.staff));
}

BOOST_AUTO_TEST_CASE(the_oldest_login_makes_room_for_one_too_many) {
    with.identity.logins_per_account_max = 3;
    restart();
    superuser.execute("update logins set last_seen_at = now() - interval '1 day'");
    const auto second = one->sign_in("alpha", "first@alpha.example");
    const auto third = one->sign_in("alpha", "first@alpha.example");
    BOOST_TEST(superuser.value("select count(*) from logins where account_id = $1", {alpha.first.guardian.id})
               == "3");
    one->sign_in("alpha", "first@alpha.example");
    restart();
    BOOST_TEST(!is_in(alpha.first.guardian));
    BOOST_TEST((is_in(second) && is_in(third)));
    BOOST_TEST(is_in(alpha.second.guardian));
}

BOOST_AUTO_TEST_CASE(an_address_is_verified_by_the_link_that_is_sent_to_it) {
    const auto guardian = fresh("new@alpha.example");
    BOOST_TEST(!one->get(guardian, me).body.at("email_verified").as_bool());
    const auto first = token("new@alpha.example", link_purpose::email_verification);
    BOOST_TEST(one->send(make_request("POST", guardian, me + "/email-verification")).status == 202);
    const auto second = token("new@alpha.example", link_purpose::email_verification);
    BOOST_REQUIRE(first != second);
    BOOST_TEST(follow(first).status == 404); // a later one replaces it
    // Looking changes nothing: programs that look at links in messages do no harm.
    BOOST_TEST(look(second).status == 200);
    BOOST_TEST(look(second).status == 200);
    BOOST_TEST(!one->get(guardian, me).body.at("email_verified").as_bool());
    BOOST_TEST(follow(second).status == 200);
    BOOST_TEST(one->get(guardian, me).body.at("email_verified").as_bool());
    BOOST_TEST(follow(second).status == 404);
    BOOST_TEST(audited("account.email_verified") == 1);
    // Nothing more is sent then.
    BOOST_TEST(one->send(make_request("POST", guardian, me + "/email-verification")).status == 202);
    BOOST_TEST(token("new@alpha.example", link_purpose::email_verification) == second);
}

BOOST_AUTO_TEST_CASE(who_does_not_verify_the_address_in_time_registers_nobody_until_it_is) {
    with.cache.login_ttl = std::chrono::milliseconds{0};
    restart();
    const auto guardian = fresh("new@alpha.example");
    const auto child =
        one->post(guardian, "/api/v1/children",
                  {{"given_name", "Noa"}, {"family_name", "Berg"}, {"birth_date", born_years_ago(8)}});
    BOOST_REQUIRE(child.status == 201);
    const auto attempt = [&] {
        return one->post(guardian, "/api/v1/registrations", places({{child.member("id"), alpha.session}}));
    };
    superuser.execute(
        "update accounts set created_at = now() - interval '8 days' where email = 'new@alpha.example'");
    BOOST_TEST(attempt().code() == "email_not_verified");
    BOOST_TEST(one->get(guardian, "/api/v1/children").status == 200);
    BOOST_TEST(follow(token("new@alpha.example", link_purpose::email_verification)).status == 200);
    BOOST_TEST(attempt().status == 201);
}

BOOST_AUTO_TEST_CASE(where_no_mail_is_sent_nobody_has_to_verify_anything) {
    with.mail.host = "";
    restart();
    const auto guardian = fresh("new@alpha.example");
    superuser.execute(
        "update accounts set created_at = now() - interval '8 days' where email = 'new@alpha.example'");
    const auto child =
        one->post(guardian, "/api/v1/children",
                  {{"given_name", "Noa"}, {"family_name", "Berg"}, {"birth_date", born_years_ago(8)}});
    BOOST_TEST(
        one->post(guardian, "/api/v1/registrations", places({{child.member("id"), alpha.session}})).status
        == 201);
    BOOST_TEST(superuser.value("select count(*) from account_mails") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
