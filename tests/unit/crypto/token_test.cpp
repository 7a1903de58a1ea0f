#include "crypto/base64url.hpp"
#include "crypto/random.hpp"
#include "crypto/token.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

namespace {

using namespace kidevent::crypto;

} // namespace

BOOST_AUTO_TEST_SUITE(crypto)

BOOST_AUTO_TEST_CASE(a_token_is_43_characters_that_spell_32_bytes_and_never_repeats) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto token = make_token();
        BOOST_REQUIRE(token.size() == token_length);
        BOOST_REQUIRE(decode_base64url(token).value().size() == 32u);
        BOOST_REQUIRE(seen.insert(token).second);
    }
}

BOOST_AUTO_TEST_CASE(a_token_hash_is_its_sha256) {
    BOOST_TEST((token_hash("abc") == sha256("abc")));
    BOOST_TEST((token_hash("abc") != token_hash("abd")));
}

BOOST_AUTO_TEST_CASE(random_bytes_fill_the_whole_buffer) {
    // A byte that is still zero after 32 fills was never written (chance 2^-256 for each).
    std::array<std::byte, 100> seen{};
    for (int i = 0; i < 32; ++i) {
        std::array<std::byte, 100> bytes{};
        fill_random(bytes);
        for (std::size_t at = 0; at < bytes.size(); ++at)
            seen[at] |= bytes[at];
    }
    BOOST_TEST(std::count(seen.begin(), seen.end(), std::byte{0}) == 0);
    fill_random({}); // an empty buffer is allowed
}

BOOST_AUTO_TEST_SUITE_END()
