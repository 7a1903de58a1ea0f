#include "config/setting_table.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using namespace kidevent;
using namespace kidevent::config;

const std::string one = "a1:+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=";
const std::string another = "b2:-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_v7-_s";

struct fixture {
    const setting& row = *find_setting("security.encryption_keys");
    settings values;

    std::optional<std::string> assign(const std::string& text) {
        return assign_value(row.at(values), row.rule, text);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(config_encryption_keys, fixture)

BOOST_AUTO_TEST_CASE(keys_are_separated_by_commas_and_the_first_one_stays_the_first) {
    BOOST_TEST(!assign(one + "," + another).has_value());
    BOOST_TEST(values.security.encryption_keys.size() == 2u);
    BOOST_TEST(values.security.encryption_keys.front() == one);
    BOOST_TEST(!assign("").has_value());
    BOOST_TEST(values.security.encryption_keys.empty());
}

BOOST_AUTO_TEST_CASE(keys_are_never_printed) {
    BOOST_TEST(format_value(row.at(values), row.rule).empty());
    BOOST_TEST(!assign(one).has_value());
    BOOST_TEST(format_value(row.at(values), row.rule) == "***");
    BOOST_TEST(type_name(row.at(values), row.rule) == "secret list of texts");
}

BOOST_AUTO_TEST_CASE(a_malformed_key_is_refused_without_being_quoted) {
    for (const std::string& bad :
         {std::string{"noColon"}, ":" + one.substr(3), "UPPER:" + one.substr(3), one + "A", one.substr(0, 40),
          "a-name-that-is-too-long:" + one.substr(3), std::string{"a:"}, one + "," + "x"}) {
        const auto problem = assign(bad);
        BOOST_REQUIRE_MESSAGE(problem.has_value(), bad);
        BOOST_TEST(problem->find("openssl rand -base64 32") != std::string::npos);
        BOOST_TEST(problem->find("/v7") == std::string::npos);
    }
    BOOST_TEST(values.security.encryption_keys.empty());
}

BOOST_AUTO_TEST_SUITE_END()
