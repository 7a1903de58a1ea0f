#include "crypto/base32.hpp"

#include <boost/test/unit_test.hpp>

#include <span>
#include <string>

namespace {

using namespace kidevent::crypto;

std::string encoded(const std::string& bytes) { return encode_base32(std::as_bytes(std::span{bytes})); }

} // namespace

BOOST_AUTO_TEST_SUITE(crypto)

BOOST_AUTO_TEST_CASE(base32_gives_the_answers_of_rfc_4648_without_their_padding) {
    BOOST_TEST(encoded("") == "");
    BOOST_TEST(encoded("f") == "MY");
    BOOST_TEST(encoded("fo") == "MZXQ");
    BOOST_TEST(encoded("foo") == "MZXW6");
    BOOST_TEST(encoded("foob") == "MZXW6YQ");
    BOOST_TEST(encoded("fooba") == "MZXW6YTB");
    BOOST_TEST(encoded("foobar") == "MZXW6YTBOI");
}

BOOST_AUTO_TEST_CASE(base32_comes_back_as_it_was) {
    std::string bytes;
    for (int length = 0; length < 64; ++length) {
        BOOST_TEST(decode_base32(encoded(bytes)).value() == bytes);
        bytes += static_cast<char>(length * 37 + 200);
    }
}

BOOST_AUTO_TEST_CASE(each_value_has_one_spelling_in_base32) {
    for (const char* other : {"my", "MY======", "MY ", "M1", "M8", "MZ", "MZXX", "M", "MZX", "MZXW6Y"})
        BOOST_TEST(!decode_base32(other), other);
}

BOOST_AUTO_TEST_SUITE_END()
