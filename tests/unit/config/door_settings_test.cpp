// Settings of what stands at the door: security.txt, keys that are changed, secrets that are not shown.

#include "config/settings_file.hpp"
#include "config/settings_reference.hpp"
#include "core/time_text.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kidevent;
using namespace kidevent::config;

const std::string signing_key = "0123456789abcdef0123456789abcdef";
const std::string other_key = "fedcba9876543210fedcba9876543210";

environment with(environment more) {
    more.insert({{"KIDEVENT_DB__APP_PASSWORD", "app-secret"},
                 {"KIDEVENT_DB__ROUTER_PASSWORD", "router-secret"},
                 {"KIDEVENT_DB__PLATFORM_PASSWORD", "platform-secret"},
                 {"KIDEVENT_DB__JOBS_PASSWORD", "jobs-secret"},
                 {"KIDEVENT_HTTP__SIGNING_KEY", signing_key}});
    return more;
}

std::string problems_of(const std::string& yaml, const environment& variables = with({})) {
    std::string all;
    try {
        load_settings_from_text(yaml, "k.yaml", variables, needs::serving);
    } catch (const settings_error& error) {
        for (const std::string& each : error.problems())
            all += each + "\n";
    }
    return all;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string in_days(int days) {
    std::string text;
    append_rfc3339(
        text, std::chrono::floor<std::chrono::seconds>(kidevent::clock{}.now() + std::chrono::days{days}));
    return text;
}

std::string security_txt(const std::string& expires) {
    return "http:\n  security_contact: mailto:security@kids.example\n  security_expires: '" + expires + "'\n";
}

} // namespace

BOOST_AUTO_TEST_SUITE(config_door_settings)

BOOST_AUTO_TEST_CASE(security_txt_must_end_and_soon_enough) {
    BOOST_TEST(problems_of(security_txt(in_days(1))) == "");
    BOOST_TEST(problems_of(security_txt(in_days(365))) == "");
    BOOST_TEST(contains(problems_of(security_txt(in_days(-1))), "has passed"));
    BOOST_TEST(contains(problems_of(security_txt(in_days(367))), "must be within a year"));
    BOOST_TEST(contains(problems_of(security_txt("next year")), "must be a date and time"));
    BOOST_TEST(contains(problems_of("http: {security_contact: 'mailto:a@b.example'}"), "goes together with"));
    BOOST_TEST(contains(problems_of("http: {security_contact: 'tel:123'}"), "must begin with"));
    BOOST_TEST(problems_of("http: {security_expires: '2020-01-01T00:00:00Z'}") == "");
}

BOOST_AUTO_TEST_CASE(keys_beside_the_signing_one_are_long_enough_and_come_from_a_list_or_the_environment) {
    const auto read = load_settings_from_text("http: {other_signing_keys: [" + other_key + "]}", "k.yaml",
                                              with({}), needs::serving);
    BOOST_TEST(read.http.other_signing_keys == std::vector<std::string>{other_key},
               boost::test_tools::per_element());
    const auto both = load_settings_from_text(
        "", "k.yaml", with({{"KIDEVENT_HTTP__OTHER_SIGNING_KEYS", other_key + "," + signing_key}}),
        needs::serving);
    BOOST_TEST(both.http.other_signing_keys == (std::vector<std::string>{other_key, signing_key}),
               boost::test_tools::per_element());
    const auto refused = problems_of("http: {other_signing_keys: [too-short-to-be-a-key]}");
    BOOST_TEST(contains(refused, "32 to 1024 bytes"));
    BOOST_TEST(!contains(refused, "too-short"));
}

BOOST_AUTO_TEST_CASE(no_secret_is_shown_with_the_settings) {
    auto loaded = load_settings_with_origins_from_text("http: {other_signing_keys: [" + other_key + "]}",
                                                       "k.yaml", with({}), needs::serving);
    int hidden = 0;
    for (const auto& row : setting_table()) {
        const auto shown = format_value(row.at(loaded.values), row.rule);
        for (const std::string& secret : {signing_key, other_key, std::string{"app-secret"}})
            BOOST_TEST(!contains(shown, secret), row.key << " shows " << shown);
        hidden += shown == "***" ? 1 : 0;
    }
    BOOST_TEST(hidden == 6);
}

BOOST_AUTO_TEST_CASE(limits_are_shared_only_where_there_is_something_to_share_them_through) {
    BOOST_TEST(contains(problems_of("rate_limit: {shared: redis}"), "needs a redis.address"));
    BOOST_TEST(problems_of("rate_limit: {shared: redis}\nredis: {address: /run/redis.sock}") == "");
}

BOOST_AUTO_TEST_CASE(a_redis_on_another_machine_is_refused_unless_somebody_permits_that_it_is_not_encrypted) {
    for (const char* own : {"/run/redis.sock", "127.0.0.1:6379", "localhost:6379", "[::1]:6379"})
        BOOST_TEST(problems_of(std::string{"redis: {address: '"} + own + "'}") == "", own);
    for (const char* far :
         {"redis.example:6379", "192.0.2.1:6379", "[2001:db8::1]:6379", "localhost.example:1"}) {
        const std::string address = std::string{"redis: {address: '"} + far + "'";
        BOOST_TEST(contains(problems_of(address + "}"), "without TLS; redis.unencrypted: anywhere"), far);
        BOOST_TEST(problems_of(address + ", unencrypted: anywhere}") == "", far);
    }
    BOOST_TEST(problems_of("db: {host: db.example}") == "");
    BOOST_TEST(contains(problems_of("db: {unencrypted: never}"), "db.unencrypted"));
    BOOST_TEST(contains(problems_of("db: {ca_file: certificates.pem}"), "must be an absolute path"));
}

BOOST_AUTO_TEST_CASE(the_page_for_passwords_is_on_our_own_hosts) {
    BOOST_TEST(problems_of("http: {change_password_path: /me}") == "");
    for (const char* bad :
         {"//evil.example", "https://evil.example", "me", "/me?x=1", "/me#a", "/\\evil.example"})
        BOOST_TEST(problems_of(std::string{"http: {change_password_path: '"} + bad + "'}") != "", bad);
}

BOOST_AUTO_TEST_SUITE_END()
