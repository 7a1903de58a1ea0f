#include "identity/account_link.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::identity;

namespace {

http_settings keys_with(char signing) {
    http_settings made;
    made.signing_key = std::string(32, signing);
    return made;
}

struct made_link {
    tenant_id at{make_uuid()};
    link_claim claim{link_purpose::password_reset, link_id{make_uuid()}};
    http_settings keys = keys_with('a');
    std::string token = make_link_token(keys, at, claim);
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(identity_account_link, made_link)

BOOST_AUTO_TEST_CASE(a_token_says_what_it_was_made_for) {
    for (const auto purpose :
         {link_purpose::email_verification, link_purpose::password_reset, link_purpose::email_change,
          link_purpose::staff_invitation, link_purpose::household_invitation}) {
        const auto read = read_link_token(keys, at, make_link_token(keys, at, {purpose, claim.id}));
        BOOST_REQUIRE(read.has_value());
        BOOST_TEST((read->purpose == purpose && read->id == claim.id));
        BOOST_TEST((find_link_purpose(to_text(purpose)) == purpose));
    }
    BOOST_TEST(token.size() == 66U);
    BOOST_TEST(link_url("https://a.example.org", "t0k-en_")
               == "https://a.example.org/api/v1/account-link?token=t0k-en_");
}

BOOST_AUTO_TEST_CASE(no_other_token_is_believed) {
    BOOST_TEST(!read_link_token(keys, tenant_id{make_uuid()}, token));
    BOOST_TEST(!read_link_token(keys_with('b'), at, token));
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string damaged = token;
        damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
        BOOST_TEST(!read_link_token(keys, at, damaged), i);
        BOOST_TEST(!read_link_token(keys, at, token.substr(0, i)), i);
    }
    for (const std::string& each :
         {token + "A", token + "=", " " + token, std::string{}, std::string(66, '\0')})
        BOOST_TEST(!read_link_token(keys, at, each));
}

BOOST_AUTO_TEST_CASE(the_key_before_is_believed_while_it_is_named) {
    http_settings renewed = keys_with('n');
    BOOST_TEST(!read_link_token(renewed, at, token));
    renewed.other_signing_keys = {std::string(32, 'x'), keys.signing_key};
    BOOST_TEST(read_link_token(renewed, at, token).has_value());
    BOOST_TEST(make_link_token(renewed, at, claim) != token);
}

BOOST_AUTO_TEST_SUITE_END()
