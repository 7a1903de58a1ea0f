#include "support/api_client.hpp"

#include <algorithm>

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

const std::string missing_id = "019a0000-0000-7000-8000-000000000000";

std::string child_path(const std::string& id) { return "/api/v1/children/" + id; }

json::value new_child(const std::string& birth_date) {
    return {{"given_name", "Zoë"}, {"family_name", "Ångström"}, {"birth_date", birth_date}};
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_families, two_organisations)

BOOST_AUTO_TEST_CASE(a_child_is_added_read_changed_and_removed) {
    const person& parent = alpha.first.guardian;
    const auto made = api.post(parent, "/api/v1/children", new_child("2017-02-28"));
    BOOST_TEST(made.status == 201);
    BOOST_TEST(made.member("given_name") == "Zoë");
    BOOST_TEST(made.header_value("ETag") == "\"v1\"");
    const std::string path = child_path(made.member("id"));
    BOOST_TEST(made.header_value("Location") == path);
    BOOST_TEST(api.get(parent, path).text == made.text);

    const auto changed = api.patch(parent, path, 1, {{"given_name", "Zoe"}});
    BOOST_TEST(changed.status == 200);
    BOOST_TEST(changed.header_value("ETag") == "\"v2\"");
    BOOST_TEST(changed.member("given_name") == "Zoe");
    BOOST_TEST(changed.member("family_name") == "Ångström");
    BOOST_TEST(changed.member("birth_date") == "2017-02-28");

    BOOST_TEST(api.remove(parent, path, 2).status == 204);
    BOOST_TEST(api.get(parent, path).status == 404);
    BOOST_TEST(api.remove(parent, path, 3).status == 404);
}

BOOST_AUTO_TEST_CASE(a_household_sees_its_own_children_and_no_others) {
    const auto listed = api.get(alpha.first.guardian, "/api/v1/children");
    BOOST_TEST(listed.status == 200);
    BOOST_TEST(listed.body.at("data").as_array().size() == 2u);
    BOOST_TEST(listed.text.find(alpha.first.child) != std::string::npos);
    BOOST_TEST(listed.text.find(alpha.second.child) == std::string::npos);
    BOOST_TEST(api.get(alpha.staff, "/api/v1/children").status == 403);
    BOOST_TEST(api.get(alpha.owner, child_path(alpha.first.child)).status == 403);
}

BOOST_AUTO_TEST_CASE(a_change_needs_the_version_that_it_is_based_on) {
    const person& parent = alpha.first.guardian;
    const std::string path = child_path(alpha.first.child);
    const json::value change{{"given_name", "Ida"}};
    BOOST_TEST(api.patch(parent, path, 0, change).status == 428);
    BOOST_TEST(api.remove(parent, path).status == 428);
    BOOST_TEST(api.patch(parent, path, 2, change).status == 412);
    BOOST_TEST(api.remove(parent, path, 2).status == 412);
    for (const char* tag : {"*", "\"v1\", \"v2\"", "v1", "\"v01\"", "\"v99999999999\""}) {
        auto wanted = make_request("PATCH", parent, path, json::serialize(change), {{"If-Match", tag}});
        BOOST_TEST(api.send(wanted).status == 400, tag);
    }
    BOOST_TEST(api.get(parent, path).header_value("ETag") == "\"v1\"");
    BOOST_TEST(api.patch(parent, path, 1, change).status == 200);
    // Whoever read the first version does not overwrite the second.
    BOOST_TEST(api.patch(parent, path, 1, change).status == 412);
}

BOOST_AUTO_TEST_CASE(a_child_of_another_household_is_like_one_that_does_not_exist) {
    const json::value change{{"given_name", "Mine"}};
    for (const std::string& foreign :
         {alpha.second.child, beta.first.child, std::string{"17"}, std::string{"%27%20or%201%3D1--"}}) {
        const person& parent = alpha.first.guardian;
        const auto there = api.get(parent, child_path(foreign));
        BOOST_TEST(there.status == 404);
        BOOST_TEST(there.comparable() == api.get(parent, child_path(missing_id)).comparable());
        BOOST_TEST(api.patch(parent, child_path(foreign), 1, change).comparable()
                   == api.patch(parent, child_path(missing_id), 1, change).comparable());
        // A version that would be stale does not tell either.
        BOOST_TEST(api.patch(parent, child_path(foreign), 7, change).status == 404);
        BOOST_TEST(api.remove(parent, child_path(foreign), 1).comparable()
                   == api.remove(parent, child_path(missing_id), 1).comparable());
    }
    BOOST_TEST(api.get(alpha.second.guardian, child_path(alpha.second.child)).header_value("ETag")
               == "\"v1\"");
}

BOOST_AUTO_TEST_CASE(fields_are_checked_and_named) {
    const person& parent = alpha.first.guardian;
    const auto faults_of = [&](const json::value& body) {
        const auto refused = api.post(parent, "/api/v1/children", body);
        BOOST_TEST(refused.status == 422);
        return refused.faults();
    };
    BOOST_TEST(faults_of(json::object{}).find("/birth_date required") != std::string::npos);
    BOOST_TEST(faults_of(new_child("2017-02-29")) == "/birth_date bad_format");
    BOOST_TEST(faults_of(new_child("2087-01-01")) == "/birth_date too_large");
    BOOST_TEST(faults_of(new_child("1987-01-01")) == "/birth_date too_small");
    json::value foreign = new_child("2017-02-28");
    foreign.as_object()["household_id"] = alpha.second.guardian.household;
    foreign.as_object()["tenant_id"] = beta.id;
    const std::string faults = faults_of(foreign);
    BOOST_TEST(faults.find("/household_id unknown") != std::string::npos);
    BOOST_TEST(faults.find("/tenant_id unknown") != std::string::npos);
    json::value named = new_child("2017-02-28");
    named.as_object()["given_name"] = std::string(101, 'x');
    BOOST_TEST(faults_of(named) == "/given_name too_long");
    named.as_object()["given_name"] = "Zo\xE2\x80\xAE\xC3\xAB";
    BOOST_TEST(faults_of(named) == "/given_name bad_format");
    named.as_object()["given_name"] = nullptr;
    BOOST_TEST(faults_of(named) == "/given_name wrong_type");
    BOOST_TEST(api.patch(parent, child_path(alpha.first.child), 1, json::object{}).status == 422);
}

BOOST_AUTO_TEST_CASE(a_child_with_a_coming_registration_stays) {
    const person& parent = alpha.first.guardian;
    const std::string path = child_path(alpha.first.child);
    const auto refused = api.remove(parent, path, 1);
    BOOST_TEST(refused.status == 409);
    BOOST_TEST(refused.code() == "has_registrations");
    api.put(parent, "/api/v1/registrations/" + alpha.first.registration + "/cancellation");
    BOOST_TEST(api.remove(parent, path, 1).status == 204);
    // The removed child can no longer be registered.
    const auto gone = register_child(parent, alpha.first.child, alpha.later_session);
    BOOST_TEST(gone.status == 422);
    BOOST_TEST(gone.faults() == "/places/0/child_id not_found");
}

BOOST_AUTO_TEST_CASE(children_are_listed_in_pages_each_exactly_once) {
    const person& guardian = alpha.first.guardian;
    for (int i = 0; i < 5; ++i)
        add_child(guardian, born_years_ago(7));
    std::vector<std::string> seen;
    std::string target = "/api/v1/children?limit=3";
    for (int page = 0; page < 5 && !target.empty(); ++page) {
        const auto listed = api.get(guardian, target);
        BOOST_TEST_REQUIRE(listed.status == 200);
        for (const auto& each : listed.body.at("data").as_array())
            seen.emplace_back(std::string_view{each.at("id").as_string()});
        const auto& next = listed.body.at("page").at("next");
        target = next.is_null()
                     ? ""
                     : "/api/v1/children?limit=3&cursor=" + std::string{std::string_view{next.as_string()}};
    }
    BOOST_TEST(seen.size() == 7U);
    std::sort(seen.begin(), seen.end());
    BOOST_TEST((std::unique(seen.begin(), seen.end()) == seen.end()));
    BOOST_TEST(api.get(guardian, "/api/v1/children?limit=0").status == 422);
    BOOST_TEST(api.get(guardian, "/api/v1/children?limit=101").status == 422);
    BOOST_TEST(api.get(guardian, "/api/v1/children?cursor=forged").status == 400);
}

BOOST_AUTO_TEST_SUITE_END()
