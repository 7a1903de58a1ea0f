#include "identity/password_policy.hpp"

#include "identity/known_passwords.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <string>

using namespace kidevent::identity;

namespace {

std::string_view code_of(std::string_view password) {
    return fault_of_password(password,
                             {"ada.berg@example.org", "Ada", "Berg-Maier", "Sunny Camp", "sunny-camp"})
        .code;
}

} // namespace

BOOST_AUTO_TEST_SUITE(identity_password_policy)

BOOST_AUTO_TEST_CASE(the_list_is_long_in_order_and_of_passwords_that_could_be_chosen) {
    const auto known = known_password_hashes();
    BOOST_TEST(known.size() >= 10'000U);
    BOOST_TEST((std::adjacent_find(known.begin(), known.end(), std::greater_equal<>{}) == known.end()));
    BOOST_TEST(known.back() < std::uint64_t{1} << 40U);
}

BOOST_AUTO_TEST_CASE(what_many_people_have_is_refused_in_whatever_case) {
    for (const char* const each : {"password123", "1234567890", "qwertyuiop", "Q1W2E3R4T5", "PassWord123"})
        BOOST_TEST(code_of(each) == "too_common", each);
    for (const char* const each :
         {"correct horse battery", "kidevent-demo-only", "wrong horse battery", "password123 "})
        BOOST_TEST(code_of(each) == "", each);
    BOOST_TEST(!is_known_password(std::string(1000, 'a')));
    BOOST_TEST(!is_known_password(""));
}

BOOST_AUTO_TEST_CASE(length_is_counted_in_characters_and_has_room_for_sentences) {
    BOOST_TEST(code_of("nine chrs") == "too_short");
    BOOST_TEST(code_of("ten chars!") == "");
    BOOST_TEST(code_of("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9") == "too_short"); // five, in ten bytes
    BOOST_TEST(code_of(std::string(64, 'x') + " y") == "");
    BOOST_TEST(code_of(std::string(1024, 'x')) == "");
    BOOST_TEST(code_of(std::string(1025, 'x')) == "too_long");
}

BOOST_AUTO_TEST_CASE(what_stands_beside_the_password_is_no_password) {
    for (const char* const each : {"ada.berg@example.org", "ADA.BERG@EXAMPLE.ORG", "Sunny Camp", "sunny-camp",
                                   "SunnyCamp2026!", "Berg-Maier-1987", "bergmaier12", "camp.camp.camp"})
        BOOST_TEST(code_of(each) == "too_close", each);
    // Words among others are fine, and so are short names, which are in many words.
    for (const char* const each : {"Sunny days at the lake", "Adamantly slow", "bergsteigen im camp"})
        BOOST_TEST(code_of(each) == "", each);
}

BOOST_AUTO_TEST_SUITE_END()
