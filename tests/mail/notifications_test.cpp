// From a request to the mail that arrives, over a real mail server.

#include "mail/notified_organisations.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

struct notified : notified_organisations {
    std::string text_of(std::size_t mail) const {
        return std::string{std::string_view{server.mails().at(mail).at("text").as_string()}};
    }
    std::string html_of(std::size_t mail) const {
        return std::string{std::string_view{server.mails().at(mail).at("html").as_string()}};
    }
    std::string header_of(std::size_t mail, const std::string& name) const {
        const auto headers = server.mails().at(mail).at("headers").as_object();
        const auto* const found = headers.if_contains(name);
        return found ? std::string{std::string_view{found->as_string()}} : "";
    }
    // The household's places in the session of an event of its own, far enough ahead.
    offered register_two(const std::string& title) {
        const auto made = add_event(alpha.staff, title);
        const auto answered =
            api.post(alpha.first.guardian, "/api/v1/registrations",
                     places({{alpha.first.child, made.session}, {alpha.first.sibling, made.session}}));
        BOOST_TEST(answered.status == 201);
        return made;
    }
};

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

BOOST_FIXTURE_TEST_SUITE(mail_notifications, notified)

BOOST_AUTO_TEST_CASE(two_children_of_one_request_are_confirmed_in_one_mail_with_both_parts) {
    const auto made = register_two("Climbing");
    work();
    BOOST_REQUIRE(server.mails().size() == 1U);
    BOOST_TEST(receivers() == "first@alpha.example ");
    BOOST_TEST(subjects()[0] == "Registered: Climbing");
    for (const std::string& part : {text_of(0), html_of(0)}) {
        BOOST_TEST(holds(part, "Climbing"));
        BOOST_TEST(holds(part, "CANARY-alpha"));
        BOOST_TEST(!holds(part, "CANARY-beta"));
        BOOST_TEST(!holds(part, "unsubscribe"));
    }
    BOOST_TEST(header_of(0, "list-unsubscribe") == "");
    BOOST_TEST(states("registration_confirmed") == "sent");
    BOOST_TEST(header_of(0, "message-id")
               == "Message-ID: "
                      + superuser.value("select message_id from notifications where kind = "
                                        "'registration_confirmed'"));
}

BOOST_AUTO_TEST_CASE(places_in_several_sessions_are_confirmed_in_one_mail_that_names_each) {
    const auto one = add_event(alpha.staff, "Climbing");
    const auto other = add_event(alpha.staff, "Kayaks");
    api.post(alpha.first.guardian, "/api/v1/registrations",
             places({{alpha.first.child, one.session}, {alpha.first.sibling, other.session}}));
    work();
    BOOST_REQUIRE(server.mails().size() == 1U);
    for (const std::string& part : {text_of(0), html_of(0)}) {
        BOOST_TEST(holds(part, "Climbing"));
        BOOST_TEST(holds(part, "Kayaks"));
    }
}

BOOST_AUTO_TEST_CASE(a_registration_that_is_refused_sends_nothing) {
    const auto made = add_event(alpha.staff, "Full", {{"capacity", 1}});
    const auto refused =
        api.post(alpha.first.guardian, "/api/v1/registrations",
                 places({{alpha.first.child, made.session}, {alpha.first.sibling, made.session}}));
    BOOST_TEST(refused.status == 409);
    work();
    BOOST_TEST(server.mails().empty());
    BOOST_TEST(superuser.value("select count(*) from notifications") == "0");
}

BOOST_AUTO_TEST_CASE(a_cancelled_registration_is_confirmed_as_well) {
    const auto answered =
        api.put(alpha.first.guardian, "/api/v1/registrations/" + alpha.first.registration + "/cancellation");
    BOOST_TEST(answered.status == 200);
    work();
    BOOST_REQUIRE(server.mails().size() == 1U);
    BOOST_TEST(holds(subjects()[0], "Registration cancelled"));
}

BOOST_AUTO_TEST_CASE(a_cancelled_event_reaches_every_household_once) {
    BOOST_TEST(api.put(alpha.staff, "/api/v1/events/" + alpha.event + "/cancellation").status == 200);
    work();
    BOOST_TEST(receivers().size() == std::string{"first@alpha.example second@alpha.example "}.size());
    BOOST_TEST(holds(receivers(), "first@alpha.example"));
    BOOST_TEST(holds(receivers(), "second@alpha.example"));
}

BOOST_AUTO_TEST_CASE(only_a_session_that_moves_is_news) {
    const std::string path = "/api/v1/sessions/" + alpha.session;
    BOOST_TEST(api.patch(alpha.staff, path, 1, {{"capacity", 50}}).status == 200);
    work();
    BOOST_TEST(server.mails().empty());
    const auto moved = api.patch(alpha.staff, path, 2,
                                 {{"starts_at", instant_in_days(33)}, {"ends_at", instant_in_days(34)}});
    BOOST_TEST(moved.status == 200);
    work();
    BOOST_TEST(server.mails().size() == 2U);
}

BOOST_AUTO_TEST_CASE(events_that_are_delivered_again_send_nothing_again) {
    register_two("Climbing");
    api.put(alpha.staff, "/api/v1/events/" + alpha.event + "/cancellation");
    api.sign_up("alpha", "new@alpha.example");
    work();
    const auto before = server.mails().size();
    BOOST_TEST(before == 4U);
    superuser.execute("update platform.outbox_sinks set position = 0");
    work();
    BOOST_TEST(server.mails().size() == before);
}

BOOST_AUTO_TEST_CASE(a_mail_server_that_is_down_keeps_nobody_from_registering_and_the_mail_comes_later) {
    restart_background(1); // nobody listens there
    register_two("Climbing");
    work();
    BOOST_TEST(states("registration_confirmed") == "deferred");
    BOOST_TEST(server.mails().empty());
    restart_background(server.port());
    let_jobs_come_due();
    work();
    BOOST_TEST(states("registration_confirmed") == "sent");
    BOOST_TEST(server.mails().size() == 1U);
    BOOST_TEST(superuser.value("select attempts from notifications") == "2");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_sent_for_too_long_is_given_up) {
    restart_background(1);
    register_two("Climbing");
    work();
    time.at += 49h;
    restart_background(server.port());
    let_jobs_come_due();
    work();
    BOOST_TEST(states("registration_confirmed") == "failed");
    BOOST_TEST(server.mails().empty());
    BOOST_TEST(superuser.value("select count(*) from platform.jobs where kind = 'send_email'") == "0");
}

BOOST_AUTO_TEST_CASE(who_dies_between_the_servers_yes_and_the_commit_sends_again_under_the_same_id) {
    register_two("Climbing");
    work();
    // As if nothing after the server's answer had been written.
    superuser.execute("update notifications set state = 'queued', message_id = null, sent_at = null");
    const std::string id = superuser.value("select id from notifications");
    superuser.rows(
        "insert into platform.jobs (tenant_id, id, kind, payload, priority, attempts_max, run_at, state) "
        "values ($1, gen_random_uuid(), 'send_email', '{\"notification_id\":\"' || $2 || '\"}', 3, 9, "
        "now(), 'ready')",
        {alpha.id, id});
    run_jobs();
    BOOST_REQUIRE(server.mails().size() == 2U);
    BOOST_TEST(header_of(0, "message-id") == header_of(1, "message-id"));
    BOOST_TEST(holds(header_of(0, "message-id"), id + "@alpha." + base_domain));
}

BOOST_AUTO_TEST_CASE(an_address_that_does_not_exist_gets_nothing_more) {
    const auto gone = api.sign_up("alpha", "rcpt-550@alpha.example");
    work();
    BOOST_TEST(states("account_created") == "failed");
    BOOST_TEST(
        superuser.value("select address || ' ' || reason || ' ' || bounces || ' ' || (suppressed_at is not "
                        "null)::text from suppressed_addresses")
        == "rcpt-550@alpha.example bounce 1 true");
    const std::string child = add_child(gone, born_years_ago(8));
    BOOST_TEST(register_child(gone, child, alpha.later_session).status == 201);
    work();
    BOOST_TEST(states("registration_confirmed") == "suppressed");
    const auto listed = api.get(alpha.staff, "/api/v1/suppressed-addresses");
    const std::string id{std::string_view{listed.body.at("data").at(0).at("id").as_string()}};
    BOOST_TEST(api.remove(alpha.staff, "/api/v1/suppressed-addresses/" + id).status == 204);
    BOOST_TEST(superuser.value("select count(*) from suppressed_addresses") == "0");
}

BOOST_AUTO_TEST_CASE(a_message_is_written_in_the_language_that_its_reader_chose) {
    const auto chosen =
        api.send(make_request("PATCH", alpha.first.guardian, "/api/v1/accounts/me/notification-preferences",
                              R"({"locale": "de-AT"})"));
    BOOST_TEST(chosen.status == 200);
    register_two("Klettern");
    work();
    BOOST_REQUIRE(server.mails().size() == 1U);
    BOOST_TEST(holds(text_of(0), "Guten Tag"));
    BOOST_TEST(holds(html_of(0), "<html lang=\"de\">"));
}

BOOST_AUTO_TEST_SUITE_END()
