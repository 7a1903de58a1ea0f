#include "services.hpp"
#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

const std::string admins_path = "/api/v1/admins";
const std::string own_path = "/api/v1/admins/me/second-factor";

class with_admins : public two_organisations {
public:
    // An admin without a second factor.
    std::string new_admin(const std::string& name) {
        auto& parts = api.served().parts();
        const std::string email = name + "@platform.example";
        BOOST_REQUIRE(parts.block_on(parts.admins.create_admin(email, password_of_all)).has_value());
        return email;
    }

    answer try_sign_in(const std::string& email, const std::string& code = "",
                       const std::string& password = password_of_all) {
        json::object body{{"email", email}, {"password", password}};
        if (!code.empty()) body["code"] = code;
        return api.post(anonymous_at("admin"), "/api/v1/logins", body);
    }

    std::string entries(const std::string& action) {
        return superuser.value(
            "select count(*) from platform.audit_entries where action = $1 and tenant_id = $2",
            {action, "00000000-0000-0000-0000-000000000000"});
    }
};

std::string cookie_token(const answer& from) {
    const std::string cookie = from.header_value("Set-Cookie");
    const auto begin = cookie.find('=') + 1;
    return cookie.substr(begin, cookie.find(';') - begin);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_admins, with_admins)

BOOST_AUTO_TEST_CASE(an_admin_without_a_second_factor_may_only_set_one_up) {
    const person fresh = api.sign_in("admin", new_admin("fresh"));
    const auto refused = api.get(fresh, "/api/v1/tenants");
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.code() == "second_factor_enrolment_required");
    BOOST_TEST(api.put(fresh, "/api/v1/tenants/alpha/suspension", {{"reason", "x"}}).status == 403);
    BOOST_TEST(
        api.post(fresh, "/api/v1/tenants/alpha/support-sessions", {{"reason", "x"}, {"minutes", 5}}).status
        == 403);
    BOOST_TEST(api.get(fresh, "/api/v1/admins/me").body.at("second_factor_enrolled_at").is_null());

    const auto begun = api.send(make_request("POST", fresh, own_path));
    BOOST_REQUIRE(begun.status == 201);
    BOOST_TEST(begun.member("uri").starts_with("otpauth://totp/KidEvent:fresh%40platform.example?secret="));
    BOOST_TEST(api.get(fresh, "/api/v1/tenants").status == 403);
    const std::string secret = begun.member("secret");
    const auto done = api.put(fresh, own_path + "/confirmation", {{"code", code_of(secret)}});
    BOOST_REQUIRE(done.status == 200);
    BOOST_TEST(done.body.at("recovery_codes").as_array().size() == 10u);
    person enrolled = fresh;
    enrolled.token = cookie_token(done);
    BOOST_TEST(api.get(enrolled, "/api/v1/tenants").status == 200);
    BOOST_TEST(entries("admin.second_factor_enrolled") == "2"); // and that of the fixture's admin
}

BOOST_AUTO_TEST_CASE(logins_from_before_the_second_factor_end_with_it) {
    const std::string email = new_admin("fresh");
    const person thief = api.sign_in("admin", email);
    const person fresh = api.sign_in("admin", email);
    const std::string secret = api.send(make_request("POST", fresh, own_path)).member("secret");
    BOOST_TEST(api.put(fresh, own_path + "/confirmation", {{"code", code_of(secret)}}).status == 200);
    BOOST_TEST(api.get(thief, "/api/v1/tenants").status == 401);
    BOOST_TEST(api.get(fresh, "/api/v1/tenants").status == 401);
}

BOOST_AUTO_TEST_CASE(an_admin_signs_in_with_a_code_that_is_taken_once) {
    superuser.execute("update platform.second_factors set last_step = 0");
    const std::string email = admin.email;
    const auto missing = try_sign_in(email);
    BOOST_TEST(missing.status == 401);
    BOOST_TEST(missing.code() == "second_factor_required");
    const std::string code = code_of(admin_secret);
    BOOST_TEST(try_sign_in(email, code, "wrong horse battery").code() == "sign_in_failed");
    BOOST_TEST(try_sign_in(email, code).status == 201);
    BOOST_TEST(try_sign_in(email, code).code() == "sign_in_failed");
    BOOST_TEST(entries("login.created") == "2"); // and that of the fixture
    BOOST_TEST(entries("login.failed") == "1");
    BOOST_TEST(entries("second_factor.failed") == "1");
}

BOOST_AUTO_TEST_CASE(recovery_codes_of_admins_are_taken_once_and_can_be_renewed) {
    superuser.execute("update platform.second_factors set last_step = 0");
    const auto renewed = api.post(admin, own_path + "/recovery-codes", {{"code", code_of(admin_secret)}});
    BOOST_REQUIRE(renewed.status == 201);
    const std::string code{std::string_view{renewed.body.at("recovery_codes").at(3).as_string()}};
    BOOST_TEST(try_sign_in(admin.email, code).status == 201);
    BOOST_TEST(try_sign_in(admin.email, code).code() == "sign_in_failed");
    BOOST_TEST(api.get(admin, own_path).body.at("recovery_codes_left").as_int64() == 9);
}

BOOST_AUTO_TEST_CASE(failed_sign_ins_delay_further_ones_for_admins_and_for_nobody_alike) {
    settings strict = with;
    strict.identity.failures_before_delay = 2;
    api_client other{strict};
    for (const std::string& email : {admin.email, std::string{"nobody@platform.example"}}) {
        const auto attempt = [&](const std::string& password) {
            const json::value body{{"email", email}, {"password", password}, {"code", code_of(admin_secret)}};
            return other.post(anonymous_at("admin"), "/api/v1/logins", body);
        };
        BOOST_TEST(attempt("wrong horse battery").status == 401);
        BOOST_TEST(attempt("wrong horse battery").status == 401);
        const auto delayed = attempt(password_of_all);
        BOOST_TEST(delayed.status == 429);
        BOOST_TEST(!delayed.header_value("Retry-After").empty());
    }
    superuser.execute("update platform.admin_tries set blocked_until = now()");
    sign_in_admin();
    BOOST_TEST(superuser.value("select count(*) from platform.admin_tries") == "1");
}

BOOST_AUTO_TEST_CASE(guesses_at_one_time_count_each_other) {
    BOOST_TEST(try_sign_in(admin.email, "", "wrong horse battery").status == 401);
    // The next one makes all that come after it wait for long.
    superuser.execute("update platform.admin_tries set tries = 10, last_at = now(), blocked_until = now()");
    settings strict = with;
    strict.identity.failures_before_delay = 2;
    api_client other{strict};
    auto& admins = other.served().parts().admins;
    std::vector<errc> answers;
    for (int i = 0; i < 8; ++i)
        detach([](identity::admin_service& signs_in, std::string email, std::vector<errc>& into) -> task<> {
            auto trying = signs_in.sign_in({std::move(email), "wrong horse battery", "", "", ""});
            const auto tried = co_await trying;
            into.push_back(tried ? errc::malformed_request : tried.error().code);
        }(admins, admin.email, answers));
    for (int i = 0; i < 500 && answers.size() < 8; ++i)
        other.run_for(std::chrono::milliseconds{20});
    BOOST_REQUIRE(answers.size() == 8U);
    BOOST_TEST(std::ranges::count(answers, errc::sign_in_failed) == 1);
    BOOST_TEST(std::ranges::count(answers, errc::too_many_requests) == 7);
}

BOOST_AUTO_TEST_CASE(asking_for_the_code_is_no_failure) {
    BOOST_TEST(try_sign_in(admin.email, "", "wrong horse battery").status == 401);
    BOOST_TEST(try_sign_in(admin.email).code() == "second_factor_required");
    BOOST_TEST(superuser.value("select count(*) from platform.admin_tries") == "0");
    BOOST_TEST(try_sign_in(admin.email, "000000").code() == "sign_in_failed");
    BOOST_TEST(superuser.value("select tries from platform.admin_tries") == "1");
}

BOOST_AUTO_TEST_CASE(an_admin_signs_in_every_day) {
    superuser.execute("update platform.second_factors set last_step = 0");
    const auto done = try_sign_in(admin.email, code_of(admin_secret));
    BOOST_REQUIRE(done.status == 201);
    BOOST_TEST(done.header_value("Set-Cookie").ends_with("; Max-Age=43200"));
    BOOST_TEST(superuser.value("select round(extract(epoch from max(expires_at) - now()) / 3600) "
                               "from platform.logins")
               == "12");
}

BOOST_AUTO_TEST_CASE(a_disabled_admin_is_out_at_once) {
    auto& parts = api.served().parts();
    BOOST_TEST(api.get(admin, "/api/v1/tenants").status == 200);
    BOOST_TEST(parts.block_on(parts.admins.disable_admin(admin.email)).has_value());
    BOOST_TEST(api.get(admin, "/api/v1/tenants").status == 401);
    superuser.execute("update platform.second_factors set last_step = 0");
    BOOST_TEST(try_sign_in(admin.email, code_of(admin_secret)).code() == "sign_in_failed");
    BOOST_TEST(!parts.block_on(parts.admins.disable_admin(admin.email)).has_value());
    BOOST_TEST(entries("admin.disabled") == "1");
}

BOOST_AUTO_TEST_CASE(a_reset_factor_has_to_be_set_up_anew) {
    auto& parts = api.served().parts();
    BOOST_TEST(parts.block_on(parts.admins.reset_factor(admin.email)).has_value());
    BOOST_TEST(api.get(admin, "/api/v1/tenants").status == 401);
    const person again = api.sign_in("admin", admin.email);
    BOOST_TEST(api.get(again, "/api/v1/tenants").code() == "second_factor_enrolment_required");
    const auto listed = parts.block_on(parts.admins.list_admins());
    BOOST_TEST(listed.size() == 1u);
    BOOST_TEST(!listed.front().enrolled_at.has_value());
    BOOST_TEST(entries("admin.second_factor_reset") == "1");
}

BOOST_AUTO_TEST_CASE(the_secret_of_an_admin_is_sealed_for_that_admin_alone) {
    const std::string other = new_admin("other");
    auto& parts = api.served().parts();
    BOOST_REQUIRE(parts.block_on(parts.admins.issue_factor(other)).has_value());
    superuser.execute("update platform.second_factors set last_step = 0, sealed_secret ="
                      " (select f.sealed_secret from platform.second_factors f"
                      "  join platform.admins a on a.id = f.admin_id where a.email = '"
                      + admin.email + "')");
    const json::value body{{"email", other}, {"password", password_of_all}, {"code", code_of(admin_secret)}};
    const auto sent = make_request("POST", anonymous_at("admin"), "/api/v1/logins", json::serialize(body));
    BOOST_TEST(api.served().call(sent).status == 500); // our own fault, and recorded as one
    BOOST_TEST(try_sign_in(admin.email, code_of(admin_secret)).status == 201);
}

BOOST_AUTO_TEST_CASE(an_admin_adds_another_by_showing_who_it_is) {
    superuser.execute("update platform.second_factors set last_step = 0");
    json::object wanted{
        {"email", "Second@Platform.example"}, {"password", password_of_all}, {"code", "000000"}};
    const auto unproven = api.post(admin, admins_path, wanted);
    BOOST_TEST(unproven.status == 422);
    BOOST_TEST(unproven.faults() == "/code wrong");
    BOOST_TEST(superuser.value("select count(*) from platform.admins") == "1");
    superuser.execute("update platform.second_factors set failures = 0, blocked_until = null");
    wanted["code"] = code_of(admin_secret);
    const auto added = api.post(admin, admins_path, wanted);
    BOOST_REQUIRE(added.status == 201);
    BOOST_TEST(added.member("email") == "second@platform.example");
    BOOST_TEST(entries("admin.created") == "2"); // and that of the fixture's
    BOOST_TEST(superuser.value("select count(*) from platform.audit_entries where action = 'admin.created'"
                               " and role = 'platform_admin' and subject = $1 and actor like '%/' ||"
                               " (select id from platform.admins where email = $2)",
                               {"admins/" + added.member("id"), admin.email})
               == "1");
    // May do nothing before there is a second factor.
    const person second = api.sign_in("admin", "second@platform.example");
    BOOST_TEST(api.get(second, admins_path).code() == "second_factor_enrolment_required");

    superuser.execute("update platform.second_factors set last_step = 0");
    BOOST_TEST(api.post(admin, admins_path, wanted).code() == "email_taken");
    superuser.execute("update platform.second_factors set last_step = 0");
    wanted["email"] = "third@platform.example";
    wanted["password"] = "password123";
    BOOST_TEST(api.post(admin, admins_path, wanted).faults() == "/password too_common");
}

BOOST_AUTO_TEST_CASE(admins_are_listed_and_one_is_let_in_no_more) {
    const std::string email = new_admin("second");
    const person second = api.sign_in("admin", email);
    const auto listed = api.get(admin, admins_path);
    BOOST_REQUIRE(listed.status == 200);
    const auto& all = listed.body.at("data").as_array();
    BOOST_REQUIRE(all.size() == 2u);
    BOOST_TEST(std::string_view{all.at(0).at("email").as_string()} == admin.email);
    BOOST_TEST(std::string_view{all.at(1).at("email").as_string()} == email);
    BOOST_TEST(all.at(1).at("disabled_at").is_null());
    BOOST_TEST(listed.text.find("password") == std::string::npos);
    const std::string id{std::string_view{all.at(1).at("id").as_string()}};

    const auto done = api.put(admin, admins_path + "/" + id + "/deactivation");
    BOOST_TEST(done.status == 200);
    BOOST_TEST(!done.body.at("disabled_at").is_null());
    BOOST_TEST(api.get(second, "/api/v1/admins/me").status == 401);
    BOOST_TEST(try_sign_in(email).code() == "sign_in_failed");
    // Once more changes nothing, and says so alike.
    BOOST_TEST(api.put(admin, admins_path + "/" + id + "/deactivation").text == done.text);
    BOOST_TEST(entries("admin.disabled") == "1");
    BOOST_TEST(api.put(admin, admins_path + "/" + to_string(make_uuid()) + "/deactivation").status == 404);
}

BOOST_AUTO_TEST_CASE(the_last_admin_stays) {
    auto& parts = api.served().parts();
    const auto own = parts.block_on(parts.admins.list_admins()).front().id;
    const auto refused = api.put(admin, admins_path + "/" + to_string(own.value) + "/deactivation");
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(api.get(admin, admins_path).status == 200);
    // Whoever was disabled while the request was on its way disables nobody: two cannot disable each other.
    const std::string email = new_admin("second");
    const actor late = parts.block_on(parts.admins.find_actor(admin.token));
    BOOST_REQUIRE(parts.block_on(parts.admins.disable_admin(admin.email)).has_value());
    const auto second = parts.block_on(parts.admins.list_admins()).back();
    BOOST_TEST(second.email == email);
    const auto tried = parts.block_on(parts.admins.deactivate_admin(late, second.id));
    BOOST_REQUIRE(!tried.has_value());
    BOOST_TEST((tried.error().code == errc::sign_in_required));
    BOOST_TEST(try_sign_in(email).status == 201);
}

BOOST_AUTO_TEST_SUITE_END()
