// Guessing passwords and people: a thousand tries a minute get nowhere, and hold nobody else up.

#include "services.hpp"
#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <map>

namespace kidevent::tests {

namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

// The limits that an installation has unless it chooses others.
settings as_installed(settings of) {
    of.rate_limit = {};
    of.identity = {};
    return of;
}

struct guessing : two_organisations {
    api_client guarded{as_installed(with)};

    answer sign_in(const std::string& address, const std::string& email, const std::string& password) {
        request wanted = make_request(
            "POST", anonymous_at("alpha"), "/api/v1/logins",
            boost::json::serialize(boost::json::object{{"email", email}, {"password", password}}));
        wanted.remote_address = address;
        return guarded.send(wanted);
    }
    static std::string address_of(int i) {
        return "198.51." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
    }
    std::chrono::milliseconds time_of(const std::function<void()>& work) {
        const auto begin = steady_clock::now();
        work();
        return std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begin);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(attack_guessing, guessing)

BOOST_AUTO_TEST_CASE(a_thousand_tries_from_one_address_reach_few_passwords_and_hold_nobody_up) {
    std::map<int, int> answers;
    for (int i = 0; i < 1000; ++i)
        ++answers[sign_in("192.0.2.66", "victim" + std::to_string(i) + "@alpha.example", "guess").status];
    BOOST_TEST(answers[401] + answers[429] == 1000);
    // What a minute allows, and what came back while it went on.
    BOOST_TEST(answers[401] >= 20);
    BOOST_TEST(answers[401] <= 130);
    const auto refused = sign_in("192.0.2.66", "first@alpha.example", password_of_all);
    BOOST_TEST(refused.status == 429);
    BOOST_TEST(!refused.header_value("Retry-After").empty());
    answer other;
    const auto took = time_of([&] { other = sign_in("192.0.2.7", "first@alpha.example", password_of_all); });
    BOOST_TEST(other.status == 201);
    BOOST_TEST(took < 2000ms);
}

BOOST_AUTO_TEST_CASE(a_thousand_tries_on_one_account_from_everywhere_reach_few_passwords) {
    std::map<int, int> answers;
    for (int i = 0; i < 1000; ++i)
        ++answers[sign_in(address_of(i), "second@alpha.example", "guess " + std::to_string(i)).status];
    BOOST_TEST(answers[401] + answers[429] == 1000);
    BOOST_TEST(answers[401] <= 60);
    // The right password is no better off, or trying would tell: it waits like the others.
    const auto right = sign_in(address_of(2000), "second@alpha.example", password_of_all);
    BOOST_TEST(right.status == 429);
    // Everybody else signs in, and who is signed in stays so.
    const auto took = time_of(
        [&] { BOOST_TEST(sign_in("192.0.2.8", "first@alpha.example", password_of_all).status == 201); });
    BOOST_TEST(took < 2000ms);
    BOOST_TEST(guarded.get(alpha.second.guardian, "/api/v1/accounts/me").status == 200);
    // The same address of mail at another organisation is another account.
    request elsewhere =
        make_request("POST", anonymous_at("beta"), "/api/v1/logins",
                     R"({"email": "second@beta.example", "password": ")" + password_of_all + "\"}");
    elsewhere.remote_address = "192.0.2.9";
    BOOST_TEST(guarded.send(elsewhere).status == 201);
}

BOOST_AUTO_TEST_CASE(addresses_of_one_network_are_one_guesser) {
    std::map<int, int> answers;
    for (int i = 0; i < 300; ++i)
        ++answers[sign_in("2001:db8:0:1::" + std::to_string(i + 1),
                          "p" + std::to_string(i) + "@alpha.example", "g")
                      .status];
    BOOST_TEST(answers[429] > 100);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
