// The routes about messages, where the table of routes and the matrix do not say enough.

#include "notifications/unsubscribe.hpp"
#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

const std::string preferences_path = "/api/v1/accounts/me/notification-preferences";

struct notification_routes : two_organisations {
    answer preview(const person& by, const json::value& wanted) {
        return api.post(by, "/api/v1/notification-previews", wanted);
    }
    answer change_preferences(const std::string& body) {
        return api.send(make_request("PATCH", alpha.first.guardian, preferences_path, body));
    }
    std::string token_of(notifications::notification_kind kind) {
        return notifications::make_unsubscribe_token(
            with.http.signing_key, "https://alpha." + base_domain,
            {account_id{*parse_uuid(alpha.first.guardian.id)}, kind});
    }
    // As a mail program sends it.
    answer unsubscribe(const std::string& slug, const std::string& token,
                       const std::string& form = "List-Unsubscribe=One-Click",
                       const std::string& origin = "https://mail.example") {
        return api.send(
            make_request("POST", anonymous_at(slug), "/api/v1/unsubscribe?token=" + token, form,
                         {{"Content-Type", "application/x-www-form-urlencoded"}, {"Origin", origin}}));
    }
    std::string refused_kinds() {
        return superuser.value(
            "select coalesce(string_agg(kind || ' ' || channel || ' ' || enabled, ','), '') "
            "from notification_preferences");
    }
    json::value rules(const std::string& quiet_from) {
        return {{"reminders", json::array{json::object{{"minutes_before", 90}, {"channel", "sms"}}}},
                {"quiet_from", quiet_from},
                {"quiet_until", "06:00"},
                {"digest_at", "17:15"},
                {"reply_to", "office@alpha.example"}};
    }
};

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_notifications, notification_routes)

BOOST_AUTO_TEST_CASE(rules_are_the_settings_until_an_organisation_chooses) {
    const auto before = api.get(alpha.staff, "/api/v1/notification-rules");
    BOOST_TEST(before.member("quiet_from") == "21:00");
    BOOST_TEST(before.body.at("reminders").at(0).at("minutes_before").as_int64() == 1440);
    const auto chosen = api.put(alpha.staff, "/api/v1/notification-rules", rules("22:30"));
    BOOST_TEST(chosen.status == 200);
    BOOST_TEST(json::serialize(chosen.body) == json::serialize(rules("22:30")));
    BOOST_TEST(api.get(alpha.owner, "/api/v1/notification-rules").text == chosen.text);
    BOOST_TEST(api.get(beta.staff, "/api/v1/notification-rules").text == before.text);
    BOOST_TEST(api.put(alpha.staff, "/api/v1/notification-rules", rules("25:00")).faults()
               == "/quiet_from bad_format");
}

BOOST_AUTO_TEST_CASE(a_preview_says_what_would_be_sent_and_sends_nothing) {
    const auto cancelled = preview(alpha.staff, {{"kind", "event_cancelled"}, {"subject_id", alpha.event}});
    BOOST_TEST(cancelled.status == 200);
    BOOST_TEST(holds(cancelled.member("subject"), "CANARY-alpha Summer"));
    BOOST_TEST(holds(cancelled.member("html"), "<html lang="));
    const auto french = preview(
        alpha.staff, {{"kind", "session_reminder"}, {"subject_id", alpha.session}, {"locale", "fr-CH"}});
    BOOST_TEST(holds(french.member("text"), "Bonjour"));
    // Nobody takes part in it yet.
    BOOST_TEST(preview(alpha.staff, {{"kind", "session_changed"}, {"subject_id", alpha.draft_session}}).status
               == 200);
    const auto welcome = preview(alpha.staff, {{"kind", "account_created"}});
    BOOST_TEST(welcome.status == 200);
    BOOST_TEST(superuser.value("select count(*) from notifications") == "0");
    BOOST_TEST(superuser.value("select count(*) from platform.jobs") == "0");
}

BOOST_AUTO_TEST_CASE(a_preview_is_of_ones_own_organisation_only) {
    for (const char* kind : {"event_cancelled", "session_reminder", "registration_confirmed", "daily_digest"})
        for (const std::string& id : {beta.event, beta.session, beta.first.registration,
                                      beta.first.guardian.household, alpha.first.child})
            BOOST_TEST(preview(alpha.staff, {{"kind", kind}, {"subject_id", id}}).status == 404, kind);
    BOOST_TEST(preview(alpha.staff, {{"kind", "event_cancelled"}}).faults() == "/subject_id required");
    BOOST_TEST(preview(alpha.staff, {{"kind", "daily_digest"},
                                     {"channel", "sms"},
                                     {"subject_id", alpha.first.guardian.household}})
                   .faults()
               == "/channel not_allowed");
}

BOOST_AUTO_TEST_CASE(an_account_chooses_what_can_be_chosen) {
    const auto before = api.get(alpha.first.guardian, preferences_path);
    BOOST_TEST(before.body.at("locale").is_null());
    BOOST_TEST(before.body.at("choices").as_array().size() == 6U);
    const auto changed =
        change_preferences(R"({"locale": "de", "phone": "+4312345678", "choices": [)"
                           R"({"kind": "session_reminder", "channel": "email", "enabled": false}]})");
    BOOST_TEST(changed.status == 200);
    BOOST_TEST(changed.member("phone") == "+4312345678");
    BOOST_TEST(refused_kinds() == "session_reminder email false");
    const auto taken_away = change_preferences(R"({"phone": null})");
    BOOST_TEST(taken_away.body.at("phone").is_null());
    BOOST_TEST(taken_away.member("locale") == "de");
    BOOST_TEST(change_preferences(R"({"phone": "0123456789"})").faults() == "/phone bad_format");
    BOOST_TEST(change_preferences(R"({"locale": "d!"})").faults() == "/locale bad_format");
    const auto must_hear = change_preferences(
        R"({"choices": [{"kind": "registration_confirmed", "channel": "email", "enabled": false}]})");
    BOOST_TEST(must_hear.faults() == "/choices/0 not_allowed");
    BOOST_TEST(api.get(alpha.second.guardian, preferences_path).text == before.text);
}

BOOST_AUTO_TEST_CASE(one_click_switches_one_kind_off_from_anywhere) {
    const std::string token = token_of(notifications::notification_kind::session_reminder);
    const auto page = api.get(anonymous_at("alpha"), "/api/v1/unsubscribe?token=" + token);
    BOOST_TEST(page.status == 200);
    BOOST_TEST(holds(page.text, "<form method=\"post\" action=\"/api/v1/unsubscribe?token=" + token));
    BOOST_TEST(holds(page.header_value("Content-Security-Policy"), "form-action 'self'"));
    BOOST_TEST(refused_kinds() == "");
    BOOST_TEST(unsubscribe("alpha", token).status == 200);
    BOOST_TEST(unsubscribe("alpha", token, "List-Unsubscribe=One-Click", "null").status == 200);
    BOOST_TEST(refused_kinds() == "session_reminder email false");
}

BOOST_AUTO_TEST_CASE(a_link_is_good_for_its_organisation_and_in_its_form_only) {
    const std::string token = token_of(notifications::notification_kind::session_reminder);
    BOOST_TEST(unsubscribe("beta", token).status == 404);
    BOOST_TEST(unsubscribe("alpha", token + "A").status == 404);
    BOOST_TEST(unsubscribe("alpha", token_of(notifications::notification_kind::event_cancelled)).status
               == 404);
    BOOST_TEST(unsubscribe("alpha", token, "List-Unsubscribe=Maybe").status == 422);
    BOOST_TEST(unsubscribe("alpha", token, "a=b").status == 422);
    const auto as_json = make_request("POST", anonymous_at("alpha"), "/api/v1/unsubscribe?token=" + token,
                                      R"({"List-Unsubscribe": "One-Click"})");
    BOOST_TEST(api.send(as_json).status == 415);
    BOOST_TEST(refused_kinds() == "");
    // No other route is open to other origins.
    const auto elsewhere = make_request("PATCH", alpha.first.guardian, preferences_path,
                                        R"({"locale": "fr"})", {{"Origin", "https://mail.example"}});
    BOOST_TEST(api.send(elsewhere).code() == "cross_site_request");
}

BOOST_AUTO_TEST_CASE(the_log_is_listed_by_state_and_account) {
    for (int i = 0; i < 3; ++i)
        superuser.rows("insert into notifications (tenant_id, id, account_id, kind, channel, subject_id, "
                       "about, dedupe_key, "
                       "state, scheduled_for, first_due_at) values ($1, $2, $3, 'account_created', 'email', "
                       "$3, now(), $2::uuid::text, "
                       "$4, now(), now())",
                       {alpha.id, to_string(make_uuid()),
                        i == 0 ? alpha.second.guardian.id : alpha.first.guardian.id,
                        i == 2 ? "failed" : "sent"});
    const auto count = [this](const std::string& query) {
        return api.get(alpha.staff, "/api/v1/notifications" + query).body.at("data").as_array().size();
    };
    BOOST_TEST(count("") == 3U);
    BOOST_TEST(count("?state=failed") == 1U);
    BOOST_TEST(count("?account_id=" + alpha.first.guardian.id) == 2U);
    BOOST_TEST(count("?state=sent&account_id=" + alpha.first.guardian.id) == 1U);
    const auto page = api.get(alpha.staff, "/api/v1/notifications?limit=2");
    const std::string next{std::string_view{page.body.at("page").at("next").as_string()}};
    BOOST_TEST(count("?limit=2&cursor=" + next) == 1U);
    BOOST_TEST(api.get(alpha.staff, "/api/v1/notifications?limit=2&state=sent&cursor=" + next).code()
               == "invalid_cursor");
    BOOST_TEST(api.get(beta.staff, "/api/v1/notifications").body.at("data").as_array().empty());
}

BOOST_AUTO_TEST_SUITE_END()
