#include "identity/oidc_discovery.hpp"

#include "identity/return_path.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

using namespace kidevent;
using namespace kidevent::identity;

namespace json = boost::json;

namespace {

json::object document() {
    return {{"issuer", "https://id.example.org"},
            {"authorization_endpoint", "https://id.example.org/authorize"},
            {"token_endpoint", "https://id.example.org/token"},
            {"jwks_uri", "https://keys.example.org/all"}};
}

std::string fault_with(const char* name, json::value value) {
    auto of = document();
    of[name] = std::move(value);
    const auto read = read_discovery(json::serialize(of), "https://id.example.org", false);
    if (read) return "";
    BOOST_TEST((read.error().code == errc::identity_provider_unavailable));
    return read.error().fields.at(0).code;
}

} // namespace

BOOST_AUTO_TEST_SUITE(oidc_discovery)

BOOST_AUTO_TEST_CASE(the_document_lies_below_the_issuer) {
    BOOST_TEST(discovery_url("https://a.org/realms/x")
               == "https://a.org/realms/x/.well-known/openid-configuration");
    BOOST_TEST(discovery_url("https://a.org/") == "https://a.org/.well-known/openid-configuration");
}

BOOST_AUTO_TEST_CASE(endpoints_are_taken_from_a_document_of_the_issuer_itself) {
    const auto read = read_discovery(json::serialize(document()), "https://id.example.org", false);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->token == "https://id.example.org/token");
    BOOST_TEST(read->person == "");
    BOOST_TEST(!read->names_itself_on_return);
    BOOST_TEST(fault_with("issuer", "https://id.example.org/") == "issuer");
    BOOST_TEST(fault_with("issuer", nullptr) == "issuer");
    for (const char* const none : {"", "[]", "<html>", "{\"issuer\":"})
        BOOST_TEST(!read_discovery(none, "https://id.example.org", false).has_value());
}

BOOST_AUTO_TEST_CASE(addresses_that_we_must_not_ask_are_refused) {
    for (const char* const name :
         {"authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"})
        for (const char* const bad :
             {"http://id.example.org/x", "https://127.0.0.1/x", "https://10.1.2.3/x", "file:///etc/passwd",
              "https://a@id.example.org/", "https://id.example.org/#x",
              "https://id.example.org/\r\nSet-Cookie: a=b", "javascript:alert(1)"})
            BOOST_TEST(fault_with(name, bad) == name, bad);
    BOOST_TEST(fault_with("token_endpoint", json::string{"https://id.example.org/" + std::string(2000, 'a')})
               == "token_endpoint");
    BOOST_TEST(fault_with("token_endpoint", nullptr) == "token_endpoint");
}

BOOST_AUTO_TEST_CASE(a_provider_that_does_not_do_what_is_needed_is_refused) {
    BOOST_TEST(fault_with("code_challenge_methods_supported", json::array{"plain"})
               == "code_challenge_methods_supported");
    BOOST_TEST(fault_with("code_challenge_methods_supported", json::array{"plain", "S256"}) == "");
    BOOST_TEST(fault_with("response_types_supported", json::array{"id_token"}) == "response_types_supported");
    BOOST_TEST(fault_with("id_token_signing_alg_values_supported", json::array{"HS256", "none"})
               == "id_token_signing_alg_values_supported");
    BOOST_TEST(fault_with("id_token_signing_alg_values_supported", json::array{"ES256"}) == "");
}

BOOST_AUTO_TEST_CASE(a_query_is_added_to_and_encoded) {
    BOOST_TEST(with_query("https://a/x", {{"a", "b c&d=%\xc3\xa4"}})
               == "https://a/x?a=b%20c%26d%3D%25%C3%A4");
    BOOST_TEST(with_query("https://a/x?t=1", {{"a", "b"}, {"c", "-._~"}}) == "https://a/x?t=1&a=b&c=-._~");
}

BOOST_AUTO_TEST_CASE(only_a_path_of_the_own_origin_is_returned_to) {
    for (const char* const good :
         {"/", "/events", "/events?age=9&q=a%20b", "/a-b_c/d~e.html", "/a/?next=//evil"})
        BOOST_TEST(is_return_path(good), good);
    for (const char* const bad : {"",
                                  "//evil.example",
                                  "/\\evil.example",
                                  "\\evil",
                                  "\\\\evil",
                                  "https:evil",
                                  "https://evil.example",
                                  "evil",
                                  "/%2F/evil",
                                  "/%5Cevil",
                                  "/a//b",
                                  "/.//evil",
                                  "/../evil",
                                  "/a/..",
                                  "/\tevil",
                                  "/\n/evil",
                                  " /",
                                  "/ ",
                                  "/a#b",
                                  "/a?b#c",
                                  "/a@evil.example",
                                  "/a:80",
                                  "javascript:alert(1)",
                                  "/\xe2\x80\xa9",
                                  "/a?\\evil",
                                  "/a?b=\r\nSet-Cookie:x"})
        BOOST_TEST(!is_return_path(bad), bad);
    BOOST_TEST(!is_return_path(std::string_view{"/a\0b", 4}));
    BOOST_TEST(is_return_path("/" + std::string(499, 'a')));
    BOOST_TEST(!is_return_path("/" + std::string(500, 'a')));
}

BOOST_AUTO_TEST_SUITE_END()
