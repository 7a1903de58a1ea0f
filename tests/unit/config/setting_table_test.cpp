#include "config/setting_table.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <utility>

namespace {

using namespace kidevent;
using namespace kidevent::config;

// Stands for a value of any type, to count how many an aggregate takes.
struct anything {
    template<class T> operator T() const; // never defined: only used in unevaluated expressions
};

template<class Aggregate, std::size_t... I> constexpr bool takes(std::index_sequence<I...>) {
    return requires { Aggregate{(static_cast<void>(I), anything{})...}; };
}

template<class Aggregate, std::size_t Count = 64> constexpr std::size_t member_count() {
    if constexpr (takes<Aggregate>(std::make_index_sequence<Count>{})) {
        return Count;
    } else {
        return member_count<Aggregate, Count - 1>();
    }
}

std::size_t rows_of(std::string_view section) {
    std::size_t count = 0;
    for (const auto& row : setting_table())
        count += section_of(row.key) == section ? 1 : 0;
    return count;
}

const void* address_of(value_pointer value) {
    return std::visit([](auto* at) -> const void* { return at; }, value);
}

} // namespace

BOOST_AUTO_TEST_SUITE(config)

BOOST_AUTO_TEST_CASE(every_member_of_the_settings_has_a_row_in_the_table) {
    static_assert(member_count<settings>() == 23, "a new section needs a line below");
    BOOST_TEST(rows_of("db") == member_count<database_settings>());
    BOOST_TEST(rows_of("http") == member_count<http_settings>());
    BOOST_TEST(rows_of("admission") == member_count<admission_settings>());
    BOOST_TEST(rows_of("identity") == member_count<identity_settings>());
    BOOST_TEST(rows_of("security") == member_count<security_settings>());
    BOOST_TEST(rows_of("audit") == member_count<audit_settings>());
    BOOST_TEST(rows_of("oidc") == member_count<oidc_settings>());
    BOOST_TEST(rows_of("registration") == member_count<registration_settings>());
    BOOST_TEST(rows_of("import") == member_count<import_settings>());
    BOOST_TEST(rows_of("fastcgi") == member_count<fastcgi_settings>());
    BOOST_TEST(rows_of("jobs") == member_count<jobs_settings>());
    BOOST_TEST(rows_of("outbox") == member_count<outbox_settings>());
    BOOST_TEST(rows_of("webhook") == member_count<webhook_settings>());
    BOOST_TEST(rows_of("cache") == member_count<cache_settings>());
    BOOST_TEST(rows_of("realtime") == member_count<realtime_settings>());
    BOOST_TEST(rows_of("redis") == member_count<redis_settings>());
    BOOST_TEST(rows_of("kafka") == member_count<kafka_settings>());
    BOOST_TEST(rows_of("mail") == member_count<mail_settings>());
    BOOST_TEST(rows_of("provider") == member_count<provider_settings>());
    BOOST_TEST(rows_of("notifications") == member_count<notification_settings>());
    BOOST_TEST(rows_of("log") == member_count<log_settings>());
    BOOST_TEST(rows_of("telemetry") == member_count<telemetry_settings>());
    BOOST_TEST(pool_setting_table().size() == member_count<pool_settings>());
}

BOOST_AUTO_TEST_CASE(no_two_rows_share_a_key_or_a_member) {
    settings values;
    std::set<std::string_view> keys;
    std::set<const void*> members;
    for (const auto& row : setting_table()) {
        BOOST_TEST(keys.insert(row.key).second, row.key << " occurs twice");
        BOOST_TEST(members.insert(address_of(row.at(values))).second, row.key << " shares its member");
    }
    pool_settings pool;
    for (const auto& row : pool_setting_table()) {
        BOOST_TEST(members.insert(address_of(row.at(pool))).second, row.key << " shares its member");
    }
}

BOOST_AUTO_TEST_CASE(every_default_that_is_not_a_required_secret_is_within_its_own_range) {
    settings values;
    for (const auto& row : setting_table()) {
        const auto place = row.at(values);
        if (row.rule.secret || std::holds_alternative<std::vector<pool_settings>*>(place)) continue;
        const auto spelled = format_value(place, row.rule);
        const auto problem = assign_value(place, row.rule, spelled);
        BOOST_TEST(!problem, row.key << " = " << spelled << ": " << problem.value_or(""));
        BOOST_TEST(format_value(place, row.rule) == spelled);
    }
}

BOOST_AUTO_TEST_CASE(every_password_and_key_is_marked_as_secret_and_says_who_requires_it) {
    for (const auto& row : setting_table()) {
        const bool sounds_secret = row.key.ends_with("password") || row.key.ends_with("signing_key")
                                   || row.key.ends_with("_keys") || row.key.ends_with("token");
        BOOST_TEST(row.rule.secret == sounds_secret, row.key);
        // One that may be empty is required by nobody: there are servers that ask for none.
        const bool is_required = row.rule.secret && row.rule.min > 0;
        BOOST_TEST(is_required == (row.required_for != needs::nothing), row.key);
    }
}

BOOST_AUTO_TEST_CASE(the_environment_name_of_a_key_doubles_the_underscore_at_the_dot) {
    BOOST_TEST(environment_name("db.app_password") == "KIDEVENT_DB__APP_PASSWORD");
}

BOOST_AUTO_TEST_SUITE_END()
