#include "crypto/jwt.hpp"

#include "crypto/base64url.hpp"
#include "crypto/hmac.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent::crypto;

namespace {

// RFC 7515, appendix A.2: key and token.
const std::string rsa_modulus = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-"
                                "4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2l"
                                "ZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-"
                                "bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEM"
                                "a2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-"
                                "DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2P"
                                "AcDTW9gb54h4FRWyuXpoQ";
const std::string claims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290I"
    "jp0cnVlfQ";
const std::string rsa_signature =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
    "O8W2Fp5jujGbds9uJdbF9C"
    "UAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_"
    "eSN9383LcOLn6"
    "_dO--xi12jzDwusC-"
    "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp"
    "0igcN_IoypGlUPQGe77Rw";
// The same, appendix A.3.
const std::string ec_x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const std::string ec_y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
const std::string ec_signature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU"
    "1Q";

std::string rsa_jwk(const std::string& more = "") {
    return R"({"kty":"RSA","n":")" + rsa_modulus + R"(","e":"AQAB")" + more + "}";
}
std::string ec_jwk(const std::string& more = "", const std::string& x = ec_x) {
    return R"({"kty":"EC","crv":"P-256","x":")" + x + R"(","y":")" + ec_y + "\"" + more + "}";
}
jwk_set set_of(const std::string& keys) {
    const auto parsed = jwk_set::parse(R"({"keys":[)" + keys + "]}");
    BOOST_REQUIRE(parsed);
    return *parsed;
}

std::string token(const std::string& header, const std::string& signature) {
    return encode_base64url(header) + "." + claims + "." + signature;
}
jwt parsed(const std::string& text) {
    const auto read = parse_jwt(text);
    BOOST_REQUIRE(read);
    return *read;
}
const std::string rsa_token = token(R"({"alg":"RS256"})", rsa_signature);
const std::string ec_token = token(R"({"alg":"ES256"})", ec_signature);

bool is(jwt_fault found, jwt_fault wanted) { return found == wanted; }

} // namespace

BOOST_AUTO_TEST_SUITE(jwt_of_rfc_7515)

BOOST_AUTO_TEST_CASE(the_examples_of_the_rfc_are_signed_by_their_keys) {
    const auto keys = set_of(rsa_jwk() + "," + ec_jwk());
    BOOST_TEST(keys.size() == 2U);
    BOOST_TEST(is(find_fault(parsed(rsa_token), keys), jwt_fault::none));
    BOOST_TEST(is(find_fault(parsed(ec_token), keys), jwt_fault::none));
    const auto read = parsed(ec_token);
    BOOST_TEST(read.claims.at("iss").as_string() == "joe");
    BOOST_TEST(read.claims.at("exp").as_int64() == 1300819380);
}

BOOST_AUTO_TEST_CASE(one_other_bit_is_another_signature) {
    const auto keys = set_of(rsa_jwk() + "," + ec_jwk());
    for (const std::string& whole : {rsa_token, ec_token}) {
        auto other = parsed(whole);
        other.signature[20] = static_cast<char>(other.signature[20] ^ 1);
        BOOST_TEST(is(find_fault(other, keys), jwt_fault::bad_signature));
        other = parsed(whole);
        other.signed_text += "A";
        BOOST_TEST(is(find_fault(other, keys), jwt_fault::bad_signature));
        other = parsed(whole);
        other.signature.pop_back();
        BOOST_TEST(is(find_fault(other, keys), jwt_fault::bad_signature));
        other.signature.clear();
        BOOST_TEST(is(find_fault(other, keys), jwt_fault::bad_signature));
    }
    // All zeros were taken for a signature of everything by others (CVE-2022-21449).
    auto zeros = parsed(ec_token);
    zeros.signature.assign(64, '\0');
    BOOST_TEST(is(find_fault(zeros, keys), jwt_fault::bad_signature));
}

BOOST_AUTO_TEST_CASE(the_token_does_not_choose_how_it_is_verified) {
    const auto keys = set_of(rsa_jwk(R"(,"kid":"k")"));
    for (const char* const name :
         {"none", "None", "HS256", "RS384", "RS512", "PS256", "ES384", "EdDSA", "rs256", ""}) {
        const auto read =
            parse_jwt(token(std::string{R"({"kid":"k","alg":")"} + name + "\"}", rsa_signature));
        if (std::string_view{name}.empty()) {
            BOOST_TEST(!read);
            continue;
        }
        BOOST_REQUIRE(read);
        BOOST_TEST(is(find_fault(*read, keys), jwt_fault::algorithm_not_allowed), name);
    }
    // Signed by the public key as if it were a secret.
    const std::string header = encode_base64url(std::string_view{R"({"kid":"k","alg":"HS256"})"});
    const std::string mac = encode_base64url(hmac_sha256(rsa_modulus, header + "." + claims));
    BOOST_TEST(
        is(find_fault(parsed(header + "." + claims + "." + mac), keys), jwt_fault::algorithm_not_allowed));
    // A key of one kind does not verify by the other's algorithm.
    BOOST_TEST(is(find_fault(parsed(token(R"({"kid":"k","alg":"ES256"})", ec_signature)), keys),
                  jwt_fault::unknown_key));
}

BOOST_AUTO_TEST_CASE(a_key_is_found_by_its_id_or_when_it_is_the_only_one) {
    const auto keys = set_of(rsa_jwk(R"(,"kid":"a")") + "," + ec_jwk(R"(,"kid":"b")"));
    using enum jwk_set::outcome;
    BOOST_TEST((keys.find("a", signature_algorithm::rs256).is == found));
    BOOST_TEST((keys.find("b", signature_algorithm::rs256).is == unknown));
    BOOST_TEST((keys.find("", signature_algorithm::es256).is == found));
    const auto two = set_of(ec_jwk(R"(,"kid":"b")") + "," + ec_jwk(R"(,"kid":"b")"));
    BOOST_TEST((two.find("b", signature_algorithm::es256).is == ambiguous));
    BOOST_TEST((two.find("", signature_algorithm::es256).is == ambiguous));
    BOOST_TEST((two.find("c", signature_algorithm::es256).is == unknown));
    BOOST_TEST(is(find_fault(parsed(ec_token), two), jwt_fault::ambiguous_key));
}

BOOST_AUTO_TEST_CASE(keys_that_are_not_for_this_are_left_out) {
    for (const std::string& useless :
         {rsa_jwk(R"(,"use":"enc")"), rsa_jwk(R"(,"alg":"RS512")"), rsa_jwk(R"(,"key_ops":["encrypt"])"),
          rsa_jwk(R"(,"use":7)"), ec_jwk(R"(,"alg":"RS256")"),
          ec_jwk("", "AAAAJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"), // not on the curve
          ec_jwk("", "f83O"), std::string{R"({"kty":"oct","k":"c2VjcmV0"})"}, std::string{"7"},
          std::string{R"({"kty":"RSA","n":"AQAB","e":"AQAB"})"}, // short
          std::string{R"({"kty":"RSA","n":")" + rsa_modulus + R"(","e":"AQ"})"},
          std::string{R"({"kty":"EC","crv":"P-384","x":"AA","y":"AA"})"}})
        BOOST_TEST(set_of(useless).size() == 0U, useless);
    BOOST_TEST(set_of(rsa_jwk(R"(,"use":"sig","alg":"RS256","key_ops":["verify"])")).size() == 1U);
    for (const char* const broken : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[)"})
        BOOST_TEST(!jwk_set::parse(broken), broken);
    std::string many = "1";
    for (std::size_t i = 0; i < jwk_set::keys_max; ++i)
        many += ",1";
    BOOST_TEST(!jwk_set::parse(R"({"keys":[)" + many + "]}"));
}

BOOST_AUTO_TEST_CASE(what_is_no_token_is_not_read) {
    const std::string header = encode_base64url(std::string_view{R"({"alg":"RS256"})"});
    for (const std::string& broken :
         {std::string{}, std::string{".."}, header + "." + claims, rsa_token + ".", rsa_token + "=",
          header + ".." + rsa_signature, header + "." + claims + "." + rsa_signature + "\n",
          "W10." + claims + "." + rsa_signature, token(R"({"alg":7})", rsa_signature),
          token(R"({"kid":"k"})", rsa_signature), token(R"({"alg":"RS256","kid":7})", rsa_signature),
          token(R"({"alg":"RS256","crit":["exp"],"exp":1})", rsa_signature),
          token(R"({"alg":"RS256","b64":false})", rsa_signature),
          rsa_token + std::string(jwt_bytes_max, 'A')})
        BOOST_TEST(!parse_jwt(broken), broken.substr(0, 200));
}

BOOST_AUTO_TEST_SUITE_END()
