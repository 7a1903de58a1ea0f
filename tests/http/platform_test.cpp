#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

json::value descriptor(const std::string& name) {
    return {{"name", name}, {"owner_email", "owner@delta.example"}};
}

std::string tenant_path(const std::string& slug) { return "/api/v1/tenants/" + slug; }

struct installation : two_organisations {
    answer create(const std::string& slug, json::object more = {}) {
        more["slug"] = slug;
        if (!more.contains("name")) more["name"] = "Delta";
        if (!more.contains("owner_email")) more["owner_email"] = "owner@delta.example";
        return api.post(admin, "/api/v1/tenants", more);
    }
    // Asks the other instance until it answers like that, at most one second long.
    static bool answers_within_a_second(api_client& other, const person& who, int status) {
        const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds{1};
        do {
            if (other.get(who, "/api/v1/organisation").status == status) return true;
            other.run_for(std::chrono::milliseconds{10});
        } while (std::chrono::steady_clock::now() < limit);
        return false;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_platform, installation)

BOOST_AUTO_TEST_CASE(an_organisation_is_created_with_defaults_and_read_back) {
    const auto made = create("delta");
    BOOST_TEST(made.status == 201);
    BOOST_TEST(made.header_value("Location") == tenant_path("delta"));
    BOOST_TEST(made.member("origin") == "https://delta.kidevent.test");
    BOOST_TEST(made.member("time_zone") == "UTC");
    BOOST_TEST(made.member("currency") == "EUR");
    BOOST_TEST(made.body.at("suspension").is_null());
    BOOST_TEST(api.get(admin, tenant_path("delta")).text == made.text);
    const auto profile = api.get(anonymous_at("delta"), "/api/v1/organisation");
    BOOST_TEST(profile.status == 200);
    BOOST_TEST(profile.text.find("owner@") == std::string::npos);
    BOOST_TEST(create("delta").status == 409);
    BOOST_TEST(create("delta").code() == "slug_taken");
    BOOST_TEST(api.get(admin, tenant_path("nobody")).status == 404);
    BOOST_TEST(api.get(admin, tenant_path("DELTA")).status == 404);
}

BOOST_AUTO_TEST_CASE(a_descriptor_can_be_put_again_and_again) {
    const auto first = api.put(admin, tenant_path("delta"), descriptor("Delta"));
    BOOST_TEST(first.status == 201);
    json::value changed = descriptor("Delta Camps");
    changed.as_object()["branding"] = {{"primary_color", "#123456"}};
    changed.as_object()["time_zone"] = "Asia/Tokyo";
    const auto second = api.put(admin, tenant_path("delta"), changed);
    BOOST_TEST(second.status == 200);
    BOOST_TEST(second.member("id") == first.member("id"));
    BOOST_TEST(second.member("name") == "Delta Camps");
    BOOST_TEST(second.body.at("version").as_int64() == 2);
    const auto profile = api.get(anonymous_at("delta"), "/api/v1/organisation");
    BOOST_TEST(profile.member("time_zone") == "Asia/Tokyo");
    BOOST_TEST(profile.body.at("branding").at("primary_color").as_string() == "#123456");
}

BOOST_AUTO_TEST_CASE(names_of_the_installation_and_impossible_values_are_refused) {
    for (const char* slug : {"admin", "www", "api", "static", "mail", "status", "support"}) {
        BOOST_TEST(create(slug).faults() == "/slug not_allowed", slug);
        BOOST_TEST(api.put(admin, tenant_path(slug), descriptor("X")).status == 422, slug);
    }
    for (const char* slug : {"-delta", "delta-", "Delta", "del.ta", "del_ta", "d\xC3\xA9lta", "del ta"})
        BOOST_TEST(create(slug).faults() == "/slug bad_format", slug);
    BOOST_TEST(create("").faults() == "/slug too_short");
    BOOST_TEST(create(std::string(64, 'x')).faults() == "/slug too_long");
    BOOST_TEST(create("delta", {{"time_zone", "Europe/Atlantis"}}).faults() == "/time_zone bad_format");
    BOOST_TEST(create("delta", {{"time_zone", "../../etc/passwd"}}).faults() == "/time_zone bad_format");
    BOOST_TEST(create("delta", {{"currency", "eur"}}).faults() == "/currency bad_format");
    BOOST_TEST(create("delta", {{"owner_email", "nobody"}}).faults() == "/owner_email bad_format");
    BOOST_TEST(create("delta", {{"branding", {{"script", "x"}}}}).faults() == "/branding/script unknown");
    BOOST_TEST(create("delta", {{"suspended_at", nullptr}}).faults() == "/suspended_at unknown");
    BOOST_TEST(api.get(admin, tenant_path("delta")).status == 404);
}

BOOST_AUTO_TEST_CASE(organisations_are_listed_by_slug_page_by_page) {
    std::string met;
    std::string cursor;
    do {
        const auto page =
            api.get(admin, "/api/v1/tenants?limit=1" + (cursor.empty() ? cursor : "&cursor=" + cursor));
        BOOST_REQUIRE(page.status == 200);
        met += std::string{std::string_view{page.body.at("data").at(0).at("slug").as_string()}} + " ";
        const auto& next = page.body.at("page").at("next");
        cursor = next.is_string() ? std::string{std::string_view{next.as_string()}} : std::string{};
    } while (!cursor.empty());
    BOOST_TEST(met == "alpha beta gamma ");
    BOOST_TEST(api.get(admin, "/api/v1/tenants?cursor=AAAA").status == 400);
}

BOOST_AUTO_TEST_CASE(a_suspended_organisation_answers_to_nobody_from_the_next_request_on) {
    api_client other{with};
    for (api_client* each : {&api, &other})
        BOOST_TEST(each->get(alpha.staff, "/api/v1/managed-events").status == 200);
    const json::value why{{"reason", "unpaid"}};
    const auto suspended = api.put(admin, tenant_path("alpha") + "/suspension", why);
    BOOST_TEST(suspended.status == 200);
    BOOST_TEST(suspended.body.at("suspension").at("reason").as_string() == "unpaid");
    // Both remember the organisation; the other one's loop has not run since.
    for (api_client* each : {&other, &api}) {
        const auto refused = each->get(alpha.staff, "/api/v1/managed-events");
        BOOST_TEST(refused.status == 403);
        BOOST_TEST(refused.code() == "tenant_suspended");
        BOOST_TEST(each->get(anonymous_at("alpha"), "/api/v1/organisation").status == 403);
        BOOST_TEST(each->get(anonymous_at("beta"), "/api/v1/events").status == 200);
    }
    const auto again = api.put(admin, tenant_path("alpha") + "/suspension", {{"reason", "other"}});
    BOOST_TEST(again.text == suspended.text);

    const auto resumed = api.send(make_request("DELETE", admin, tenant_path("alpha") + "/suspension"));
    BOOST_TEST(resumed.status == 200);
    BOOST_TEST(resumed.body.at("suspension").is_null());
    BOOST_TEST(answers_within_a_second(other, anonymous_at("alpha"), 200));
    BOOST_TEST(answers_within_a_second(api, anonymous_at("alpha"), 200));
    BOOST_TEST(other.get(alpha.staff, "/api/v1/managed-events").status == 200);
    BOOST_TEST(api.put(admin, tenant_path("nobody") + "/suspension", why).status == 404);
}

BOOST_AUTO_TEST_CASE(a_new_organisation_answers_in_another_instance_within_a_second) {
    api_client other{with};
    // It remembers that nobody is there.
    BOOST_TEST(other.get(anonymous_at("delta"), "/api/v1/organisation").status == 421);
    BOOST_TEST(other.get(anonymous_at("delta"), "/api/v1/organisation").status == 421);
    create("delta");
    BOOST_TEST(answers_within_a_second(other, anonymous_at("delta"), 200));
}

BOOST_AUTO_TEST_CASE(only_a_platform_admin_provisions) {
    for (const person& who :
         {anonymous_at("admin"), sent_to(alpha.owner, "admin"), sent_to(alpha.first.guardian, "admin")}) {
        BOOST_TEST(api.get(who, "/api/v1/tenants").status == 401);
        BOOST_TEST(api.post(who, "/api/v1/tenants", descriptor("X")).status == 401);
        BOOST_TEST(api.put(who, tenant_path("beta") + "/suspension", {{"reason", "x"}}).status == 401);
    }
    BOOST_TEST(api.get(sent_to(admin, "alpha"), "/api/v1/accounts/me").status == 401);
    BOOST_TEST(api.get(alpha.owner, "/api/v1/tenants").status == 404);
    const auto wrong = api.post(anonymous_at("admin"), "/api/v1/logins",
                                {{"email", "operator@platform.example"}, {"password", "wrong horse"}});
    const auto unknown = api.post(anonymous_at("admin"), "/api/v1/logins",
                                  {{"email", "owner@alpha.example"}, {"password", password_of_all}});
    BOOST_TEST(wrong.status == 401);
    BOOST_TEST(wrong.comparable() == unknown.comparable());
}

BOOST_AUTO_TEST_CASE(an_admin_signs_in_and_out) {
    const person login = sign_in_admin();
    BOOST_TEST(api.get(login, "/api/v1/admins/me").member("email") == "operator@platform.example");
    BOOST_TEST(api.remove(login, "/api/v1/logins/current").status == 204);
    BOOST_TEST(api.get(login, "/api/v1/admins/me").status == 401);
    BOOST_TEST(api.get(admin, "/api/v1/admins/me").status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
