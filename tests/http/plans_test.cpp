// Plans: what operators set, and that it counts at once.

#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

struct installation : two_organisations {
    answer put_plan(const std::string& name, const json::value& values) {
        return api.put(admin, "/api/v1/plans/" + name, values);
    }
    answer put_on_plan(const std::string& slug, const std::string& plan) {
        return api.put(admin, "/api/v1/tenants/" + slug,
                       json::value{{"name", "CANARY-" + slug},
                                   {"owner_email", "owner@" + slug + ".example"},
                                   {"plan", plan}});
    }
    int status_of_organisation(const std::string& slug) {
        return api.get(anonymous_at(slug), "/api/v1/organisation").status;
    }
    std::string text_of(const json::value& value) { return std::string{std::string_view{value.as_string()}}; }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_plans, installation)

BOOST_AUTO_TEST_CASE(a_plan_is_created_changed_and_every_change_is_kept_with_who_made_it) {
    const auto made = put_plan("small", {{"weight", 5}, {"features", json::array{"realtime"}}});
    BOOST_TEST(made.status == 201);
    BOOST_TEST(made.body.at("weight").to_number<int>() == 5);
    BOOST_TEST(made.body.at("requests_in_flight_max").to_number<int>() == 32);
    BOOST_TEST(made.body.at("features") == json::array{"realtime"});
    BOOST_TEST(made.header_value("ETag") == "\"v1\"");
    BOOST_TEST(put_plan("small", {{"weight", 5}, {"features", json::array{"realtime"}}}).header_value("ETag")
               == "\"v1\""); // nothing changed
    const auto changed = put_plan("small", {{"weight", 7}});
    BOOST_TEST(changed.status == 200);
    BOOST_TEST(changed.body.at("features").as_array().empty());
    BOOST_TEST(api.get(admin, "/api/v1/plans/small").text == changed.text);

    const auto changes = api.get(admin, "/api/v1/plans/small/changes").body.at("data").as_array();
    BOOST_REQUIRE(changes.size() == 2U);
    BOOST_TEST(changes[0].at("before").at("weight").to_number<int>() == 5);
    BOOST_TEST(changes[0].at("after").at("weight").to_number<int>() == 7);
    BOOST_TEST(text_of(changes[0].at("changed_by")) == "admin " + admin.id);
    BOOST_TEST(changes[1].at("before").is_null());
    BOOST_TEST(api.get(admin, "/api/v1/plans").body.at("data").as_array().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_plan_that_makes_no_sense_is_refused_with_its_fields) {
    BOOST_TEST(put_plan("Small", {{"weight", 5}}).faults() == "/name bad_format");
    BOOST_TEST(put_plan("small", {{"weight", 0}}).faults() == "/weight too_small");
    BOOST_TEST(put_plan("small", {{"requests_per_second", 5}}).faults() == "/requests_burst too_small");
    BOOST_TEST(put_plan("small", {{"features", json::array{"time travel"}}}).status == 422);
    BOOST_TEST(put_plan("small", {{"wieght", 5}}).faults() == "/wieght unknown");
    BOOST_TEST(api.get(admin, "/api/v1/plans/small").status == 404);
    BOOST_TEST(api.get(admin, "/api/v1/plans/small/changes").status == 404);
}

BOOST_AUTO_TEST_CASE(an_organisation_gets_only_plans_that_exist_and_that_is_kept) {
    BOOST_TEST(put_on_plan("alpha", "gold").faults() == "/plan not_found");
    BOOST_TEST(api.post(admin, "/api/v1/tenants",
                        json::value{{"slug", "delta"},
                                    {"name", "Delta"},
                                    {"owner_email", "o@delta.example"},
                                    {"plan", "gold"}})
                   .faults()
               == "/plan not_found");
    put_plan("gold", {{"weight", 100}});
    BOOST_TEST(put_on_plan("alpha", "gold").member("plan") == "gold");
    BOOST_TEST(put_on_plan("alpha", "gold").status == 200);
    const auto changes = api.get(admin, "/api/v1/plans/gold/changes").body.at("data").as_array();
    BOOST_REQUIRE(changes.size() == 2U);
    BOOST_TEST(text_of(changes[0].at("slug")) == "alpha");
    BOOST_TEST(text_of(changes[0].at("before")) == "standard");
    BOOST_TEST(text_of(changes[0].at("after")) == "gold");
}

BOOST_AUTO_TEST_CASE(the_rate_of_a_plan_holds_for_its_organisations_at_once_and_for_no_other) {
    BOOST_TEST(status_of_organisation("alpha") == 200);
    put_plan("slow", {{"requests_per_second", 1}, {"requests_burst", 3}});
    put_on_plan("alpha", "slow");
    api.run_for(std::chrono::milliseconds{200});
    int refused = 0;
    for (int i = 0; i < 10; ++i) {
        const auto got = api.get(anonymous_at("alpha"), "/api/v1/organisation");
        if (got.status == 200) continue;
        ++refused;
        BOOST_TEST(got.code() == "too_many_requests");
        BOOST_TEST(got.header_value("Retry-After") == "1");
        BOOST_TEST(status_of_organisation("beta") == 200);
    }
    BOOST_TEST(refused >= 6);
    // Raised: counts for the next request, in every worker that hears of it.
    put_plan("slow", {{"requests_per_second", 1000}, {"requests_burst", 1000}});
    api.run_for(std::chrono::milliseconds{1100});
    for (int i = 0; i < 10; ++i)
        BOOST_TEST(status_of_organisation("alpha") == 200);
}

BOOST_AUTO_TEST_CASE(database_time_is_charged_to_whose_work_it_is) {
    put_plan("tight", {{"database_milliseconds_per_second", 1}});
    put_on_plan("alpha", "tight");
    api.run_for(std::chrono::milliseconds{200});
    int served = 0;
    // Nobody remembers these: each is asked of PostgreSQL.
    while (served < 2000 && api.get(alpha.first.guardian, "/api/v1/registrations").status == 200)
        ++served;
    BOOST_TEST(served > 0);
    BOOST_TEST(served < 2000);
    BOOST_TEST(api.get(beta.first.guardian, "/api/v1/registrations").status == 200);
}

BOOST_AUTO_TEST_CASE(features_of_the_plan_show_in_the_profile) {
    put_plan("plain", {{"weight", 10}});
    const auto before = api.get(anonymous_at("alpha"), "/api/v1/organisation").body.at("features").as_array();
    BOOST_TEST(before.size() == 2U);
    put_on_plan("alpha", "plain");
    api.run_for(std::chrono::milliseconds{200});
    BOOST_TEST(api.get(anonymous_at("alpha"), "/api/v1/organisation").body.at("features").as_array().empty());
}

BOOST_AUTO_TEST_CASE(what_the_plan_does_not_include_is_refused_to_those_who_would_be_let_in) {
    const json::value webhook{{"url", "https://receiver.example/hook"}};
    const auto id = api.post(alpha.owner, "/api/v1/webhooks", webhook).member("id");
    BOOST_TEST(!id.empty());
    put_plan("plain", {{"features", json::array{"realtime"}}});
    put_on_plan("alpha", "plain");
    api.run_for(std::chrono::milliseconds{200});
    for (const answer& refused :
         {api.post(alpha.owner, "/api/v1/webhooks", webhook), api.get(alpha.owner, "/api/v1/webhooks"),
          api.get(alpha.owner, "/api/v1/webhooks/" + id), api.post(alpha.owner, "/api/v1/webhooks", {}),
          api.remove(alpha.owner, "/api/v1/webhooks/" + id, 1),
          api.send(make_request("POST", alpha.owner, "/api/v1/webhook-deliveries/x/attempts"))}) {
        BOOST_TEST(refused.status == 403);
        BOOST_TEST(refused.code() == "feature_not_in_plan");
    }
    BOOST_TEST(api.get(alpha.staff, "/api/v1/webhooks").code() == "forbidden");
    BOOST_TEST(api.get(anonymous_at("alpha"), "/api/v1/webhooks").code() == "sign_in_required");
    BOOST_TEST(api.get(alpha.owner, "/api/v1/managed-events").status == 200);
    BOOST_TEST(api.get(beta.owner, "/api/v1/webhooks").status == 200);

    put_on_plan("alpha", "standard");
    api.run_for(std::chrono::milliseconds{200});
    BOOST_TEST(api.get(alpha.owner, "/api/v1/webhooks/" + id).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
