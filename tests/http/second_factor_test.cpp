#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

const std::string own_path = "/api/v1/accounts/me/second-factor";

struct enrolled {
    std::string secret;
    std::vector<std::string> recovery_codes;
};

std::vector<std::string> codes_in(const answer& from) {
    std::vector<std::string> codes;
    for (const auto& each : from.body.at("recovery_codes").as_array())
        codes.emplace_back(std::string_view{each.as_string()});
    return codes;
}

class with_factors : public two_organisations {
public:
    // Enrols with the code of the step before this one, so that this one's and the next one's are left.
    enrolled enrol(const person& who) {
        const auto begun = api.post(who, own_path, {{"password", password_of_all}});
        BOOST_REQUIRE(begun.status == 201);
        const std::string secret = begun.member("secret");
        const auto done = api.put(who, own_path + "/confirmation", {{"code", code_of(secret, -1)}});
        BOOST_REQUIRE(done.status == 200);
        return {secret, codes_in(done)};
    }

    answer try_sign_in(const std::string& email, const std::string& code = "",
                       const std::string& password = password_of_all, const std::string& slug = "alpha") {
        json::object body{{"email", email}, {"password", password}};
        if (!code.empty()) body["code"] = code;
        return api.post(anonymous_at(slug), "/api/v1/logins", body);
    }

    // Of a sign-in that an installation's own fault refuses, which answers are otherwise held against.
    int broken_sign_in(const std::string& email, const std::string& code) {
        const json::value body{{"email", email}, {"password", password_of_all}, {"code", code}};
        const auto sent =
            make_request("POST", anonymous_at("alpha"), "/api/v1/logins", json::serialize(body));
        return api.served().call(sent).status;
    }

    std::string entries(const std::string& action, const std::string& tenant) {
        return superuser.value(
            "select count(*) from platform.audit_entries where tenant_id = $1 and action = $2",
            {tenant, action});
    }
};

// A code that is right neither now nor a step from now.
std::string wrong_code(const std::string& secret) {
    std::set<std::string> right;
    for (int step = -3; step <= 3; ++step)
        right.insert(code_of(secret, step));
    for (int tried = 100000;; ++tried)
        if (!right.contains(std::to_string(tried))) return std::to_string(tried);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_second_factor, with_factors)

BOOST_AUTO_TEST_CASE(enrolling_shows_the_secret_once_and_counts_from_its_first_code_on) {
    const auto begun = api.post(alpha.staff, own_path, {{"password", password_of_all}});
    BOOST_REQUIRE(begun.status == 201);
    BOOST_TEST(begun.header_value("Cache-Control") == "no-store");
    const std::string secret = begun.member("secret");
    BOOST_TEST(begun.member("uri")
               == "otpauth://totp/CANARY-alpha:staff%40alpha.example?secret=" + secret
                      + "&issuer=CANARY-alpha&algorithm=SHA1&digits=6&period=30");
    // A factor that waits is asked for by nobody.
    BOOST_TEST(try_sign_in("staff@alpha.example").status == 201);
    BOOST_TEST(api.get(alpha.staff, own_path).body.at("enrolled_at").is_null());

    const auto wrong = api.put(alpha.staff, own_path + "/confirmation", {{"code", wrong_code(secret)}});
    BOOST_TEST(wrong.status == 422);
    BOOST_TEST(wrong.faults() == "/code wrong");
    const auto done = api.put(alpha.staff, own_path + "/confirmation", {{"code", code_of(secret)}});
    BOOST_REQUIRE(done.status == 200);
    BOOST_TEST(codes_in(done).size() == 10u);
    const auto state = api.get(alpha.staff, own_path);
    BOOST_TEST(!state.body.at("enrolled_at").is_null());
    BOOST_TEST(state.body.at("recovery_codes_left").as_int64() == 10);
    BOOST_TEST(state.text.find(secret) == std::string::npos);
    const auto again = api.post(alpha.staff, own_path, {{"password", password_of_all}});
    BOOST_TEST(again.status == 409);
    BOOST_TEST(again.code() == "second_factor_enrolled");
    BOOST_TEST(entries("second_factor.enrolled", alpha.id) == "1");
    BOOST_TEST(entries("second_factor.failed", alpha.id) == "1");
}

BOOST_AUTO_TEST_CASE(enrolling_asks_for_the_password_again_and_ends_other_logins) {
    const auto wrong = api.post(alpha.staff, own_path, {{"password", "wrong horse battery"}});
    BOOST_TEST(wrong.status == 422);
    BOOST_TEST(wrong.faults() == "/password wrong");
    BOOST_TEST(api.post(alpha.staff, own_path, json::object{}).status == 422);
    const person other = api.sign_in("alpha", "staff@alpha.example");
    enrol(alpha.staff);
    BOOST_TEST(api.get(other, "/api/v1/accounts/me").status == 401);
    BOOST_TEST(api.get(alpha.staff, "/api/v1/accounts/me").status == 200);
}

BOOST_AUTO_TEST_CASE(a_sign_in_asks_for_the_code_only_when_the_password_is_right) {
    const auto factor = enrol(alpha.staff);
    const auto missing = try_sign_in("staff@alpha.example");
    BOOST_TEST(missing.status == 401);
    BOOST_TEST(missing.code() == "second_factor_required");
    BOOST_TEST(missing.header_value("Set-Cookie").empty());
    const auto wrong = try_sign_in("staff@alpha.example", code_of(factor.secret), "wrong horse battery");
    BOOST_TEST(wrong.code() == "sign_in_failed");
    BOOST_TEST(wrong.comparable()
               == try_sign_in("staff@alpha.example", "", "wrong horse battery").comparable());
    BOOST_TEST(try_sign_in("staff@alpha.example", wrong_code(factor.secret)).comparable()
               == wrong.comparable());
    superuser.execute("delete from account_tries"); // so many failures make the next one wait
    const auto right = try_sign_in("staff@alpha.example", code_of(factor.secret));
    BOOST_TEST(right.status == 201);
    BOOST_TEST(!right.header_value("Set-Cookie").empty());
}

BOOST_AUTO_TEST_CASE(a_code_is_taken_once) {
    const auto factor = enrol(alpha.staff);
    const std::string code = code_of(factor.secret, 1);
    BOOST_TEST(try_sign_in("staff@alpha.example", code).status == 201);
    BOOST_TEST(try_sign_in("staff@alpha.example", code).code() == "sign_in_failed");
    // Nor one of a step before it.
    BOOST_TEST(try_sign_in("staff@alpha.example", code_of(factor.secret)).code() == "sign_in_failed");
}

BOOST_AUTO_TEST_CASE(a_recovery_code_is_taken_once_in_any_spelling) {
    const auto factor = enrol(alpha.staff);
    std::string spelled;
    for (const char c : factor.recovery_codes[0])
        spelled += c == '-' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    BOOST_TEST(try_sign_in("staff@alpha.example", spelled).status == 201);
    BOOST_TEST(try_sign_in("staff@alpha.example", factor.recovery_codes[0]).code() == "sign_in_failed");
    BOOST_TEST(try_sign_in("staff@alpha.example", factor.recovery_codes[1]).status == 201);
    BOOST_TEST(api.get(alpha.staff, own_path).body.at("recovery_codes_left").as_int64() == 8);
    BOOST_TEST(entries("recovery_code.used", alpha.id) == "2");
}

BOOST_AUTO_TEST_CASE(new_recovery_codes_end_the_old_ones) {
    const auto factor = enrol(alpha.staff);
    const auto renewed = api.post(alpha.staff, own_path + "/recovery-codes",
                                  {{"password", password_of_all}, {"code", code_of(factor.secret)}});
    BOOST_REQUIRE(renewed.status == 201);
    BOOST_TEST(try_sign_in("staff@alpha.example", factor.recovery_codes[2]).code() == "sign_in_failed");
    BOOST_TEST(try_sign_in("staff@alpha.example", codes_in(renewed)[2]).status == 201);
}

BOOST_AUTO_TEST_CASE(wrong_codes_delay_the_next_ones_whoever_sends_them) {
    const auto factor = enrol(alpha.staff);
    superuser.execute("update second_factors set failures = 2000");
    BOOST_TEST(try_sign_in("staff@alpha.example", wrong_code(factor.secret)).code() == "sign_in_failed");
    const auto right = try_sign_in("staff@alpha.example", code_of(factor.secret));
    BOOST_TEST(right.status == 429);
    BOOST_TEST(std::stoi(right.header_value("Retry-After")) > 800);
    BOOST_TEST(try_sign_in("staff@alpha.example", factor.recovery_codes[0]).status == 429);
    superuser.execute("update second_factors set blocked_until = now()");
    superuser.execute("delete from account_tries");
    BOOST_TEST(try_sign_in("staff@alpha.example", code_of(factor.secret)).status == 201);
    BOOST_TEST(superuser.value("select max(failures) from second_factors") == "0");
}

BOOST_AUTO_TEST_CASE(guessing_meets_a_delay_long_before_it_meets_a_code) {
    enrol(alpha.staff);
    settings strict = with;
    strict.identity.failures_before_delay = identity_settings{}.failures_before_delay;
    api_client other{strict};
    int taken = 0;
    for (int guess = 0; guess < 14; ++guess) {
        const json::value body{{"email", "staff@alpha.example"},
                               {"password", password_of_all},
                               {"code", std::to_string(100000 + guess)}};
        taken += other.post(anonymous_at("alpha"), "/api/v1/logins", body).status == 401 ? 1 : 0;
        superuser.execute("delete from account_tries"); // the factor's own delay is what is tried
    }
    BOOST_TEST(taken >= strict.identity.failures_before_delay);
    BOOST_TEST(taken <= 10);
}

BOOST_AUTO_TEST_CASE(removing_it_needs_the_password_and_a_code) {
    const auto factor = enrol(alpha.staff);
    const std::string path = own_path + "/removal";
    const auto without = api.put(alpha.staff, path, {{"code", code_of(factor.secret)}});
    BOOST_TEST(without.faults() == "/password wrong");
    const auto wrong =
        api.put(alpha.staff, path, {{"password", password_of_all}, {"code", wrong_code(factor.secret)}});
    BOOST_TEST(wrong.faults() == "/code wrong");
    const person other = api.sign_in("alpha", "staff@alpha.example", code_of(factor.secret));
    const json::value both{{"password", password_of_all}, {"code", code_of(factor.secret, 1)}};
    BOOST_TEST(api.put(alpha.staff, path, both).status == 204);
    BOOST_TEST(api.get(other, "/api/v1/accounts/me").status == 401);
    BOOST_TEST(try_sign_in("staff@alpha.example").status == 201);
    BOOST_TEST(api.put(alpha.staff, path, both).status == 404);
    BOOST_TEST(superuser.value("select count(*) from recovery_codes") == "0");
}

BOOST_AUTO_TEST_CASE(a_factor_of_one_account_is_worth_nothing_at_another) {
    const auto factor = enrol(alpha.staff);
    enrol(alpha.owner);
    // The same sealed text in the owner's row: it was sealed for another one.
    superuser.execute("update second_factors f set sealed_secret = s.sealed_secret from second_factors s"
                      " join accounts a on a.id = s.account_id where a.role = 'staff'");
    BOOST_TEST(broken_sign_in("owner@alpha.example", code_of(factor.secret)) == 500);
    BOOST_TEST(broken_sign_in("owner@alpha.example", factor.recovery_codes[0]) == 500);
    BOOST_TEST(try_sign_in("staff@alpha.example", code_of(factor.secret)).status == 201);
    BOOST_TEST(superuser.value("select count(*) from second_factors where sealed_secret like '%"
                               + factor.secret + "%'")
               == "0");
}

BOOST_AUTO_TEST_CASE(who_has_lost_it_gets_it_reset_by_owners_and_managers) {
    const auto factor = enrol(alpha.staff);
    enrol(alpha.owner);
    const std::string of_staff = "/api/v1/accounts/" + alpha.staff.id + "/second-factor";
    BOOST_TEST(api.remove(alpha.staff, of_staff).status == 403);
    BOOST_TEST(api.remove(alpha.first.guardian, of_staff).status == 403);
    BOOST_TEST(api.remove(beta.owner, of_staff).status == 404);
    superuser.rows("update accounts set role = 'manager' where id = $1", {alpha.staff.id});
    superuser.execute("delete from logins where account_id = '" + alpha.staff.id + "'");
    const person manager = api.sign_in("alpha", "staff@alpha.example", code_of(factor.secret));
    BOOST_TEST(api.remove(manager, "/api/v1/accounts/" + alpha.owner.id + "/second-factor").status == 403);
    BOOST_TEST(api.remove(alpha.owner, of_staff).status == 204);
    BOOST_TEST(api.get(manager, "/api/v1/accounts/me").status == 401);
    BOOST_TEST(try_sign_in("staff@alpha.example").status == 201);
    BOOST_TEST(api.remove(alpha.owner, of_staff).status == 404);
    BOOST_TEST(entries("second_factor.removed", alpha.id) == "1");
}

BOOST_AUTO_TEST_CASE(a_rule_lets_staff_without_a_factor_do_nothing_but_enrol) {
    const std::string rules = "/api/v1/security-rules";
    const json::value on{{"second_factor_for_staff", true}};
    BOOST_TEST(api.put(alpha.staff, rules, on).status == 403);
    BOOST_TEST(api.get(alpha.staff, "/api/v1/managed-events").status == 200);
    enrol(alpha.owner);
    BOOST_TEST(api.put(alpha.owner, rules, on).status == 200);
    BOOST_TEST(api.get(alpha.owner, rules).body.at("second_factor_for_staff").as_bool());

    // At once, for a login that was remembered.
    const auto refused = api.get(alpha.staff, "/api/v1/managed-events");
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.code() == "second_factor_enrolment_required");
    BOOST_TEST(api.get(alpha.staff, "/api/v1/accounts/me").status == 200);
    BOOST_TEST(api.get(alpha.staff, own_path).body.at("required").as_bool());
    BOOST_TEST(api.get(alpha.first.guardian, "/api/v1/children").status == 200);
    BOOST_TEST(api.get(beta.staff, "/api/v1/managed-events").status == 200);
    BOOST_TEST(api.get(alpha.owner, "/api/v1/managed-events").status == 200);
    enrol(alpha.staff);
    BOOST_TEST(api.get(alpha.staff, "/api/v1/managed-events").status == 200);
    BOOST_TEST(entries("second_factor.rule_changed", alpha.id) == "1");
}

BOOST_AUTO_TEST_CASE(without_an_encryption_key_enrolling_says_so) {
    settings bare = with;
    bare.security.encryption_keys.clear();
    api_client other{bare};
    const auto refused = other.post(alpha.staff, own_path, {{"password", password_of_all}});
    BOOST_TEST(refused.status == 503);
    BOOST_TEST(refused.code() == "encryption_not_configured");
}

BOOST_AUTO_TEST_CASE(a_malformed_encryption_key_refuses_the_start) {
    settings broken = with;
    broken.security.encryption_keys = {"a:tooShort"};
    BOOST_CHECK_THROW(api_client{broken}, std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
