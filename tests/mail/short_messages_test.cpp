// SMS and push from the deed to the provider: who gave a number or a token hears of what cannot wait.

#include "mail/notified_organisations.hpp"
#include "support/post_receiver.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;

namespace {

namespace json = boost::json;

struct reached_by_telephone : notified_organisations {
    reached_by_telephone() {
        superuser.execute("update tenancy.tenants set time_zone = 'UTC'");
        keep_quiet(0, 0);
        with_provider(provider);
        want(R"({"phone": "+4366012345678", "push_token": "device:abc"})");
    }
    void with_provider(const post_receiver& to) {
        restart_background(server.port());
        sending.provider.sms_url = to.url("/sms");
        sending.provider.push_url = to.url("/push");
        sending.provider.addresses = "any";
    }
    // From so many hours before now to so many after it; as many of both: never.
    void keep_quiet(int before, int after) {
        const auto in_hours = [this](int hours) {
            const auto at = time.at + std::chrono::hours{hours};
            const auto of_day = at - std::chrono::floor<std::chrono::days>(at);
            char text[8] = {};
            const std::chrono::hh_mm_ss split{std::chrono::floor<std::chrono::minutes>(of_day)};
            std::snprintf(text, sizeof text, "%02d:%02d", static_cast<int>(split.hours().count()),
                          static_cast<int>(split.minutes().count()));
            return std::string{text};
        };
        const auto chosen = api.put(alpha.staff, "/api/v1/notification-rules",
                                    {{"reminders", json::array{}},
                                     {"quiet_from", in_hours(-before)},
                                     {"quiet_until", in_hours(after)},
                                     {"digest_at", "18:00"},
                                     {"reply_to", nullptr}});
        BOOST_REQUIRE(chosen.status == 200);
    }
    void want(const std::string& preferences) {
        const auto chosen = api.send(make_request(
            "PATCH", alpha.first.guardian, "/api/v1/accounts/me/notification-preferences", preferences));
        BOOST_REQUIRE(chosen.status == 200);
    }
    void cancel_event() {
        BOOST_REQUIRE(api.put(alpha.staff, "/api/v1/events/" + alpha.event + "/cancellation").status == 200);
    }
    // Of the messages by telephone, in the order of the channels: "push sent sms sent".
    std::string by_telephone() {
        return superuser.value(
            "select coalesce(string_agg(channel || ' ' || state, ' ' order by channel), '') "
            "from notifications where channel <> 'email'");
    }

    post_receiver provider;
};

json::object body_at(const std::vector<request>& received, const std::string& target) {
    for (const request& each : received)
        if (each.target == target) return json::parse(each.body).as_object();
    return {};
}

std::string text_of(const json::object& from, std::string_view member) {
    const auto* found = from.if_contains(member);
    return found ? std::string{std::string_view{found->as_string()}} : "";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(mail_short_messages, reached_by_telephone)

BOOST_AUTO_TEST_CASE(who_gave_a_number_and_a_token_is_told_of_a_cancelled_event_by_both) {
    cancel_event();
    work();
    BOOST_TEST(by_telephone() == "push sent sms sent");
    const auto received = provider.received();
    BOOST_REQUIRE(received.size() == 2U);
    const auto sms = body_at(received, "/sms");
    BOOST_TEST(text_of(sms, "to") == "+4366012345678");
    BOOST_TEST(text_of(sms, "text").find("Summer") != std::string::npos);
    const auto push = body_at(received, "/push");
    BOOST_TEST(text_of(push, "to") == "device:abc");
    BOOST_TEST(text_of(push, "title").find("Summer") != std::string::npos);
    // And by e-mail, with the other household, which gave no number.
    BOOST_TEST(server.mails().size() == 2U);
    // Delivered again, nobody is told again.
    superuser.execute("update platform.outbox_sinks set position = 0");
    work();
    BOOST_TEST(provider.received().size() == 2U);
}

BOOST_AUTO_TEST_CASE(who_does_not_want_it_by_telephone_is_told_by_mail_alone) {
    want(R"({"choices": [{"kind": "event_cancelled", "channel": "sms", "enabled": false},)"
         R"( {"kind": "event_cancelled", "channel": "push", "enabled": false}]})");
    cancel_event();
    work();
    BOOST_TEST(by_telephone() == "");
    BOOST_TEST(provider.received().empty());
    BOOST_TEST(server.mails().size() == 2U);
}

BOOST_AUTO_TEST_CASE(at_night_the_telephone_keeps_quiet_until_the_morning) {
    keep_quiet(1, 2);
    cancel_event();
    work();
    BOOST_TEST(by_telephone() == "push queued sms queued");
    BOOST_TEST(provider.received().empty());
    BOOST_TEST(server.mails().size() == 2U);
    time.at += std::chrono::hours{3};
    let_jobs_come_due();
    work();
    BOOST_TEST(by_telephone() == "push sent sms sent");
}

BOOST_AUTO_TEST_CASE(a_provider_that_cannot_is_asked_again_under_the_same_id) {
    const post_receiver failing{503};
    with_provider(failing);
    cancel_event();
    work();
    BOOST_TEST(by_telephone() == "push deferred sms deferred");
    with_provider(provider);
    let_jobs_come_due();
    work();
    BOOST_TEST(by_telephone() == "push sent sms sent");
    const auto first = body_at(failing.received(), "/sms");
    BOOST_TEST(text_of(first, "id") == text_of(body_at(provider.received(), "/sms"), "id"));
    BOOST_TEST(text_of(first, "id") != "");
}

BOOST_AUTO_TEST_SUITE_END()
