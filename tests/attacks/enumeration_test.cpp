// Whether somebody has an account shows neither in an answer nor in the time that it takes.

#include "services.hpp"
#include "support/api_client.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>

namespace kidevent::tests {

namespace {

using std::chrono::steady_clock;
using microseconds = std::chrono::duration<double, std::micro>;

microseconds time_of(const std::function<void()>& work) {
    const auto begin = steady_clock::now();
    work();
    return steady_clock::now() - begin;
}

microseconds median(std::vector<microseconds> of) {
    const auto middle = of.begin() + std::ssize(of) / 2;
    std::nth_element(of.begin(), middle, of.end());
    return *middle;
}

bool are_alike(microseconds one, microseconds other) {
    const auto [less, more] = std::minmax(one, other);
    return more < less * 1.4;
}

// Both in turns, so that whatever else the machine does meets both; a burst that does not may have struck, so
// what differs is measured again. A difference that is there is there each time.
std::string difference(int times, const std::function<void()>& about_somebody,
                       const std::function<void()>& about_nobody) {
    about_somebody();
    about_nobody();
    std::string found;
    for (int attempt = 0; attempt < 3; ++attempt) {
        std::vector<microseconds> somebody;
        std::vector<microseconds> nobody;
        for (int i = 0; i < times; ++i) {
            somebody.push_back(time_of(about_somebody));
            nobody.push_back(time_of(about_nobody));
        }
        if (are_alike(median(somebody), median(nobody))) return "";
        found += " " + std::to_string(median(somebody).count()) + "us and "
                 + std::to_string(median(nobody).count()) + "us";
    }
    return found;
}

struct enumeration : two_organisations {
    // What was answered last, of each kind.
    std::string about_somebody;
    std::string about_nobody;

    std::string ask(const std::string& path, const boost::json::value& body) {
        const auto got = api.post(anonymous_at("alpha"), path, body);
        return std::to_string(got.status) + " " + got.comparable();
    }
    // Both kinds of request, with an address that somebody has and with one that nobody has.
    std::string difference_of(int times, const std::string& path, const boost::json::object& body) {
        return difference(
            times, [&] { about_somebody = ask(path, with_email(body, "first@alpha.example")); },
            [&] { about_nobody = ask(path, with_email(body, "nobody@alpha.example")); });
    }
    static boost::json::object with_email(boost::json::object body, const std::string& email) {
        body["email"] = email;
        return body;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(attack_enumeration, enumeration)

BOOST_AUTO_TEST_CASE(a_sign_in_does_not_tell_people_from_nobody) {
    BOOST_TEST(difference_of(9, "/api/v1/logins", {{"password", "no such password"}}) == "");
    BOOST_TEST(about_somebody == about_nobody);
    BOOST_TEST(about_somebody.starts_with("401 "));
}

BOOST_AUTO_TEST_CASE(asking_for_another_password_does_not_tell_people_from_nobody) {
    BOOST_TEST(difference_of(31, "/api/v1/password-resets", {}) == "");
    BOOST_TEST(about_somebody == about_nobody);
    BOOST_TEST(about_somebody.starts_with("202 "));
}

// A sign-up itself says that its address is taken, in words: see docs/architecture.md. Nothing is learned
// from one that is refused for another reason, which makes no account and sends no message.
BOOST_AUTO_TEST_CASE(a_sign_up_that_is_refused_does_not_tell_people_from_nobody) {
    BOOST_TEST(difference_of(21, "/api/v1/accounts",
                             {{"password", "password123"}, {"given_name", "N"}, {"family_name", "N"}})
               == "");
    BOOST_TEST(about_somebody == about_nobody);
    BOOST_TEST(about_somebody.starts_with("422 "));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
