#include "crypto/totp.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

namespace {

using namespace kidevent::crypto;
using namespace std::chrono_literals;

const std::string rfc_secret = "12345678901234567890";

auto instant(std::int64_t seconds) {
    return std::chrono::sys_time<std::chrono::microseconds>{std::chrono::seconds{seconds}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(crypto)

BOOST_AUTO_TEST_CASE(totp_gives_the_answers_of_rfc_6238) {
    const std::pair<std::int64_t, const char*> vectors[] = {
        {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
        {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"},
    };
    for (const auto& [seconds, code] : vectors)
        BOOST_TEST(totp_code(rfc_secret, totp_step(instant(seconds)), 8) == code);
}

BOOST_AUTO_TEST_CASE(hotp_gives_the_answers_of_rfc_4226) {
    const char* const codes[] = {"755224", "287082", "359152", "969429", "338314",
                                 "254676", "287922", "162583", "399871", "520489"};
    std::int64_t counter = 0;
    for (const char* const code : codes)
        BOOST_TEST(totp_code(rfc_secret, counter++) == code);
}

BOOST_AUTO_TEST_CASE(a_step_is_thirty_seconds_long) {
    BOOST_TEST(totp_step(instant(29)) == 0);
    BOOST_TEST(totp_step(instant(30)) == 1);
    BOOST_TEST(totp_step(instant(59) + 999999us) == 1);
    BOOST_TEST(totp_step(instant(60)) == 2);
}

BOOST_AUTO_TEST_CASE(a_code_is_taken_one_step_early_and_one_step_late_and_no_further) {
    for (const std::int64_t step : {99, 100, 101})
        BOOST_TEST(match_totp(rfc_secret, totp_code(rfc_secret, step), 100, 0).value() == step);
    for (const std::int64_t step : {97, 98, 102, 103})
        BOOST_TEST(!match_totp(rfc_secret, totp_code(rfc_secret, step), 100, 0));
}

BOOST_AUTO_TEST_CASE(a_step_that_was_taken_is_over_and_so_are_those_before_it) {
    BOOST_TEST(!match_totp(rfc_secret, totp_code(rfc_secret, 100), 100, 100));
    BOOST_TEST(!match_totp(rfc_secret, totp_code(rfc_secret, 99), 100, 100));
    BOOST_TEST(match_totp(rfc_secret, totp_code(rfc_secret, 101), 100, 100).value() == 101);
}

BOOST_AUTO_TEST_CASE(what_is_no_code_of_six_digits_matches_nothing) {
    const std::string right = totp_code(rfc_secret, 100);
    const std::string others[] = {"",
                                  right.substr(1),
                                  right + "0",
                                  " " + right,
                                  "000000" + right,
                                  right.substr(0, 5) + "x",
                                  totp_code(rfc_secret, 100, 8)};
    for (const std::string& other : others)
        BOOST_TEST(!match_totp(rfc_secret, other, 100, 0), other);
    BOOST_TEST(!match_totp("another secret of 20", right, 100, 0));
}

BOOST_AUTO_TEST_SUITE_END()
