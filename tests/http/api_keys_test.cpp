#include "core/permission.hpp"
#include "identity/api_key.hpp"
#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

const std::string path = "/api/v1/api-keys";

struct with_keys : two_organisations {
    struct made_key {
        std::string id;
        std::string text;
    };

    made_key make_key(const person& owner, const json::array& scopes, const json::object& more = {}) {
        json::object body{{"name", "Website"}, {"scopes", scopes}};
        for (const auto& each : more)
            body[each.key()] = each.value();
        const auto made = api.post(owner, path, body);
        BOOST_REQUIRE(made.status == 201);
        return {made.member("id"), made.member("key")};
    }

    // No cookie, no Origin: a program.
    answer call(const std::string& method, const std::string& slug, const std::string& target,
                const std::string& key, const std::string& body = "") {
        const std::string host = slug + "." + base_domain;
        request wanted{method, target, host, "192.0.2.1", {{"Authorization", "Bearer " + key}}, body};
        if (!body.empty()) wanted.headers.push_back({"Content-Type", "application/json"});
        return api.send(wanted);
    }
    answer get_with(const std::string& key, const std::string& target = "/api/v1/managed-events",
                    const std::string& slug = "alpha") {
        return call("GET", slug, target, key);
    }

    std::string entries(const std::string& action) {
        return superuser.value(
            "select count(*) from platform.audit_entries where tenant_id = $1 and action = $2",
            {alpha.id, action});
    }
};

const std::string draft = R"({"title": "From a program", "sessions": [{"starts_at": "2031-07-01T09:00:00Z",)"
                          R"( "ends_at": "2031-07-01T12:00:00Z", "capacity": 5}]})";

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_api_keys, with_keys)

BOOST_AUTO_TEST_CASE(a_key_is_shown_once_and_stored_as_its_hash) {
    const auto made = make_key(alpha.owner, {"events:read"});
    BOOST_TEST(made.text.starts_with("ke_live_"));
    BOOST_TEST(made.text.size() == 8u + 32u + 1u + 52u + 8u);
    BOOST_TEST(identity::parse_api_key(made.text).has_value());
    const auto listed = api.get(alpha.owner, path);
    BOOST_TEST(listed.status == 200);
    BOOST_TEST(listed.text.find(made.text) == std::string::npos);
    BOOST_TEST(listed.text.find(made.id) != std::string::npos);
    BOOST_TEST(superuser.value("select count(*) from api_keys k where k::text like '%" + made.text + "%'")
               == "0");
    BOOST_TEST(superuser.value("select key_hash = sha256($1::bytea) from api_keys", {made.text}) == "t");
    BOOST_TEST(superuser.value("select round(extract(epoch from expires_at - now()) / 86400) from api_keys")
               == "365");
    BOOST_TEST(entries("api_key.created") == "1");
}

BOOST_AUTO_TEST_CASE(a_key_does_what_its_scopes_say_and_no_more) {
    const auto reads = make_key(alpha.owner, {"events:read"});
    BOOST_TEST(get_with(reads.text).status == 200);
    const auto refused = call("POST", "alpha", "/api/v1/events", reads.text, draft);
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.code() == "forbidden");
    BOOST_TEST(get_with(reads.text, "/api/v1/sessions/" + alpha.session + "/roster").status == 403);
    BOOST_TEST(get_with(reads.text, path).status == 403);
    BOOST_TEST(get_with(reads.text, "/api/v1/accounts/me").status == 403);

    const auto writes = make_key(alpha.owner, {"events:create"});
    BOOST_TEST(call("POST", "alpha", "/api/v1/events", writes.text, draft).status == 201);
    BOOST_TEST(get_with(writes.text).status == 403);
}

BOOST_AUTO_TEST_CASE(a_key_opens_no_account_even_of_its_maker) {
    json::array all;
    for (const permission_row& each : all_permissions())
        if (each.for_api_keys) all.emplace_back(each.text);
    const auto key = make_key(alpha.owner, all);
    const std::string code = R"({"code": "123456"})";
    BOOST_TEST(call("DELETE", "alpha", "/api/v1/logins/current", key.text).status == 403);
    BOOST_TEST(call("PUT", "alpha", "/api/v1/accounts/me/second-factor/confirmation", key.text, code).status
               == 403);
    BOOST_TEST(call("POST", "alpha", path, key.text, R"({"name": "x", "scopes": ["events:read"]})").status
               == 403);
    BOOST_TEST(get_with(key.text, "/api/v1/security-rules").status == 403);
}

BOOST_AUTO_TEST_CASE(a_key_elsewhere_is_like_one_that_never_was) {
    const auto key = make_key(alpha.owner, {"events:read"});
    const auto elsewhere = get_with(key.text, "/api/v1/managed-events", "beta");
    const auto unknown = get_with(identity::make_api_key({make_uuid()}), "/api/v1/managed-events", "beta");
    BOOST_TEST(unknown.status == 401);
    BOOST_TEST(unknown.code() == "api_key_unknown");
    BOOST_TEST(elsewhere.comparable() == unknown.comparable());
    BOOST_TEST(unknown.header_value("WWW-Authenticate").starts_with("Bearer "));
    // The right id with another secret.
    const auto id = identity::parse_api_key(key.text)->id;
    BOOST_TEST(get_with(identity::make_api_key(id)).comparable() == unknown.comparable());
    for (const std::string& broken : {std::string{}, std::string{"x"}, key.text.substr(1), key.text + "0",
                                      key.text.substr(0, key.text.size() - 1) + "g"})
        BOOST_TEST(get_with(broken).code() == "api_key_unknown", broken);
    BOOST_TEST(get_with(key.text).status == 200);
}

BOOST_AUTO_TEST_CASE(a_revoked_key_is_refused_at_once) {
    const auto key = make_key(alpha.owner, {"events:read"});
    BOOST_TEST(get_with(key.text).status == 200);
    BOOST_TEST(api.remove(beta.owner, path + "/" + key.id).status == 404);
    BOOST_TEST(api.remove(alpha.staff, path + "/" + key.id).status == 403);
    BOOST_TEST(api.remove(alpha.owner, path + "/" + key.id).status == 204);
    BOOST_TEST(get_with(key.text).code() == "api_key_unknown");
    BOOST_TEST(api.remove(alpha.owner, path + "/" + key.id).status == 204);
    BOOST_TEST(entries("api_key.revoked") == "1");
}

BOOST_AUTO_TEST_CASE(a_key_ends_when_its_time_is_over) {
    const auto key = make_key(alpha.owner, {"events:read"});
    superuser.execute("update api_keys set expires_at = now() - interval '1 second'");
    BOOST_TEST(get_with(key.text).code() == "api_key_unknown");
    const auto past = api.post(
        alpha.owner, path,
        {{"name", "Late"}, {"scopes", json::array{"events:read"}}, {"expires_at", instant_in_days(-1)}});
    BOOST_TEST(past.faults() == "/expires_at out_of_range");
    const auto soon = make_key(alpha.owner, {"events:read"}, {{"expires_at", instant_in_days(2)}});
    BOOST_TEST(get_with(soon.text).status == 200);
}

BOOST_AUTO_TEST_CASE(a_new_secret_leaves_the_one_before_some_time) {
    const auto key = make_key(alpha.owner, {"events:read"});
    const auto rotated = api.send(make_request("POST", alpha.owner, path + "/" + key.id + "/secret"));
    BOOST_REQUIRE(rotated.status == 201);
    const std::string fresh = rotated.member("key");
    BOOST_TEST(fresh != key.text);
    BOOST_TEST(get_with(fresh).status == 200);
    BOOST_TEST(get_with(key.text).status == 200);
    superuser.execute("update api_keys set previous_until = now()");
    api_client later{with};
    const request wanted{"GET",
                         "/api/v1/managed-events",
                         "alpha." + base_domain,
                         "192.0.2.1",
                         {{"Authorization", "Bearer " + key.text}},
                         {}};
    BOOST_TEST(later.send(wanted).code() == "api_key_unknown");
    BOOST_TEST(get_with(fresh).status == 200);
}

BOOST_AUTO_TEST_CASE(a_key_has_no_more_power_than_its_maker_has_now) {
    const auto key = make_key(alpha.owner, {"events:read", "webhooks:read"});
    BOOST_TEST(get_with(key.text, "/api/v1/webhooks").status == 200);
    api_client later{with};
    const auto get = [&](const std::string& target) {
        return later
            .send({"GET",
                   target,
                   "alpha." + base_domain,
                   "192.0.2.1",
                   {{"Authorization", "Bearer " + key.text}},
                   {}})
            .status;
    };
    superuser.rows("update accounts set role = 'staff' where id = $1", {alpha.owner.id});
    BOOST_TEST(get("/api/v1/webhooks") == 403);
    BOOST_TEST(get("/api/v1/managed-events") == 200);
    superuser.rows("update accounts set disabled_at = now() where id = $1", {alpha.owner.id});
    api_client latest{with};
    const auto gone = latest.send({"GET",
                                   "/api/v1/managed-events",
                                   "alpha." + base_domain,
                                   "192.0.2.1",
                                   {{"Authorization", "Bearer " + key.text}},
                                   {}});
    BOOST_TEST(gone.code() == "api_key_unknown");
}

BOOST_AUTO_TEST_CASE(a_key_and_a_cookie_together_are_refused) {
    const auto key = make_key(alpha.owner, {"events:read"});
    const auto both =
        api.get(alpha.staff, "/api/v1/managed-events", {{"Authorization", "Bearer " + key.text}});
    BOOST_TEST(both.status == 400);
    BOOST_TEST(both.code() == "malformed_request");
}

BOOST_AUTO_TEST_CASE(a_key_needs_no_origin_and_minds_none) {
    const auto key = make_key(alpha.owner, {"events:create"});
    const request wanted{"POST",
                         "/api/v1/events",
                         "alpha." + base_domain,
                         "192.0.2.1",
                         {{"Authorization", "Bearer " + key.text},
                          {"Origin", "https://elsewhere.example"},
                          {"Content-Type", "application/json"}},
                         draft};
    BOOST_TEST(api.send(wanted).status == 201);
    // The same page with a cookie is a forgery.
    const auto forged = api.post(alpha.staff, "/api/v1/events", json::parse(draft),
                                 {{"Origin", "https://elsewhere.example"}});
    BOOST_TEST(forged.code() == "cross_site_request");
}

BOOST_AUTO_TEST_CASE(scopes_are_permissions_that_keys_can_have_and_the_maker_has) {
    const auto refused =
        api.post(alpha.owner, path,
                 {{"name", "Greedy"},
                  {"scopes", json::array{"events:read", "api_keys:write", "no:such", "children:read"}}});
    BOOST_TEST(refused.status == 422);
    BOOST_TEST(refused.faults() == "/scopes/1 not_found; /scopes/2 not_found; /scopes/3 not_found");
    const auto none = api.post(alpha.owner, path, {{"name", "Idle"}, {"scopes", json::array{}}});
    BOOST_TEST(none.faults() == "/scopes too_short");
    BOOST_TEST(api.post(alpha.staff, path, {{"name", "Mine"}, {"scopes", json::array{"events:read"}}}).status
               == 403);
}

BOOST_AUTO_TEST_CASE(there_are_at_most_as_many_keys_as_the_installation_allows) {
    settings few = with;
    few.security.api_keys_per_tenant_max = 1;
    api_client other{few};
    const json::value wanted{{"name", "One"}, {"scopes", json::array{"events:read"}}};
    const auto first = other.post(alpha.owner, path, wanted);
    BOOST_TEST(first.status == 201);
    BOOST_TEST(other.post(alpha.owner, path, wanted).faults() == "/name too_many");
    BOOST_TEST(other.remove(alpha.owner, path + "/" + first.member("id")).status == 204);
    BOOST_TEST(other.post(alpha.owner, path, wanted).status == 201);
}

BOOST_AUTO_TEST_CASE(its_last_use_is_written_to_the_minute_and_not_with_each_request) {
    const auto key = make_key(alpha.owner, {"events:read"});
    BOOST_TEST(superuser.value("select last_used_at is null from api_keys") == "t");
    BOOST_TEST(get_with(key.text).status == 200);
    const auto written = [&] {
        for (int i = 0; i < 200; ++i) {
            if (superuser.value("select last_used_at is not null from api_keys") == "t") return true;
            api.run_for(std::chrono::milliseconds{10});
        }
        return false;
    };
    BOOST_TEST(written());
    BOOST_TEST(superuser.value("select last_used_at = date_trunc('minute', last_used_at) from api_keys")
               == "t");
    // Remembered, and noted a moment ago: the list of events is all that is asked for.
    get_with(key.text);
    const auto before = api.round_trips();
    for (int i = 0; i < 5; ++i)
        get_with(key.text);
    BOOST_TEST(api.round_trips() - before == 5u);
}

BOOST_AUTO_TEST_CASE(a_key_rests_while_its_maker_has_to_set_up_a_second_factor) {
    const auto key = make_key(alpha.owner, {"events:read", "events:create"});
    const auto others = make_key(beta.owner, {"events:read"});
    BOOST_TEST(get_with(key.text).status == 200); // and is remembered
    const std::string rules = "/api/v1/security-rules";
    BOOST_TEST(api.put(alpha.owner, rules, {{"second_factor_for_staff", true}}).status == 200);
    for (const answer& refused :
         {get_with(key.text), call("POST", "alpha", "/api/v1/events", key.text, draft)}) {
        BOOST_TEST(refused.status == 403);
        BOOST_TEST(refused.code() == "second_factor_enrolment_required");
        BOOST_TEST(refused.code() == api.get(alpha.owner, "/api/v1/managed-events").code());
    }
    // What the maker's login may do meanwhile, a key may not.
    BOOST_TEST(get_with(key.text, "/api/v1/accounts/me").code() == "forbidden");
    BOOST_TEST(get_with(key.text, "/api/v1/accounts/me/second-factor").code() == "forbidden");
    BOOST_TEST(get_with(others.text, "/api/v1/managed-events", "beta").status == 200);

    const std::string own = "/api/v1/accounts/me/second-factor";
    const auto begun = api.post(alpha.owner, own, {{"password", password_of_all}});
    BOOST_REQUIRE(begun.status == 201);
    BOOST_TEST(get_with(key.text).status == 403); // not before it is confirmed
    const auto done =
        api.put(alpha.owner, own + "/confirmation", {{"code", code_of(begun.member("secret"))}});
    BOOST_REQUIRE(done.status == 200);
    BOOST_TEST(get_with(key.text).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
