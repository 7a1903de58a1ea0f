#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

json::value credentials(const std::string& email, const std::string& password) {
    return {{"email", email}, {"password", password}};
}

json::value new_account(const std::string& email) {
    return {
        {"email", email}, {"password", password_of_all}, {"given_name", "Nina"}, {"family_name", "Nowak"}};
}

// In turns, so that whatever else the machine does slows both. The medians, in the order of the addresses.
std::array<std::chrono::microseconds, 2> median_times_of(api_client& api,
                                                         const std::array<std::string, 2>& emails) {
    std::array<std::vector<std::chrono::microseconds>, 2> taken;
    for (int i = 0; i < 9; ++i)
        for (std::size_t each = 0; each < emails.size(); ++each) {
            const auto begin = std::chrono::steady_clock::now();
            api.post(anonymous_at("alpha"), "/api/v1/logins",
                     credentials(emails[each], "wrong horse battery"));
            taken[each].push_back(std::chrono::duration_cast<std::chrono::microseconds>(
                std::chrono::steady_clock::now() - begin));
        }
    for (auto& times : taken)
        std::sort(times.begin(), times.end());
    return {taken[0][taken[0].size() / 2], taken[1][taken[1].size() / 2]};
}

// One pass over 8 KiB, as an old installation may have stored it.
std::string weak_hash_of(const std::string& password) {
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    BOOST_REQUIRE(crypto_pwhash_str(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_MIN,
                                    crypto_pwhash_MEMLIMIT_MIN)
                  == 0);
    return hash.data();
}

bool has_attribute(const std::string& cookie, const std::string& attribute) {
    return (cookie + ";").find("; " + attribute + ";") != std::string::npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_identity, two_organisations)

BOOST_AUTO_TEST_CASE(who_signs_up_is_a_guardian_and_signed_in) {
    const auto made = api.post(anonymous_at("alpha"), "/api/v1/accounts", new_account(" Nina@Example.org "));
    BOOST_TEST(made.status == 422);
    const person nina = api.sign_up("alpha", "Nina@Example.org");
    const auto me = api.get(nina, "/api/v1/accounts/me");
    BOOST_TEST(me.status == 200);
    BOOST_TEST(me.member("email") == "nina@example.org");
    BOOST_TEST(me.member("role") == "guardian");
    BOOST_TEST(me.member("id") == nina.id);
    BOOST_TEST(me.member("household_id") == nina.household);
    BOOST_TEST(nina.household.size() == 36u);
}

BOOST_AUTO_TEST_CASE(an_address_belongs_to_one_account_of_a_tenant_but_may_be_used_at_another) {
    const auto again =
        api.post(anonymous_at("alpha"), "/api/v1/accounts", new_account("FIRST@alpha.example"));
    BOOST_TEST(again.status == 409);
    BOOST_TEST(again.code() == "email_taken");
    const auto elsewhere =
        api.post(anonymous_at("beta"), "/api/v1/accounts", new_account("first@alpha.example"));
    BOOST_TEST(elsewhere.status == 201);
    BOOST_TEST(elsewhere.member("id") != alpha.first.guardian.id);
}

BOOST_AUTO_TEST_CASE(signing_up_cannot_choose_a_role_or_a_tenant) {
    for (const char* field : {"role", "tenant_id", "household_id", "id"}) {
        json::value body = new_account("mallory@example.org");
        body.as_object()[field] = "owner";
        const auto refused = api.post(anonymous_at("alpha"), "/api/v1/accounts", body);
        BOOST_TEST(refused.status == 422);
        BOOST_TEST(refused.faults() == "/" + std::string{field} + " unknown");
    }
}

BOOST_AUTO_TEST_CASE(a_short_password_and_a_blank_name_are_told_together) {
    const json::value body{{"email", "nobody"}, {"password", "short"}, {"given_name", " "}};
    const auto refused = api.post(anonymous_at("alpha"), "/api/v1/accounts", body);
    BOOST_TEST(refused.status == 422);
    BOOST_TEST(refused.faults().find("/email bad_format") != std::string::npos);
    BOOST_TEST(refused.faults().find("/password too_short") != std::string::npos);
    BOOST_TEST(refused.faults().find("/given_name too_short") != std::string::npos);
    BOOST_TEST(refused.faults().find("/family_name required") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_login_cookie_is_bound_to_its_host_and_out_of_reach_of_scripts) {
    const auto made = api.post(anonymous_at("alpha"), "/api/v1/logins",
                               credentials("first@alpha.example", password_of_all));
    BOOST_TEST(made.status == 201);
    const std::string cookie = made.header_value("Set-Cookie");
    BOOST_TEST(cookie.starts_with("__Host-kidevent="));
    for (const char* attribute : {"Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=1209600"})
        BOOST_TEST(has_attribute(cookie, attribute), attribute);
    BOOST_TEST(cookie.find("Domain") == std::string::npos);
    BOOST_TEST(made.header_value("Cache-Control") == "no-store");
}

BOOST_AUTO_TEST_CASE(a_wrong_password_and_an_unknown_person_look_the_same) {
    const auto wrong = api.post(anonymous_at("alpha"), "/api/v1/logins",
                                credentials("first@alpha.example", "wrong horse battery"));
    const auto unknown = api.post(anonymous_at("alpha"), "/api/v1/logins",
                                  credentials("nobody@alpha.example", "wrong horse battery"));
    const auto too_long = api.post(anonymous_at("alpha"), "/api/v1/logins",
                                   credentials("first@alpha.example", std::string(1024, 'x')));
    superuser.execute("update accounts set password_hash = null where email = 'second@alpha.example'");
    const auto without =
        api.post(anonymous_at("alpha"), "/api/v1/logins", credentials("second@alpha.example", "x"));
    BOOST_TEST(wrong.status == 401);
    BOOST_TEST(wrong.code() == "sign_in_failed");
    for (const answer& other : {unknown, too_long, without}) {
        BOOST_TEST(other.status == wrong.status);
        BOOST_TEST(other.comparable() == wrong.comparable());
        BOOST_TEST(other.headers.size() == wrong.headers.size());
        BOOST_TEST(other.header_value("Set-Cookie") == "");
    }
}

BOOST_AUTO_TEST_CASE(the_time_does_not_tell_whether_a_person_exists) {
    const auto [known, unknown] = median_times_of(api, {"first@alpha.example", "nobody@alpha.example"});
    BOOST_TEST_MESSAGE("known " << known.count() << " us, unknown " << unknown.count() << " us");
    BOOST_TEST(known.count() < 2 * unknown.count());
    BOOST_TEST(unknown.count() < 2 * known.count());
}

BOOST_AUTO_TEST_CASE(who_signed_out_is_a_stranger_again) {
    const person login = api.sign_in("alpha", "first@alpha.example");
    const auto out = api.remove(login, "/api/v1/logins/current");
    BOOST_TEST(out.status == 204);
    BOOST_TEST(out.header_value("Set-Cookie").starts_with("__Host-kidevent=;"));
    BOOST_TEST(has_attribute(out.header_value("Set-Cookie"), "Max-Age=0"));
    BOOST_TEST(api.get(login, "/api/v1/accounts/me").status == 401);
    // Other logins of the same person stay.
    BOOST_TEST(api.get(alpha.first.guardian, "/api/v1/accounts/me").status == 200);
}

BOOST_AUTO_TEST_CASE(an_expired_login_and_a_disabled_account_are_refused) {
    superuser.execute("update logins set expires_at = now() where account_id = '" + alpha.first.guardian.id
                      + "'; update accounts set disabled_at = now() where id = '" + alpha.second.guardian.id
                      + "'");
    BOOST_TEST(api.get(alpha.first.guardian, "/api/v1/accounts/me").status == 401);
    BOOST_TEST(api.get(alpha.second.guardian, "/api/v1/accounts/me").status == 401);
    const auto disabled = api.post(anonymous_at("alpha"), "/api/v1/logins",
                                   credentials("second@alpha.example", password_of_all));
    BOOST_TEST(disabled.status == 401);
}

BOOST_AUTO_TEST_CASE(a_login_of_one_tenant_is_nothing_at_another) {
    const auto foreign = api.get(sent_to(alpha.owner, "beta"), "/api/v1/accounts/me");
    BOOST_TEST(foreign.status == 401);
    person forged = alpha.owner;
    forged.token = std::string(alpha.owner.token.size(), 'A');
    const auto unknown = api.get(forged, "/api/v1/accounts/me");
    BOOST_TEST(unknown.status == 401);
    BOOST_TEST(unknown.comparable() == foreign.comparable());
    forged.token = "short";
    BOOST_TEST(api.get(forged, "/api/v1/accounts/me").status == 401);
}

BOOST_AUTO_TEST_CASE(only_the_hash_of_a_login_is_stored) {
    const std::string rows = superuser.value("select string_agg(l::text, ' ') from logins l");
    BOOST_TEST(rows.size() > 100u);
    BOOST_TEST(rows.find(alpha.first.guardian.token) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(two_login_cookies_are_refused) {
    const std::string cookie = "__Host-kidevent=" + alpha.first.guardian.token;
    for (const auto& lines : {std::vector<header>{{"Cookie", cookie + "; " + cookie}},
                              std::vector<header>{{"Cookie", cookie}, {"cookie", cookie}}}) {
        const auto refused =
            api.send(make_request("GET", anonymous_at("alpha"), "/api/v1/accounts/me", "", lines));
        BOOST_TEST(refused.status == 400);
        BOOST_TEST(refused.faults() == "Cookie duplicate");
    }
    const std::vector<header> among_others{{"Cookie", "theme=dark; " + cookie + "; kidevent=1"}};
    const auto fine =
        api.send(make_request("GET", anonymous_at("alpha"), "/api/v1/accounts/me", "", among_others));
    BOOST_TEST(fine.status == 200);
}

BOOST_AUTO_TEST_CASE(a_page_of_another_site_or_tenant_cannot_act_for_a_person) {
    const json::value child{
        {"given_name", "Eve"}, {"family_name", "Evil"}, {"birth_date", born_years_ago(8)}};
    const auto send_with = [&](const std::string& name, const std::string& value) {
        return api.post(alpha.first.guardian, "/api/v1/children", child, {{name, value}});
    };
    for (const char* origin :
         {"https://beta.kidevent.test", "https://kidevent.test", "null", "", "http://alpha.kidevent.test",
          "https://alpha.kidevent.test:8443", "https://alpha.kidevent.test.evil.example"})
        BOOST_TEST(send_with("Origin", origin).code() == "cross_site_request", origin);
    for (const char* site : {"same-site", "cross-site", "", "same-origin, same-site"})
        BOOST_TEST(send_with("Sec-Fetch-Site", site).code() == "cross_site_request", site);
    BOOST_TEST(send_with("Sec-Fetch-Site", "same-origin").status == 201);
    BOOST_TEST(send_with("Origin", "https://alpha.kidevent.test").status == 201);
    // Signing in too: nobody is to be signed in to a stranger's account.
    const auto login =
        api.post(anonymous_at("alpha"), "/api/v1/logins", credentials("first@alpha.example", password_of_all),
                 {{"Origin", "https://evil.example"}});
    BOOST_TEST(login.status == 403);
}

BOOST_AUTO_TEST_CASE(a_weaker_hash_is_replaced_when_its_person_signs_in) {
    const std::string weak = weak_hash_of(password_of_all);
    superuser.rows("update accounts set password_hash = $1 where email = 'first@alpha.example'", {weak});
    api.sign_in("alpha", "first@alpha.example");
    const std::string after =
        superuser.value("select password_hash from accounts where email = 'first@alpha.example'");
    BOOST_TEST(after != weak);
    BOOST_TEST(after.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    api.sign_in("alpha", "first@alpha.example");
}

BOOST_AUTO_TEST_CASE(whose_password_cannot_be_checked_at_the_moment_is_asked_to_come_back) {
    with.identity.hashes_waiting_max = 0;
    api_client busy{with};
    for (const char* slug : {"alpha", "admin"}) {
        const auto refused = busy.post(anonymous_at(slug), "/api/v1/logins",
                                       credentials("operator@platform.example", password_of_all));
        BOOST_TEST(refused.status == 429, slug);
    }
    BOOST_TEST(busy.post(anonymous_at("alpha"), "/api/v1/accounts", new_account("n@example.org")).status
               == 429);
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

struct strict_limits : two_organisations {
    strict_limits() {
        with.identity.sign_ins_per_minute_per_account = 3;
        with.identity.sign_ins_per_minute_per_address = 5;
        limited.emplace(with);
    }
    answer try_sign_in(const std::string& slug, const std::string& email, const std::string& address) {
        auto wanted = make_request("POST", anonymous_at(slug), "/api/v1/logins",
                                   json::serialize(credentials(email, "wrong horse battery")));
        wanted.remote_address = address;
        return limited->send(wanted);
    }
    std::optional<api_client> limited;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_sign_in_limits, strict_limits)

BOOST_AUTO_TEST_CASE(too_many_tries_on_one_account_are_slowed_down_wherever_they_come_from) {
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(try_sign_in("alpha", "first@alpha.example", "192.0.2." + std::to_string(i)).status == 401);
    const auto refused = try_sign_in("alpha", "First@Alpha.Example", "192.0.2.9");
    BOOST_TEST(refused.status == 429);
    const int wait = std::stoi(refused.header_value("Retry-After"));
    BOOST_TEST(wait >= 1);
    BOOST_TEST(wait <= 20);
    // The same address at another tenant is another account.
    BOOST_TEST(try_sign_in("beta", "first@alpha.example", "192.0.2.10").status == 401);
}

BOOST_AUTO_TEST_CASE(too_many_tries_from_one_address_are_slowed_down_whomever_they_name) {
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(try_sign_in("alpha", std::to_string(i) + "@alpha.example", "198.51.100.7").status == 401);
    BOOST_TEST(try_sign_in("alpha", "6@alpha.example", "198.51.100.7").status == 429);
    BOOST_TEST(try_sign_in("admin", "6@alpha.example", "198.51.100.7").status == 401);
    BOOST_TEST(try_sign_in("alpha", "6@alpha.example", "198.51.100.8").status == 401);
}

BOOST_AUTO_TEST_CASE(a_limit_hits_people_who_exist_and_people_who_do_not_alike) {
    for (int i = 0; i < 3; ++i) {
        try_sign_in("alpha", "first@alpha.example", "192.0.2.1" + std::to_string(i));
        try_sign_in("alpha", "nobody@alpha.example", "192.0.2.2" + std::to_string(i));
    }
    const auto known = try_sign_in("alpha", "first@alpha.example", "192.0.2.31");
    const auto unknown = try_sign_in("alpha", "nobody@alpha.example", "192.0.2.32");
    BOOST_TEST(known.status == 429);
    BOOST_TEST(known.comparable() == unknown.comparable());
}

BOOST_AUTO_TEST_SUITE_END()
