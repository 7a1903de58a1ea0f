// Links in messages: forgotten passwords, other addresses, and what an attacker does with links.

#include <boost/test/unit_test.hpp>

#include "http/account_fixture.hpp"

#include <thread>

using namespace kidevent;
using namespace kidevent::tests;
using identity::link_purpose;

namespace {

struct links : account_fixture {
    const std::string first = "first@alpha.example";
    const std::string new_password = "&password=" + form_text(other_password);

    std::string ask_change(const std::string& wanted, const person& by) {
        const auto asked =
            one->post(by, me + "/email-change", {{"email", wanted}, {"current_password", password_of_all}});
        BOOST_TEST(asked.status == 202);
        return token(normal(wanted), link_purpose::email_change);
    }
    static std::string normal(std::string email) {
        for (char& each : email)
            if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
        return email;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_account_links, links)

BOOST_AUTO_TEST_CASE(a_forgotten_password_is_chosen_anew_once_and_everybody_is_out) {
    ask_reset("First@Alpha.Example");
    const std::string link = token(first, link_purpose::password_reset);
    const auto page = look(link);
    BOOST_REQUIRE(page.status == 200);
    BOOST_TEST(page.text.find("type=\"password\"") != std::string::npos);
    BOOST_TEST(page.text.find("autocomplete=\"new-password\"") != std::string::npos);
    BOOST_TEST(page.text.find("<script") == std::string::npos);
    BOOST_TEST(page.header_value("Referrer-Policy") == "no-referrer");
    BOOST_TEST(page.header_value("Cache-Control") == "no-store");
    BOOST_TEST(page.header_value("Content-Security-Policy").find("form-action 'self'") != std::string::npos);
    BOOST_TEST(is_in_at_other(alpha.first.guardian));

    const auto weak = follow(link, "&password=password123");
    BOOST_TEST(weak.status == 422);
    BOOST_TEST(weak.text.find("role=\"alert\"") != std::string::npos);
    BOOST_TEST(weak.text.find("password123") == std::string::npos);
    BOOST_TEST(is_in_at_other(alpha.first.guardian));

    const auto done = follow(link, new_password);
    BOOST_TEST(done.status == 200);
    BOOST_TEST(done.header_value("Set-Cookie").empty());
    BOOST_TEST(!is_in(alpha.first.guardian));
    BOOST_TEST(!is_in_at_other(alpha.first.guardian));
    BOOST_TEST(is_in(alpha.second.guardian));
    BOOST_TEST(try_sign_in(first, password_of_all).status == 401);
    BOOST_TEST(try_sign_in(first, other_password).status == 201);
    BOOST_TEST(audited("account.password_reset") == 1);
    BOOST_TEST(audited("account.password_reset_asked") == 1);
}

BOOST_AUTO_TEST_CASE(a_link_that_was_used_is_too_old_or_was_replaced_does_nothing) {
    const auto used = ask_reset(first);
    BOOST_TEST(follow(used, new_password).status == 200);
    const auto replayed = follow(used, "&password=nine+yellow+submarines");
    BOOST_TEST(replayed.status == 404);
    BOOST_TEST(look(used).status == 404);
    BOOST_TEST(try_sign_in(first, other_password).status == 201);

    const auto old = ask_reset(first);
    superuser.execute(
        "update account_links set expires_at = now() - interval '1 second' where used_at is null");
    BOOST_TEST(follow(old, new_password).status == 404);
    const auto replaced = ask_reset(first);
    const auto latest = ask_reset(first);
    BOOST_TEST(follow(replaced, new_password).status == 404);
    BOOST_TEST(look(latest).status == 200);
    BOOST_TEST(
        superuser.value("select extract(epoch from expires_at - created_at)::int from account_links where "
                        "purpose = 'password_reset' order by id desc limit 1")
        == "3600");
    // A password that was changed meanwhile makes it useless, too.
    const auto here =
        one->post(anonymous_at("alpha"), "/api/v1/logins", {{"email", first}, {"password", other_password}});
    person signed_in = alpha.first.guardian;
    const std::string cookie = here.header_value("Set-Cookie");
    signed_in.token = cookie.substr(cookie.find('=') + 1, 43);
    BOOST_TEST(one->put(signed_in, me + "/password",
                        {{"current_password", other_password}, {"password", "nine yellow submarines"}})
                   .status
               == 204);
    BOOST_TEST(follow(latest, new_password).status == 404);
}

BOOST_AUTO_TEST_CASE(two_who_follow_one_link_at_the_same_time_are_one) {
    const auto link = ask_reset(first);
    auto holder = cluster.superuser(database.name);
    auto watcher = cluster.superuser(database.name);
    holder.execute("begin; update account_links set used_at = now() where used_at is null");
    // The second waits for the first, and finds the link used.
    std::thread commits{[&] {
        while (watcher.value("select count(*) from pg_stat_activity where datname = current_database() and "
                             "wait_event_type = 'Lock'")
               == "0")
            std::this_thread::yield();
        holder.execute("commit");
    }};
    const auto refused = follow(link, new_password);
    commits.join();
    BOOST_TEST(refused.status == 404);
    BOOST_TEST(try_sign_in(first, password_of_all).status == 201);
}

BOOST_AUTO_TEST_CASE(a_link_is_good_for_its_tenant_and_purpose_only) {
    const auto link = ask_reset(first);
    BOOST_TEST(look(link, "beta").status == 404);
    BOOST_TEST(follow(link, new_password, "beta").status == 404);
    // With the purpose of another link, signed for the other tenant, with another key, damaged.
    const auto id = superuser.value("select id from account_links order by id desc limit 1");
    const auto forged = [&](const http_settings& keys, const std::string& tenant, link_purpose what) {
        return identity::make_link_token(keys, tenant_id{parse_uuid(tenant).value()},
                                         {what, identity::link_id{parse_uuid(id).value()}});
    };
    http_settings other_key = with.http;
    other_key.signing_key = std::string(32, 'x');
    BOOST_TEST(forged(with.http, alpha.id, link_purpose::password_reset) == link);
    std::string damaged = link;
    damaged[30] = damaged[30] == 'A' ? 'B' : 'A';
    for (const std::string& each :
         {forged(with.http, alpha.id, link_purpose::email_verification),
          forged(with.http, alpha.id, link_purpose::staff_invitation),
          forged(with.http, beta.id, link_purpose::password_reset),
          forged(other_key, alpha.id, link_purpose::password_reset), damaged, id, std::string{"x"}})
        BOOST_TEST(follow(each, new_password).status == 404, each);
    BOOST_TEST(follow(link + "A", new_password).status == 404);
    BOOST_TEST(follow(link, new_password).status == 200);
}

BOOST_AUTO_TEST_CASE(links_go_on_working_while_the_key_is_changed) {
    const auto link = ask_reset(first);
    with.http.other_signing_keys = {with.http.signing_key};
    with.http.signing_key = std::string(32, 'n');
    restart();
    BOOST_TEST(look(link).status == 200);
    with.http.other_signing_keys.clear();
    restart();
    BOOST_TEST(look(link).status == 404);
}

BOOST_AUTO_TEST_CASE(the_database_holds_no_link) {
    const auto link = ask_reset(first);
    const auto rows = superuser.value("select string_agg(l::text, ' ') from account_links l")
                      + superuser.value("select string_agg(m::text, ' ') from account_mails m")
                      + superuser.value("select coalesce(string_agg(j::text, ' '), '') from platform.jobs j");
    BOOST_TEST(rows.size() > 100U);
    BOOST_TEST(rows.find(link.substr(30)) == std::string::npos);
    BOOST_TEST(superuser.value("select coalesce(string_agg(payload, ' '), '') from platform.jobs").find('@')
               == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_answer_does_not_tell_whether_an_address_has_an_account) {
    const auto ask = [this](const std::string& email) {
        return one->post(anonymous_at("alpha"), "/api/v1/password-resets", {{"email", email}});
    };
    const auto known = ask(first);
    const auto unknown = ask("nobody@alpha.example");
    BOOST_TEST(known.status == 202);
    BOOST_TEST(known.status == unknown.status);
    BOOST_TEST(known.comparable() == unknown.comparable());
    BOOST_TEST(known.headers.size() == unknown.headers.size());
    // Neither does what was done for it, as far as a clock could tell: the same statements in as many trips.
    auto before = one->round_trips();
    ask(first);
    const auto trips = one->round_trips() - before;
    before = one->round_trips();
    ask("somebody@alpha.example");
    BOOST_TEST(one->round_trips() - before == trips);
    run_jobs();
    BOOST_TEST(token("nobody@alpha.example", link_purpose::password_reset) == "");
    BOOST_TEST(superuser.value("select count(*) from account_mails where email <> '" + first + "'") == "0");
}

BOOST_AUTO_TEST_CASE(nobody_can_flood_an_address) {
    with.identity.account_mails_per_hour = 3;
    restart();
    for (int i = 0; i < 6; ++i)
        BOOST_TEST(one->post(anonymous_at("alpha"), "/api/v1/password-resets", {{"email", first}}).status
                   == 202);
    BOOST_TEST(superuser.value("select count(*) from account_mails") == "3");
    superuser.execute("update account_tries set since = now() - interval '61 minutes'");
    one->post(anonymous_at("alpha"), "/api/v1/password-resets", {{"email", first}});
    BOOST_TEST(superuser.value("select count(*) from account_mails") == "4");
}

BOOST_AUTO_TEST_CASE(an_address_is_changed_when_the_new_one_has_confirmed_it) {
    const auto elsewhere = other->sign_in("alpha", first);
    const auto wrong = one->post(alpha.first.guardian, me + "/email-change",
                                 {{"email", "new@alpha.example"}, {"current_password", "not it at all"}});
    BOOST_TEST(wrong.faults() == "/current_password wrong");
    const auto link = ask_change("New@Alpha.Example", alpha.first.guardian);
    BOOST_REQUIRE(link != "");
    BOOST_TEST(one->get(alpha.first.guardian, me).member("email") == first);
    BOOST_TEST(follow(link).status == 200);
    BOOST_TEST(one->get(alpha.first.guardian, me).member("email") == "new@alpha.example");
    BOOST_TEST(!is_in_at_other(elsewhere));
    BOOST_TEST(is_in_at_other(alpha.first.guardian)); // who asked stays
    BOOST_TEST(try_sign_in(first, password_of_all).status == 401);
    BOOST_TEST(try_sign_in("new@alpha.example", password_of_all).status == 201);
    BOOST_TEST(
        superuser.value("select string_agg(purpose || ' ' || email, '; ' order by id) from account_mails")
        == "email_change new@alpha.example; email_changed " + first);
    BOOST_TEST(follow(link).status == 404);
    BOOST_TEST(audited("account.email_changed") == 1);
}

BOOST_AUTO_TEST_CASE(an_address_that_somebody_has_is_asked_for_with_the_same_answer_and_not_given) {
    const auto link = ask_change("second@alpha.example", alpha.first.guardian);
    const auto refused = follow(link);
    BOOST_TEST(refused.status == 409);
    BOOST_TEST(one->get(alpha.first.guardian, me).member("email") == first);
    BOOST_TEST(one->get(alpha.second.guardian, me).member("email") == "second@alpha.example");
    // At another organisation it is free.
    BOOST_TEST(follow(ask_change("first@beta.example", alpha.first.guardian)).status == 200);
}

BOOST_AUTO_TEST_CASE(links_lead_nowhere_once_the_account_is_another_ones_or_disabled) {
    const auto reset = ask_reset(first);
    follow(ask_change("new@alpha.example", alpha.first.guardian));
    BOOST_TEST(follow(reset, new_password).status == 404);
    const auto again = ask_reset("new@alpha.example");
    superuser.execute("update accounts set disabled_at = now() where email = 'new@alpha.example'");
    BOOST_TEST(follow(again, new_password).status == 404);
    BOOST_TEST(ask_reset("new@alpha.example") == again); // no other link is made
}

BOOST_AUTO_TEST_CASE(a_page_of_another_site_can_send_the_form_and_gains_nothing) {
    // It rests on the token; a login that comes along counts for nothing, and none is made.
    const auto link = ask_reset(first);
    std::vector<header> foreign{{"Origin", "https://evil.example"},
                                {"Cookie", "__Host-kidevent=" + alpha.second.guardian.token}};
    const auto done = follow(link, new_password, "alpha", foreign);
    BOOST_TEST(done.status == 200);
    BOOST_TEST(done.header_value("Set-Cookie").empty());
    BOOST_TEST(is_in(alpha.second.guardian));
    BOOST_TEST(try_sign_in(first, other_password).status == 201);
}

BOOST_AUTO_TEST_CASE(what_is_shown_on_a_page_is_shown_and_not_believed) {
    superuser.execute(
        "update accounts set given_name = '<script>alert(1)</script>', email_verified_at = now() where "
        "email = '"
        + first + "'");
    one->post(alpha.first.guardian, "/api/v1/household-invitations", {{"email", "other@alpha.example"}});
    const auto page = look(token("other@alpha.example", link_purpose::household_invitation));
    BOOST_TEST(page.status == 200);
    BOOST_TEST(page.text.find("<script") == std::string::npos);
    BOOST_TEST(page.text.find("&lt;script&gt;") != std::string::npos);
    BOOST_TEST(look("%22%3E%3Cscript%3E").text.find("<script") == std::string::npos);
    superuser.execute("update accounts set language = 'de' where email = '" + first + "'");
    BOOST_TEST(look(ask_reset(first)).text.find("<html lang=\"de\">") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
