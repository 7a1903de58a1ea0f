#include "crypto/sha256.hpp"

#include <boost/test/unit_test.hpp>

using kidevent::crypto::sha256_hex;

BOOST_AUTO_TEST_SUITE(crypto)

BOOST_AUTO_TEST_CASE(sha256_gives_the_answers_of_fips_180_4) {
    BOOST_TEST(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    BOOST_TEST(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    BOOST_TEST(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
               == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

BOOST_AUTO_TEST_CASE(sha256_reads_past_a_zero_byte) {
    using namespace std::string_view_literals;
    BOOST_TEST(sha256_hex("a\0b"sv) != sha256_hex("a"));
}

BOOST_AUTO_TEST_SUITE_END()
