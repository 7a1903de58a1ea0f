#include "config/settings_file.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace kidevent::config;

namespace {

std::vector<std::string> problems_of(const std::string& yaml) {
    try {
        load_settings_from_text(yaml, "k.yaml", {}, needs::nothing);
    } catch (const settings_error& error) {
        return error.problems();
    }
    return {};
}

void check_problem(const std::string& yaml, const std::string& part) {
    const auto problems = problems_of(yaml);
    BOOST_REQUIRE_MESSAGE(problems.size() == 1, problems.size() << " problems for " << yaml);
    BOOST_TEST(problems[0].find(part) != std::string::npos, problems[0]);
}

} // namespace

BOOST_AUTO_TEST_SUITE(config_mail)

BOOST_AUTO_TEST_CASE(a_relay_needs_a_sender_and_a_user_a_password) {
    BOOST_TEST(problems_of("mail: {host: relay.example, from: events@kidevent.example}\n").empty());
    check_problem("mail: {host: relay.example}\n", "mail.host: needs a mail.from besides");
    check_problem("mail: {user: front}\n", "mail.user: goes together with mail.password");
    check_problem("mail: {password: word}\n", "mail.user: goes together with mail.password");
    BOOST_TEST(problems_of("mail: {user: front, password: word}\n").empty());
}

BOOST_AUTO_TEST_CASE(a_sender_is_an_address_alone) {
    for (const char* const bad : {"events", "@kidevent.example", "events@", "a b@kidevent.example",
                                  "Events <events@kidevent.example>", "events@Kidevent.example",
                                  "\u00e9@kidevent.example", "a@b@kidevent.example"})
        check_problem("mail: {from: \"" + std::string{bad} + "\"}\n", "must be an e-mail address alone");
    BOOST_TEST(problems_of("mail: {from: \"no-reply+x@kidevent.example\"}\n").empty());
}

BOOST_AUTO_TEST_CASE(a_token_can_stand_in_a_header_and_is_not_repeated) {
    check_problem("provider: {token: \"two words\"}\n", "provider.token: must be visible ASCII");
    const auto problems = problems_of("provider: {token: \"two words\"}\n");
    BOOST_REQUIRE(problems.size() == 1U);
    BOOST_TEST(problems[0].find("two words") == std::string::npos, problems[0]);
    BOOST_TEST(problems_of("provider: {token: \"abc.DEF-_~+/=\"}\n").empty());
}

BOOST_AUTO_TEST_SUITE_END()
