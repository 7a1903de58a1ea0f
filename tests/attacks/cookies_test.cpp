// Cookies that somebody else put there: from a sibling's subdomain, by a parser's leniency, or before the
// sign-in.

#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

namespace kidevent::tests {

namespace {

struct cookies : two_organisations {
    int status_with(const std::vector<std::string>& lines, const std::string& host = "alpha.kidevent.test") {
        request made{"GET", "/api/v1/accounts/me", host, "192.0.2.1", {}, ""};
        for (const std::string& each : lines)
            made.headers.push_back({"Cookie", each});
        return api.send(made).status;
    }
    std::string token() const { return alpha.first.guardian.token; }
};

const std::string name = "__Host-kidevent";

} // namespace

BOOST_FIXTURE_TEST_SUITE(attack_cookies, cookies)

BOOST_AUTO_TEST_CASE(two_login_cookies_are_refused_wherever_they_stand) {
    const std::string good = name + "=" + token();
    BOOST_TEST(status_with({good}) == 200);
    BOOST_TEST(status_with({"theme=dark; " + good + "; lang=de"}) == 200);
    const std::string planted = name + "=" + alpha.second.guardian.token;
    BOOST_TEST(status_with({good + "; " + planted}) == 400);
    BOOST_TEST(status_with({planted + "; " + good}) == 400);
    BOOST_TEST(status_with({good, planted}) == 400);
    BOOST_TEST(status_with({good + "; " + good}) == 400);
    BOOST_TEST(status_with({good + "; " + name + "="}) == 400);
}

BOOST_AUTO_TEST_CASE(only_the_very_name_is_the_login_cookie) {
    // Blanks that other parsers strip: U+2000, U+00A0, U+3000, U+0085, vertical tab, form feed.
    for (const std::string& other : std::vector<std::string>{"\xe2\x80\x80" + name,
                                                             "\xc2\xa0" + name,
                                                             "\xe3\x80\x80" + name,
                                                             "\xc2\x85" + name,
                                                             "\x0b" + name,
                                                             "\x0c" + name,
                                                             name + "\xe2\x80\x80",
                                                             name + "\xc2\xa0",
                                                             std::string{"__host-kidevent"},
                                                             std::string{"__HOST-KIDEVENT"},
                                                             std::string{"__Host-Kidevent"},
                                                             "$Version=1; $" + name,
                                                             "\"" + name + "\"",
                                                             "%5F%5FHost-kidevent",
                                                             "__Host-kidevent%00",
                                                             "__Host%2Dkidevent",
                                                             std::string{"_\xef\xbc\xbfHost-kidevent"},
                                                             name + "[]",
                                                             "=" + name,
                                                             "x" + name,
                                                             name + "x"})
        BOOST_TEST(status_with({other + "=" + token()}) == 401, other);
}

BOOST_AUTO_TEST_CASE(a_value_is_what_stands_there_and_nothing_is_unwrapped) {
    for (const std::string& other : std::vector<std::string>{
             "\"" + token() + "\"", token() + "%20", "\\" + token(), token() + ",", "'" + token() + "'",
             token() + "\xe2\x80\x80", token().substr(0, token().size() - 1), token() + "A",
             std::string{"%22"} + token() + "%22"})
        BOOST_TEST(status_with({name + "=" + other}) == 401, other);
    // The blanks of RFC 6265 do not belong to it.
    BOOST_TEST(status_with({"  " + name + " = " + token() + "\t"}) == 200);
}

BOOST_AUTO_TEST_CASE(the_old_syntax_with_version_and_comma_hides_and_plants_nothing) {
    BOOST_TEST(status_with({"$Version=1; " + name + "=" + token() + "; $Path=/; $Domain=.kidevent.test"})
               == 200);
    // A comma is part of a value, not the end of a cookie; a quote does not reach over a semicolon.
    BOOST_TEST(status_with({"a=b, " + name + "=" + token()}) == 401);
    BOOST_TEST(status_with({"$Version=1; a=\"b; " + name + "=" + token() + "; c=d\""}) == 200);
    BOOST_TEST(status_with({"a=\"x; " + name + "=forged; b=\"; " + name + "=" + token()}) == 400);
}

BOOST_AUTO_TEST_CASE(a_cookie_of_a_sibling_opens_nothing) {
    BOOST_TEST(status_with({name + "=" + beta.first.guardian.token}) == 401);
    BOOST_TEST(status_with({name + "=" + beta.owner.token}) == 401);
    BOOST_TEST(status_with({name + "=" + gamma.owner.token}) == 401);
    BOOST_TEST(status_with({name + "=" + token()}, "beta.kidevent.test") == 401);
    BOOST_TEST(status_with({name + "=" + admin.token}) == 401);
}

// Session fixation: whatever a browser brought along, signing in gives a login of its own.
BOOST_AUTO_TEST_CASE(signing_in_never_takes_over_the_cookie_that_was_there) {
    const std::string planted = alpha.second.guardian.token;
    person victim = anonymous_at("alpha");
    victim.token = planted;
    const auto made =
        api.post(victim, "/api/v1/logins", {{"email", "first@alpha.example"}, {"password", password_of_all}});
    BOOST_REQUIRE(made.status == 201);
    const std::string cookie = made.header_value("Set-Cookie");
    BOOST_TEST(cookie.starts_with(name + "="));
    BOOST_TEST(cookie.find(planted) == std::string::npos);
    // The one that was planted is still the other person's, and no more.
    BOOST_TEST(api.get(alpha.second.guardian, "/api/v1/accounts/me").member("email")
               == "second@alpha.example");
    // A token of an attacker's making does not become a login by being there at a sign-in.
    victim.token = std::string(planted.size(), 'A');
    BOOST_TEST(
        api.post(victim, "/api/v1/logins", {{"email", "first@alpha.example"}, {"password", password_of_all}})
            .status
        == 201);
    BOOST_TEST(status_with({name + "=" + victim.token}) == 401);
}

BOOST_AUTO_TEST_CASE(every_sign_in_makes_another_token_of_256_bits) {
    const person one = api.sign_in("alpha", "first@alpha.example");
    const person two = api.sign_in("alpha", "first@alpha.example");
    BOOST_TEST(one.token != two.token);
    BOOST_TEST(one.token.size() == 43U);
    api.remove(one, "/api/v1/logins/current");
    BOOST_TEST(status_with({name + "=" + one.token}) == 401);
    BOOST_TEST(status_with({name + "=" + two.token}) == 200);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
