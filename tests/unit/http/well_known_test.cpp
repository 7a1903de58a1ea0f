#include "http/well_known.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent;

namespace {

std::optional<response> asked(const std::string& path, const http_settings& with,
                              const std::string& method = "GET") {
    request made;
    made.method = method;
    return http::find_well_known(made, path, "https://alpha.kids.example", with);
}

http_settings with_contact() {
    http_settings with;
    with.security_contact = "mailto:security@kids.example";
    with.security_expires = "2027-03-31T00:00:00Z";
    return with;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_well_known)

BOOST_AUTO_TEST_CASE(security_txt_names_the_contact_and_its_end) {
    const auto answer = asked("/.well-known/security.txt", with_contact());
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->status == 200);
    BOOST_TEST(answer->header_value("Content-Type") == "text/plain; charset=utf-8");
    BOOST_TEST(answer->text()
               == "Contact: mailto:security@kids.example\nExpires: 2027-03-31T00:00:00Z\n"
                  "Canonical: https://alpha.kids.example/.well-known/security.txt\n");
}

BOOST_AUTO_TEST_CASE(without_a_contact_there_is_none) {
    BOOST_TEST(!asked("/.well-known/security.txt", http_settings{}).has_value());
    BOOST_TEST(!asked("/.well-known/security.txt", with_contact(), "POST").has_value());
    BOOST_TEST(!asked("/security.txt", with_contact()).has_value());
}

BOOST_AUTO_TEST_CASE(the_address_for_changing_a_password_leads_to_the_page) {
    http_settings with;
    with.change_password_path = "/me/password";
    const auto answer = asked("/.well-known/change-password", with);
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->status == 302);
    BOOST_TEST(answer->header_value("Location") == "/me/password");
}

BOOST_AUTO_TEST_CASE(search_engines_stay_away) {
    const auto answer = asked("/robots.txt", http_settings{});
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->text() == "User-agent: *\nDisallow: /\n");
}

BOOST_AUTO_TEST_SUITE_END()
