#include "crypto/password_hash.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

namespace {

using namespace kidevent::crypto;
using namespace std::string_view_literals;

// From the tests of the argon2 reference implementation: password "password", salt "somesalt", 64 MiB.
const std::string reference_hash =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

} // namespace

BOOST_AUTO_TEST_SUITE(crypto)

BOOST_AUTO_TEST_CASE(a_hash_verifies_its_own_password_and_no_other) {
    const auto hash = hash_password("correct horse");
    BOOST_TEST(verify_password(hash, "correct horse"));
    BOOST_TEST(!verify_password(hash, "correct horsf"));
    BOOST_TEST(!verify_password(hash, "correct horse\0"sv));
    BOOST_TEST(!verify_password(hash, ""));
}

BOOST_AUTO_TEST_CASE(two_hashes_of_one_password_differ) {
    BOOST_TEST(hash_password("correct horse") != hash_password("correct horse"));
}

BOOST_AUTO_TEST_CASE(a_hash_of_the_reference_implementation_verifies) {
    BOOST_TEST(verify_password(reference_hash, "password"));
    BOOST_TEST(!verify_password(reference_hash, "differentpassword"));
}

BOOST_AUTO_TEST_CASE(only_a_hash_with_other_parameters_needs_a_new_one) {
    const auto hash = hash_password("correct horse");
    BOOST_TEST(hash.find("$argon2id$v=19$m=19456,t=2,p=1$") == 0u);
    BOOST_TEST(!needs_rehash(hash));
    BOOST_TEST(needs_rehash(reference_hash));
    BOOST_TEST(needs_rehash("no hash at all"));
}

BOOST_AUTO_TEST_CASE(a_text_that_is_no_hash_verifies_nothing) {
    BOOST_TEST(!verify_password("", "password"));
    BOOST_TEST(!verify_password("password", "password"));
    BOOST_TEST(!verify_password(std::string(4096, '$'), "password"));
}

BOOST_AUTO_TEST_CASE(the_hash_of_an_unknown_account_costs_the_same_and_fits_no_password) {
    BOOST_TEST(!needs_rehash(unknown_account_hash()));
    BOOST_TEST(unknown_account_hash().size() == hash_password("correct horse").size());
    BOOST_TEST(!verify_password(unknown_account_hash(), ""));
    BOOST_TEST(!verify_password(unknown_account_hash(), "password"));
}

BOOST_AUTO_TEST_CASE(a_password_of_1024_bytes_is_hashed_and_a_longer_one_is_refused) {
    const std::string longest(password_bytes_max, 'x');
    const auto hash = hash_password(longest);
    BOOST_TEST(verify_password(hash, longest));
    BOOST_TEST(!verify_password(hash, longest.substr(1)));
    BOOST_CHECK_THROW(hash_password(longest + "x"), std::length_error);
    BOOST_CHECK_THROW(verify_password(hash, longest + "x"), std::length_error);
}

BOOST_AUTO_TEST_SUITE_END()
