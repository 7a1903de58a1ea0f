#include "crypto/base64url.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>

namespace {

using kidevent::crypto::decode_base64url;
using kidevent::crypto::encode_base64url;

struct pair {
    const char* bytes;
    const char* text;
};
std::ostream& operator<<(std::ostream& out, const pair& p) { return out << p.text; }

// RFC 4648 section 10 without the padding, and the two characters in which the alphabets differ.
constexpr std::array<pair, 8> known{{{"", ""},
                                     {"f", "Zg"},
                                     {"fo", "Zm8"},
                                     {"foo", "Zm9v"},
                                     {"foob", "Zm9vYg"},
                                     {"fooba", "Zm9vYmE"},
                                     {"foobar", "Zm9vYmFy"},
                                     {"\xfb\xff\xbf", "-_-_"}}};
constexpr std::array<const char*, 8> malformed{"Zg==", "Z", "Zm9vY", "Zm9v\n", "+/+/", "Zh", "Zm 9v", "Zm9"};

} // namespace

BOOST_AUTO_TEST_SUITE(crypto)

BOOST_DATA_TEST_CASE(base64url_gives_the_known_answers_in_both_directions,
                     boost::unit_test::data::make(known)) {
    BOOST_TEST(encode_base64url(std::string_view(sample.bytes)) == sample.text);
    BOOST_TEST(decode_base64url(sample.text).value() == sample.bytes);
}

BOOST_DATA_TEST_CASE(a_text_that_the_encoder_never_writes_is_not_decoded,
                     boost::unit_test::data::make(malformed)) {
    BOOST_TEST(!decode_base64url(sample));
}

BOOST_AUTO_TEST_SUITE_END()
