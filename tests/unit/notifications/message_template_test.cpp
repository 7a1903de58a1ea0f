#include "notifications/message_template.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace kidevent::notifications;
namespace json = boost::json;

namespace {

json::object full_values() {
    return json::parse(R"json({
        "organisation": "Turnverein Nord", "colour": "#aa3300", "logo_url": "https://nord.example/logo.png",
        "reply_to": "buero@nord.example", "unsubscribe_url": "https://nord.example/u/1",
        "guardian_name": "Ida Lund", "event_title": "Klettern & Kajak", "location": "Halle <3",
        "session_starts": "Fr 3. Juli 2026, 15:00", "previous_starts": "Do 2. Juli 2026, 15:00",
        "event_url": "https://nord.example/events/1?a=b&c=d", "home_url": "https://nord.example/",
        "inviter": "Ole Lund", "link_url": "https://nord.example/l/1", "expires": "Fr 10. Juli 2026, 15:00",
        "children": [{"name": "Ada"}, {"name": "Bo"}],
        "registrations": [
            {"event_title": "Klettern", "session_starts": "Fr 15:00", "child": "Ada"},
            {"event_title": "Kajak", "session_starts": "Sa 10:00", "child": "Bo"}]})json")
        .as_object();
}

std::string joined_parts(const rendered_message& made) {
    return made.subject + "\n" + made.text + "\n" + made.html;
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const std::string_view attack = "\"><script>alert('x')</script>{{organisation}}";

// Every text of the values, at every depth, becomes the attack.
void attack_all(json::value& at) {
    if (auto* const object = at.if_object())
        for (auto& member : *object)
            attack_all(member.value());
    else if (auto* const array = at.if_array())
        for (auto& each : *array)
            attack_all(each);
    else
        at = attack;
}

} // namespace

BOOST_AUTO_TEST_SUITE(notifications_templates)

BOOST_AUTO_TEST_CASE(every_message_is_complete_in_every_language) {
    BOOST_TEST(template_locales().size() == 3U);
    BOOST_TEST(template_names().size() == 16U);
    const auto english = [](std::string_view name) { return render(name, "en", full_values()); };
    for (const auto name : template_names())
        for (const auto locale : template_locales()) {
            BOOST_TEST_CONTEXT(name << " in " << locale) {
                const auto made = render(name, locale, full_values());
                const bool is_short = name.ends_with("_short");
                BOOST_TEST(!made.subject.empty());
                BOOST_TEST(!holds(made.subject, "\n"));
                BOOST_TEST(!made.text.empty());
                BOOST_TEST(made.html.empty() == is_short);
                BOOST_TEST(!holds(joined_parts(made), "{{"));
                BOOST_TEST(!holds(joined_parts(made), "}}"));
                BOOST_TEST((locale == "en" || made.text != english(name).text), "it is not translated");
                BOOST_TEST(holds(made.text, "Turnverein Nord"));
                if (is_short) continue;
                BOOST_TEST(holds(made.html, "<html lang=\"" + std::string{locale} + "\">"));
                BOOST_TEST(holds(made.html, "background:#aa3300"));
                BOOST_TEST(holds(made.text, "buero@nord.example"));
                BOOST_TEST(holds(made.text, "https://nord.example/u/1"));
            }
        }
}

BOOST_AUTO_TEST_CASE(what_a_message_is_about_is_in_it) {
    for (const auto name : template_names()) {
        if (name.starts_with("account_") || name == "daily_digest") continue;
        const auto made = render(name, "de", full_values());
        BOOST_TEST(holds(made.subject, "Klettern & Kajak"), name);
        BOOST_TEST(holds(made.text, "Fr 3. Juli 2026, 15:00"), name);
        if (name.ends_with("_short")) continue;
        BOOST_TEST((holds(made.text, "Ada") && holds(made.text, "Bo")), name);
        BOOST_TEST((holds(made.html, ">Ada<") && holds(made.html, ">Bo<")), name);
    }
    BOOST_TEST(render("daily_digest", "de", full_values()).text
               == "Guten Tag Ida Lund,\n\ndas steht demnächst an:\n\n- Fr 15:00: Klettern für Ada\n"
                  "- Sa 10:00: Kajak für Bo\n\nZur Übersicht: https://nord.example/\n\nFreundliche Grüße\n"
                  "Turnverein Nord\n\n-- \nSie erhalten diese E-Mail, weil Sie ein Konto bei Turnverein Nord "
                  "haben.\nFragen? Schreiben Sie an buero@nord.example\nKeine weiteren E-Mails dieser Art: "
                  "https://nord.example/u/1\n");
    BOOST_TEST(
        holds(render("session_changed", "en", full_values()).text,
              "\n\nWhen: Fr 3. Juli 2026, 15:00\nBefore: Do 2. Juli 2026, 15:00\nWhere: Halle <3\nFor: Ada\n"
              "For: Bo\n\nOpen the event: https://nord.example/events/1?a=b&c=d\n\nKind regards\n"));
}

BOOST_AUTO_TEST_CASE(messages_about_accounts_carry_their_link_and_its_end) {
    for (const char* const name :
         {"account_email_verification", "account_password_reset", "account_email_change",
          "account_staff_invitation", "account_household_invitation"})
        for (const auto locale : template_locales())
            BOOST_TEST_CONTEXT(name << " in " << locale) {
                const auto made = render(name, locale, full_values());
                BOOST_TEST(holds(made.text, "https://nord.example/l/1\n"));
                BOOST_TEST(holds(made.html, "href=\"https://nord.example/l/1\""));
                BOOST_TEST(holds(made.text, "Fr 10. Juli 2026, 15:00"));
            }
    for (const char* const name : {"account_password_changed", "account_email_changed"})
        BOOST_TEST(!holds(joined_parts(render(name, "en", full_values())), "https://nord.example/l/1"));
    auto invited = full_values();
    invited["invited"] = true;
    BOOST_TEST(holds(render("account_staff_invitation", "en", full_values()).text, "you have an account"));
    BOOST_TEST(!holds(render("account_staff_invitation", "en", invited).text, "you have an account"));
}

BOOST_AUTO_TEST_CASE(values_are_escaped_in_html_and_never_filled_in_again) {
    for (const auto name : template_names()) {
        json::value values = full_values();
        attack_all(values);
        const auto made = render(name, "en", values.as_object());
        BOOST_TEST(!holds(made.html, "<script"), name);
        BOOST_TEST(!holds(made.html, "\">&lt;script"), name);
        BOOST_TEST(holds(made.text, attack), name);
    }
}

BOOST_AUTO_TEST_CASE(a_colour_and_links_must_be_what_they_are_called) {
    auto values = full_values();
    values["colour"] = "red;background:url(https://elsewhere.example)";
    values["logo_url"] = "javascript:alert(1)";
    values["event_url"] = "javascript:alert(1)";
    const auto made = render("session_reminder", "en", values);
    BOOST_TEST(!holds(joined_parts(made), "elsewhere"));
    BOOST_TEST(!holds(joined_parts(made), "javascript"));
    BOOST_TEST(holds(made.html, "background:#1f4e79"));
}

BOOST_AUTO_TEST_CASE(what_is_missing_leaves_no_hole) {
    const auto made = render(
        "session_reminder", "en",
        {{"organisation", "Nord"}, {"event_title", "Kajak"}, {"session_starts", "Friday"}, {"location", ""}});
    BOOST_TEST(made.text
               == "Hello,\n\n“Kajak” begins soon.\n\nWhen: Friday\n\nKind regards\nNord\n\n-- \nYou receive "
                  "this e-mail because you have an account at Nord.\n");
    BOOST_TEST(!holds(made.html, "<img"));
    BOOST_TEST(!holds(made.html, "href"));
}

BOOST_AUTO_TEST_CASE(a_subject_is_one_line_whatever_is_put_into_it) {
    auto values = full_values();
    values["event_title"] = "Kajak\r\nBcc: all@nord.example";
    BOOST_TEST(render("event_cancelled", "en", values).subject == "Cancelled: Kajak  Bcc: all@nord.example");
}

BOOST_AUTO_TEST_CASE(a_language_falls_back_to_the_one_it_belongs_to_and_then_to_english) {
    BOOST_TEST(best_locale("de-AT") == "de");
    BOOST_TEST(best_locale("DE") == "de");
    BOOST_TEST(best_locale("de_CH") == "de");
    BOOST_TEST(best_locale("fr-CA-x-more") == "fr");
    BOOST_TEST(best_locale("ja") == "en");
    BOOST_TEST(best_locale("") == "en");
    BOOST_TEST(best_locale("deu") == "en");
    BOOST_TEST(render("account_created", "de-AT", full_values()).subject == "Willkommen bei Turnverein Nord");
}

BOOST_AUTO_TEST_CASE(an_unknown_name_is_a_mistake_of_ours) {
    BOOST_CHECK_THROW(render("no_such_message", "en", {}), std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()
