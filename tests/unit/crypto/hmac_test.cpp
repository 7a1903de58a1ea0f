#include "crypto/hmac.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace kidevent::crypto;

std::string hex(const digest& bytes) {
    constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const auto byte : bytes) {
        text += digits[std::to_integer<int>(byte) / 16];
        text += digits[std::to_integer<int>(byte) % 16];
    }
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(crypto)

BOOST_AUTO_TEST_CASE(hmac_sha256_gives_the_answers_of_rfc_4231) {
    BOOST_TEST(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There"))
               == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    BOOST_TEST(hex(hmac_sha256("Jefe", "what do ya want for nothing?"))
               == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    BOOST_TEST(
        hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

BOOST_AUTO_TEST_CASE(texts_are_equal_only_when_every_byte_is) {
    BOOST_TEST(equal_in_constant_time("", ""));
    BOOST_TEST(equal_in_constant_time("abc", "abc"));
    BOOST_TEST(!equal_in_constant_time("abc", "abd"));
    BOOST_TEST(!equal_in_constant_time("abc", "xbc"));
    BOOST_TEST(!equal_in_constant_time("abc", "abcd"));
    auto one = sha256("x");
    const auto other = one;
    BOOST_TEST(equal_in_constant_time(one, other));
    one.back() ^= std::byte{1};
    BOOST_TEST(!equal_in_constant_time(one, other));
}

BOOST_AUTO_TEST_SUITE_END()
