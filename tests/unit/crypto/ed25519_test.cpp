// Signatures by Ed25519: a key stands for a text, and for a purpose.

#include "crypto/ed25519.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent::crypto;

namespace {

const std::string text(32, 'k');

} // namespace

BOOST_AUTO_TEST_SUITE(ed25519)

BOOST_AUTO_TEST_CASE(a_signature_fits_its_message_and_its_key_only) {
    const signing_key key{"purpose", text};
    const signature made = key.sign("message");
    BOOST_TEST(is_signed("message", made, key.public_part()));
    BOOST_TEST(!is_signed("message.", made, key.public_part()));
    BOOST_TEST(!is_signed("", made, key.public_part()));
    BOOST_TEST(!is_signed("message", made, signing_key("other purpose", text).public_part()));
    BOOST_TEST(!is_signed("message", made, signing_key("purpose", std::string(32, 'l')).public_part()));
    signature other = made;
    other[0] ^= std::byte{1};
    BOOST_TEST(!is_signed("message", other, key.public_part()));
    BOOST_TEST(!is_signed("message", signature{}, public_key{}));
}

BOOST_AUTO_TEST_CASE(the_same_text_is_the_same_key) {
    const signing_key one{"purpose", text};
    const signing_key again{"purpose", text};
    BOOST_TEST((one.public_part() == again.public_part()));
    BOOST_TEST((one.sign("message") == again.sign("message")));
}

BOOST_AUTO_TEST_CASE(keys_and_signatures_have_one_spelling) {
    const signing_key key{"purpose", text};
    BOOST_TEST(to_text(key.public_part()).size() == 43u);
    BOOST_TEST((parse_public_key(to_text(key.public_part())) == key.public_part()));
    const signature made = key.sign("message");
    BOOST_TEST((parse_signature(to_text(made)) == made));
    BOOST_TEST(!parse_public_key(to_text(made)));
    BOOST_TEST(!parse_signature(""));
    BOOST_TEST(!parse_public_key(to_text(key.public_part()) + "="));
}

BOOST_AUTO_TEST_SUITE_END()
