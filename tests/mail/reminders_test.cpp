// Reminders and digests, on a clock that the tests set, over a real mail server.

#include "mail/notified_organisations.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

struct reminded : notified_organisations {
    // Every household of alpha takes part in alpha.session, which begins in 30 days at 9:00 UTC.
    answer put_rules(const std::string& quiet_from, const std::string& quiet_until, json::array reminders) {
        return api.put(alpha.staff, "/api/v1/notification-rules",
                       {{"reminders", std::move(reminders)},
                        {"quiet_from", quiet_from},
                        {"quiet_until", quiet_until},
                        {"digest_at", "18:00"},
                        {"reply_to", "office@alpha.example"}});
    }
    answer change_preferences(const person& of, const std::string& change) {
        return api.send(make_request("PATCH", of, "/api/v1/accounts/me/notification-preferences", change));
    }
    json::object reminder(int minutes) { return {{"minutes_before", minutes}, {"channel", "email"}}; }
};

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

BOOST_FIXTURE_TEST_SUITE(mail_reminders, reminded)

BOOST_AUTO_TEST_CASE(a_reminder_comes_at_its_time_once_and_can_be_refused_with_its_link) {
    set_time(alpha.session, 24h + 1min);
    remind();
    BOOST_TEST(server.mails().empty());
    set_time(alpha.session, 24h);
    remind();
    remind();
    BOOST_REQUIRE(server.mails().size() == 2U);
    const auto mails = server.mails();
    const auto& headers = mails.at(0).at("headers").as_object();
    const std::string list{std::string_view{headers.at("list-unsubscribe").as_string()}};
    BOOST_TEST(
        holds(std::string{std::string_view{headers.at("list-unsubscribe-post").as_string()}}, "One-Click"));
    const std::string start = "<https://alpha." + base_domain;
    const auto begin = list.find(start);
    BOOST_REQUIRE(begin != std::string::npos);
    const std::string target = list.substr(begin + start.size(), list.find('>') - begin - start.size());
    // As a mail program does it: no login, no Origin, a form; from the network of whoever.
    const auto refused = api.send({"POST",
                                   target,
                                   "alpha." + base_domain,
                                   "192.0.2.7",
                                   {{"Content-Type", "application/x-www-form-urlencoded"}},
                                   "List-Unsubscribe=One-Click"});
    BOOST_TEST(refused.status == 200);
    superuser.execute("delete from notifications");
    remind();
    BOOST_TEST(server.mails().size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_session_that_moved_is_reminded_of_at_its_new_time_only) {
    set_time(alpha.session, 24h);
    const auto moved = api.patch(alpha.staff, "/api/v1/sessions/" + alpha.session, 1,
                                 {{"starts_at", instant_in_days(33)}, {"ends_at", instant_in_days(34)}});
    BOOST_TEST(moved.status == 200);
    remind();
    BOOST_TEST(server.mails().empty());
    set_time(alpha.session, 23h);
    remind();
    BOOST_TEST(server.mails().size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_is_cancelled_after_it_was_planned_is_not_sent) {
    set_time(alpha.session, 24h);
    BOOST_TEST(plan_reminders() == 2);
    api.put(alpha.first.guardian, "/api/v1/registrations/" + alpha.first.registration + "/cancellation");
    const auto moved = [this] {
        return api.patch(alpha.staff, "/api/v1/sessions/" + alpha.session, 1,
                         {{"starts_at", instant_in_days(33)}, {"ends_at", instant_in_days(34)}});
    };
    BOOST_TEST(moved().status == 200);
    let_jobs_come_due();
    run_jobs();
    BOOST_TEST(server.mails().empty());
    BOOST_TEST(states("session_reminder") == "suppressed suppressed");
}

BOOST_AUTO_TEST_CASE(after_an_outage_only_what_has_not_begun_is_reminded_of) {
    set_time(alpha.session, 1min);
    remind();
    BOOST_TEST(server.mails().size() == 2U);
    superuser.execute("delete from notifications");
    set_time(alpha.session, 0min);
    remind();
    BOOST_TEST(server.mails().size() == 2U);
}

BOOST_AUTO_TEST_CASE(who_registers_after_the_time_of_the_reminder_is_not_reminded) {
    superuser.rows(
        "update registrations set registered_at = (select starts_at - interval '23 hours' from sessions "
        "where id = $1) where id = $2",
        {alpha.session, alpha.first.registration});
    set_time(alpha.session, 22h);
    remind();
    BOOST_TEST(receivers() == "second@alpha.example ");
}

BOOST_AUTO_TEST_CASE(a_reminder_waits_until_the_quiet_time_is_over) {
    // At 9:00 UTC it is 10:00 or 11:00 in Vienna.
    BOOST_TEST(put_rules("06:00", "11:30", {reminder(1440)}).status == 200);
    set_time(alpha.session, 24h);
    remind();
    BOOST_TEST(server.mails().empty());
    BOOST_TEST(states("session_reminder") == "queued queued");
    time.at += 2h;
    let_jobs_come_due();
    run_jobs();
    BOOST_REQUIRE(server.mails().size() == 2U);
    BOOST_TEST(std::string_view{server.mails()[0].at("reply_to").at(0).at("address").as_string()}
               == "office@alpha.example");
}

BOOST_AUTO_TEST_CASE(a_confirmation_waits_for_no_morning) {
    BOOST_TEST(put_rules("00:00", "23:59", {}).status == 200);
    const auto made = add_event(alpha.staff, "Climbing");
    register_child(alpha.first.guardian, alpha.first.child, made.session);
    work();
    BOOST_TEST(server.mails().size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_digest_is_for_who_asked_for_it_once_a_day_and_tells_of_the_next_day) {
    set_time(alpha.session, 24h);
    time.at += 8h; // 18:00 or 19:00 in Vienna
    send_digests();
    BOOST_TEST(server.mails().empty());
    const auto asked =
        change_preferences(alpha.first.guardian,
                           R"({"choices": [{"kind": "daily_digest", "channel": "email", "enabled": true}]})");
    BOOST_TEST(asked.status == 200);
    send_digests();
    send_digests();
    BOOST_TEST(receivers() == "first@alpha.example ");
    // The day before that there is nothing to tell.
    superuser.execute("delete from notifications");
    time.at -= 24h;
    send_digests();
    BOOST_TEST(server.mails().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
