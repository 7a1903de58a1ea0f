// From a request to the link that arrives, over a real mail server.

#include "http/form_link.hpp"
#include "mail/notified_organisations.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

struct account_mails : notified_organisations {
    account_mails() {
        with.mail = plain_settings(server.port());
        site.emplace(with);
    }
    // The mails to an address, in order.
    std::vector<json::object> mails_to(const std::string& email) const {
        std::vector<json::object> found;
        for (const auto& each : server.mails())
            if (each.at("receivers").as_array().at(0) == json::value(email)) found.push_back(each);
        return found;
    }
    json::object last_to(const std::string& email) const {
        const auto found = mails_to(email);
        BOOST_REQUIRE(!found.empty());
        return found.back();
    }
    static std::string member(const json::object& of, const char* name) {
        return std::string{std::string_view{of.at(name).as_string()}};
    }
    // What stands in the text part; the HTML part must lead to the same place.
    std::string link_in(const json::object& mail) const {
        const std::string link = first_link(member(mail, "text"));
        BOOST_TEST(member(mail, "html").find("href=\"" + link + "\"") != std::string::npos);
        return link;
    }
    answer follow(const std::string& link, const std::string& fields) {
        return site->send(form_of_link(anonymous_at("alpha"), link, fields));
    }
    answer reset(const std::string& email, const std::vector<header>& headers = {}) {
        return site->post(anonymous_at("alpha"), "/api/v1/password-resets", {{"email", email}}, headers);
    }
    std::string states() {
        return superuser.value("select coalesce(string_agg(state, ' ' order by id), '') from account_mails");
    }

    const std::string origin = "https://alpha.kidevent.test";
    std::optional<api_client> site;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(mail_accounts, account_mails)

BOOST_AUTO_TEST_CASE(a_forgotten_password_is_chosen_anew_by_the_link_in_the_mail) {
    BOOST_TEST(reset("first@alpha.example").status == 202);
    BOOST_TEST(reset("nobody@alpha.example").status == 202);
    run_jobs();
    BOOST_REQUIRE(server.mails().size() == 1U);
    const auto mail = last_to("first@alpha.example");
    BOOST_TEST(member(mail, "subject") == "Choose a new password");
    const std::string link = link_in(mail);
    BOOST_TEST(link.starts_with(origin + "/api/v1/account-link?token="));
    BOOST_TEST(states() == "sent");
    BOOST_TEST(follow(link, "&password=seven+purple+walruses").status == 200);
    BOOST_TEST(follow(link, "&password=seven+purple+walruses").status == 404);
    run_jobs();
    // A notice without a link.
    const auto notice = last_to("first@alpha.example");
    BOOST_TEST(member(notice, "subject") == "Your password was changed");
    BOOST_TEST(member(notice, "text").find("token=") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_link_leads_to_the_organisation_whatever_the_request_called_itself) {
    for (const std::vector<header>& poisoned :
         {std::vector<header>{{"X-Forwarded-Host", "evil.example"}, {"Forwarded", "host=evil.example"}},
          std::vector<header>{{"X-Host", "evil.example"}, {"X-Original-URL", "https://evil.example/"}}}) {
        BOOST_TEST(reset("first@alpha.example", poisoned).status == 202);
        run_jobs();
        BOOST_TEST(link_in(last_to("first@alpha.example")).starts_with(origin + "/"));
    }
    // With a port, in another case, or another host altogether.
    person elsewhere = anonymous_at("alpha");
    for (const char* const host : {"ALPHA.kidevent.test:8443", "alpha.kidevent.test."}) {
        elsewhere.host = host;
        const auto sent = make_request("POST", elsewhere, "/api/v1/password-resets",
                                       json::serialize(json::object{{"email", "first@alpha.example"}}),
                                       {{"Origin", origin}});
        site->send(sent);
        run_jobs();
        BOOST_TEST(link_in(last_to("first@alpha.example")).starts_with(origin + "/"));
    }
    elsewhere.host = "evil.example";
    const auto refused =
        site->send(make_request("POST", elsewhere, "/api/v1/password-resets",
                                "{\"email\": \"first@alpha.example\"}", {{"Origin", origin}}));
    BOOST_TEST(refused.status == 421);
}

BOOST_AUTO_TEST_CASE(who_signs_up_is_sent_a_link_that_verifies_the_address) {
    const auto guardian = site->sign_up("alpha", "new@alpha.example");
    run_jobs();
    const auto mail = last_to("new@alpha.example");
    BOOST_TEST(member(mail, "subject") == "Please confirm your e-mail address");
    BOOST_TEST(follow(link_in(mail), "").status == 200);
    BOOST_TEST(site->get(guardian, "/api/v1/accounts/me").body.at("email_verified").as_bool());
}

BOOST_AUTO_TEST_CASE(another_address_is_confirmed_at_the_new_one_and_told_to_the_old_one) {
    site->post(alpha.first.guardian, "/api/v1/accounts/me/email-change",
               {{"email", "new@alpha.example"}, {"current_password", password_of_all}});
    run_jobs();
    BOOST_TEST(mails_to("first@alpha.example").empty());
    BOOST_TEST(follow(link_in(last_to("new@alpha.example")), "").status == 200);
    run_jobs();
    const auto notice = last_to("first@alpha.example");
    BOOST_TEST(member(notice, "subject") == "Your e-mail address was changed");
    BOOST_TEST(member(notice, "text").find("new@alpha.example") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_invitation_says_who_invites_and_makes_an_account) {
    site->post(alpha.owner, "/api/v1/staff-invitations",
               {{"email", "new@alpha.example"}, {"role", "manager"}});
    run_jobs();
    const auto mail = last_to("new@alpha.example");
    BOOST_TEST(member(mail, "subject") == "Invitation to work with CANARY-alpha");
    BOOST_TEST(member(mail, "text").find("CANARY-alpha owner invites you") != std::string::npos);
    BOOST_TEST(member(mail, "text").find("you have an account") == std::string::npos);
    BOOST_TEST(follow(link_in(mail), "&given_name=N&family_name=N&password=correct+horse+battery").status
               == 200);
    BOOST_TEST(site->get(site->sign_in("alpha", "new@alpha.example"), "/api/v1/accounts/me").member("role")
               == "manager");
}

BOOST_AUTO_TEST_CASE(people_are_written_to_in_their_language) {
    superuser.execute("update accounts set language = 'de-AT' where email = 'first@alpha.example'");
    reset("first@alpha.example");
    run_jobs();
    BOOST_TEST(member(last_to("first@alpha.example"), "subject") == "Neues Passwort wählen");
    site->patch(alpha.first.guardian, "/api/v1/accounts/me", 0, {{"language", "fr"}});
    reset("first@alpha.example");
    run_jobs();
    BOOST_TEST(member(last_to("first@alpha.example"), "subject") == "Choisir un nouveau mot de passe");
}

BOOST_AUTO_TEST_CASE(what_ended_meanwhile_or_comes_back_is_not_sent) {
    reset("first@alpha.example");
    run_jobs();
    reset("first@alpha.example");
    superuser.execute(
        "insert into suppressed_addresses (tenant_id, id, channel, address, reason, suppressed_at) values ('"
        + alpha.id + "', gen_random_uuid(), 'email', 'first@alpha.example', 'bounce', now())");
    run_jobs();
    BOOST_TEST(states() == "sent suppressed");
    const auto id = site->post(alpha.owner, "/api/v1/staff-invitations",
                               {{"email", "new@alpha.example"}, {"role", "staff"}})
                        .member("id");
    site->remove(alpha.owner, "/api/v1/staff-invitations/" + id);
    run_jobs();
    BOOST_TEST(states() == "sent suppressed suppressed");
    BOOST_TEST(server.mails().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_message_waits_for_a_server_that_is_away_with_one_link) {
    reset("first@alpha.example");
    restart_background(1);
    run_jobs();
    BOOST_TEST(states() == "deferred");
    const auto link = superuser.value("select string_agg(id::text, ' ') from account_links");
    restart_background(server.port());
    let_jobs_come_due();
    run_jobs();
    BOOST_TEST(states() == "sent");
    BOOST_TEST(superuser.value("select string_agg(id::text, ' ') from account_links") == link);
    BOOST_TEST(server.mails().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
