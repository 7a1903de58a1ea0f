#include "identity/id_token.hpp"

#include "crypto/base64url.hpp"
#include "crypto/sha256.hpp"

#include <boost/json/array.hpp>
#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::identity;
using namespace std::chrono_literals;

namespace json = boost::json;

namespace {

const timestamp now{std::chrono::seconds{1'800'000'000}};

id_token_expectation expectation() {
    return {"https://id.example.org", "kidevent", "the nonce", "the access token", now, 30s, 600s};
}

json::object good() {
    return {{"iss", "https://id.example.org"},
            {"sub", "ada"},
            {"aud", "kidevent"},
            {"exp", 1'800'000'300},
            {"iat", 1'799'999'999},
            {"nonce", "the nonce"},
            {"email", " Ada@Example.org"},
            {"email_verified", true},
            {"given_name", "Ada"},
            {"family_name", "Berg"}};
}

// The code of what is refused; "" when nothing is.
std::string fault_of(const json::object& claims) {
    const auto checked = check_id_token(claims, expectation());
    if (checked) return "";
    BOOST_TEST((checked.error().code == errc::identity_provider_refused));
    return checked.error().fields.at(0).code;
}

std::string fault_with(const char* name, json::value value) {
    auto claims = good();
    claims[name] = std::move(value);
    return fault_of(claims);
}

std::string fault_without(const char* name) {
    auto claims = good();
    claims.erase(name);
    return fault_of(claims);
}

} // namespace

BOOST_AUTO_TEST_SUITE(id_token)

BOOST_AUTO_TEST_CASE(who_it_is_comes_out_of_a_good_one) {
    auto claims = good();
    claims["amr"] = json::array{"pwd", "mfa"};
    const auto read = check_id_token(claims, expectation());
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->subject == "ada");
    BOOST_TEST(read->email == "ada@example.org");
    BOOST_TEST(read->email_verified);
    BOOST_TEST(read->given_name == "Ada");
    BOOST_TEST(read->used_several_factors);
}

BOOST_AUTO_TEST_CASE(the_issuer_is_compared_byte_for_byte) {
    for (const char* const other :
         {"https://id.example.org/", "HTTPS://id.example.org", "https://evil.example", ""})
        BOOST_TEST(fault_with("iss", other) == "issuer", other);
    BOOST_TEST(fault_without("iss") == "issuer");
}

BOOST_AUTO_TEST_CASE(it_is_for_this_client_and_made_for_it) {
    BOOST_TEST(fault_with("aud", "another") == "audience");
    BOOST_TEST(fault_with("aud", json::array{"another"}) == "audience");
    BOOST_TEST(fault_with("aud", json::array{}) == "audience");
    BOOST_TEST(fault_with("aud", json::object{{"kidevent", 1}}) == "audience");
    BOOST_TEST(fault_without("aud") == "audience");
    BOOST_TEST(fault_with("aud", json::array{"kidevent"}) == "");
    BOOST_TEST(fault_with("aud", json::array{"kidevent", "another"}) == "authorized_party");
    BOOST_TEST(fault_with("azp", "another") == "authorized_party");
    BOOST_TEST(fault_with("azp", 7) == "authorized_party");
    auto several = good();
    several["aud"] = json::array{"another", "kidevent"};
    several["azp"] = "kidevent";
    BOOST_TEST(fault_of(several) == "");
}

BOOST_AUTO_TEST_CASE(times_hold_with_a_little_skew_and_no_more) {
    BOOST_TEST(fault_with("exp", 1'799'999'971) == "");
    BOOST_TEST(fault_with("exp", 1'799'999'970) == "expired");
    BOOST_TEST(fault_with("exp", "1800000300") == "expired");
    BOOST_TEST(fault_with("exp", 1e300) == "expired");
    BOOST_TEST(fault_with("exp", -1) == "expired");
    BOOST_TEST(fault_without("exp") == "expired");
    BOOST_TEST(fault_with("iat", 1'800'000'030) == "");
    BOOST_TEST(fault_with("iat", 1'800'000'031) == "issued_at");
    BOOST_TEST(fault_with("iat", 1'799'999'370) == "");
    BOOST_TEST(fault_with("iat", 1'799'999'369) == "issued_at");
    BOOST_TEST(fault_without("iat") == "issued_at");
    BOOST_TEST(fault_with("nbf", 1'800'000'030.5) == "");
    BOOST_TEST(fault_with("nbf", 1'800'000'031) == "not_before");
    BOOST_TEST(fault_with("nbf", "soon") == "not_before");
}

BOOST_AUTO_TEST_CASE(it_belongs_to_the_attempt_and_to_its_access_token) {
    BOOST_TEST(fault_with("nonce", "another") == "nonce");
    BOOST_TEST(fault_with("nonce", "") == "nonce");
    BOOST_TEST(fault_without("nonce") == "nonce");
    const auto half_of = [](std::string_view text) {
        const auto whole = crypto::sha256(text);
        return json::string{crypto::encode_base64url(std::span{whole}.first(16))};
    };
    BOOST_TEST(fault_with("at_hash", half_of("the access token")) == "");
    BOOST_TEST(fault_with("at_hash", half_of("another one")) == "access_token_hash");
    BOOST_TEST(
        fault_with("at_hash", json::string{crypto::encode_base64url(crypto::sha256("the access token"))})
        == "access_token_hash");
    BOOST_TEST(fault_with("at_hash", 7) == "access_token_hash");
    // The example of OpenID Connect Core, A.3.
    auto of_the_standard = expectation();
    of_the_standard.access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    auto claims = good();
    claims["at_hash"] = "77QmUPtjPfzWtF2AnpK9RQ";
    BOOST_TEST(check_id_token(claims, of_the_standard).has_value());
}

BOOST_AUTO_TEST_CASE(a_subject_is_a_short_text) {
    BOOST_TEST(fault_without("sub") == "subject");
    BOOST_TEST(fault_with("sub", "") == "subject");
    BOOST_TEST(fault_with("sub", 7) == "subject");
    BOOST_TEST(fault_with("sub", json::string(256, 'a')) == "subject");
    BOOST_TEST(fault_with("sub", json::string{"a\0b", 3}) == "subject");
    BOOST_TEST(fault_with("sub", json::string(255, 'a')) == "");
}

BOOST_AUTO_TEST_CASE(what_an_account_could_not_have_is_not_taken_over) {
    auto claims = good();
    claims["email"] = "no address";
    claims["given_name"] = json::string(101, 'a');
    claims["family_name"] = "Be\nrg";
    const auto read = check_id_token(claims, expectation());
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->email == "");
    BOOST_TEST(!read->email_verified); // what is not there is not verified
    BOOST_TEST(read->given_name == "");
    BOOST_TEST(read->family_name == "");
    claims = good();
    claims["email_verified"] = "true";
    BOOST_TEST(check_id_token(claims, expectation())->email_verified);
    for (const json::value& no :
         {json::value{"yes"}, json::value{1}, json::value{false}, json::value{nullptr}}) {
        claims["email_verified"] = no;
        BOOST_TEST(!check_id_token(claims, expectation())->email_verified);
    }
}

BOOST_AUTO_TEST_SUITE_END()
