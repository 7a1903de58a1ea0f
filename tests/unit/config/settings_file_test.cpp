#include "config/settings_file.hpp"

#include "config/settings_reference.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using namespace kidevent;
using namespace kidevent::config;
using namespace std::chrono_literals;

constexpr std::string_view secrets = R"(
db:
  app_password: app-secret
  router_password: router-secret
  platform_password: platform-secret
  jobs_password: jobs-secret
http:
  signing_key: 0123456789abcdef0123456789abcdef
)";

const environment secret_variables{{"KIDEVENT_DB__APP_PASSWORD", "app-secret"},
                                   {"KIDEVENT_DB__ROUTER_PASSWORD", "router-secret"},
                                   {"KIDEVENT_DB__PLATFORM_PASSWORD", "platform-secret"},
                                   {"KIDEVENT_DB__JOBS_PASSWORD", "jobs-secret"},
                                   {"KIDEVENT_HTTP__SIGNING_KEY", "0123456789abcdef0123456789abcdef"}};

environment with(environment more) {
    more.insert(secret_variables.begin(), secret_variables.end());
    return more;
}

std::vector<std::string> problems_of(std::string_view yaml, const environment& variables = secret_variables,
                                     needs what = needs::serving) {
    try {
        load_settings_from_text(yaml, "k.yaml", variables, what);
    } catch (const settings_error& error) {
        return error.problems();
    }
    return {};
}

void check_problem(std::string_view yaml, const std::string& expected) {
    const auto problems = problems_of(yaml);
    BOOST_REQUIRE_MESSAGE(problems.size() == 1, problems.size() << " problems for " << yaml);
    BOOST_TEST(problems[0] == expected);
}

void check_variable_problem(environment variables, const std::string& expected) {
    const auto problems = problems_of("", with(std::move(variables)));
    BOOST_REQUIRE(problems.size() == 1u);
    BOOST_TEST(problems[0] == expected);
}

// A file that is gone after the test.
class short_lived_file {
public:
    explicit short_lived_file(std::string_view text)
        : path_(std::filesystem::temp_directory_path()
                / ("kidevent-config-test-" + std::to_string(getpid()))) {
        std::ofstream(path_, std::ios::binary) << text;
    }
    short_lived_file(const short_lived_file&) = delete;
    short_lived_file& operator=(const short_lived_file&) = delete;
    ~short_lived_file() { std::filesystem::remove(path_); }
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

std::filesystem::path source_directory() {
    if (const char* const from_runner = std::getenv("KIDEVENT_SOURCE_DIR")) return from_runner;
    return std::filesystem::path(__FILE__).parent_path() / "../../..";
}

} // namespace

BOOST_AUTO_TEST_SUITE(config)

BOOST_AUTO_TEST_CASE(a_file_overrides_the_defaults_and_leaves_the_rest) {
    const auto loaded = load_settings_from_text(std::string(secrets) + R"(
  base_domain: kids.example
  body_bytes_max: 2MiB
identity:
  login_lifetime: 2h
registration:
import: ~
log: {level: warn}
)",
                                                "k.yaml");
    BOOST_TEST(loaded.db.app_password == "app-secret");
    BOOST_TEST(loaded.http.base_domain == "kids.example");
    BOOST_TEST(loaded.http.body_bytes_max == 2097152);
    BOOST_TEST((loaded.identity.login_lifetime == 2h));
    BOOST_TEST(loaded.log.level == "warn");
    BOOST_TEST(loaded.db.port == settings{}.db.port);
}

BOOST_AUTO_TEST_CASE(an_unknown_key_names_its_line_and_the_nearest_key) {
    check_problem("db:\n  port: 1\n  hots: x\n", "k.yaml:3: db.hots: unknown key; did you mean db.host?");
    check_problem("http:\n  statement_timeout: 5s\n",
                  "k.yaml:2: http.statement_timeout: unknown key; did you mean db.statement_timeout?");
    check_problem("db:\n  zebra_crossing: 5s\n", "k.yaml:2: db.zebra_crossing: unknown key");
}

BOOST_AUTO_TEST_CASE(an_unknown_section_names_its_line_and_the_nearest_section) {
    check_problem("fastgci: {}\n", "k.yaml:1: fastgci: unknown section; did you mean fastcgi?");
    check_problem("db.host: x\n", "k.yaml:1: db.host: unknown section; did you mean db.host?");
}

BOOST_AUTO_TEST_CASE(a_value_of_the_wrong_type_names_its_line) {
    check_problem("db:\n\n  port: five\n", "k.yaml:3: db.port: must be a whole number, found \"five\"");
    check_problem("db:\n  port: [1]\n", "k.yaml:2: db.port: must be a single value (integer), found a list");
    check_problem("db:\n  host:\n  port: 1\n",
                  "k.yaml:2: db.host: must be a single value (text), found nothing");
    check_problem("db: 5\n", "k.yaml:1: db: must be a map of settings, found a single value");
    check_problem("- db\n", "k.yaml:1: must be a map of sections, found a list");
    check_problem("[a]: {}\n", "k.yaml:1: a key must be a text, found a list");
}

BOOST_AUTO_TEST_CASE(a_value_out_of_its_range_names_its_line_and_the_range) {
    check_problem("db:\n  port: 70000\n", "k.yaml:2: db.port: must be 1 to 65535, found 70000");
    check_problem("http:\n  body_bytes_max: 1GiB\n",
                  "k.yaml:2: http.body_bytes_max: must be 1KiB to 64MiB, found 1GiB");
    check_problem(
        "http:\n  base_domain: Kids.example\n",
        "k.yaml:2: http.base_domain: must be a domain name in lower case, without a port and without a "
        "final dot, found \"Kids.example\"");
}

BOOST_AUTO_TEST_CASE(only_plain_domain_names_are_base_domains) {
    for (const char* const domain : {"localhost", "kids.example", "a-b.c1.example"}) {
        BOOST_TEST(problems_of("http: {base_domain: " + std::string(domain) + "}").empty(), domain);
    }
    for (const char* const domain :
         {".", "a.", ".a", "a..b", "-a", "a-", "a.-b", "a-.b", "a:80", "a/b", "a b", "*.a"}) {
        BOOST_TEST(problems_of("http: {base_domain: \"" + std::string(domain) + "\"}").size() == 1u, domain);
    }
}

BOOST_AUTO_TEST_CASE(a_duplicate_key_names_both_lines) {
    check_problem("db:\n  port: 1\n  port: 2\n", "k.yaml:3: db.port: duplicate key, first seen on line 2");
    check_problem("db: {}\nhttp: {}\ndb: {}\n", "k.yaml:3: db: duplicate key, first seen on line 1");
}

BOOST_AUTO_TEST_CASE(all_problems_are_listed_in_one_error) {
    try {
        load_settings_from_text("db:\n  port: x\n  hots: y\nlog: {level: loud}\n", "k.yaml",
                                {{"KIDEVENT_DB__LANES", "99"}});
        BOOST_FAIL("accepted");
    } catch (const settings_error& error) {
        BOOST_TEST(error.problems().size() == 9u); // three in the file, one variable, five secrets
        for (const char* const part : {"k.yaml:2: db.port", "k.yaml:3: db.hots", "k.yaml:4: log.level",
                                       "KIDEVENT_DB__LANES: db.lanes", "http.signing_key: missing"}) {
            BOOST_TEST(std::string(error.what()).find(part) != std::string::npos, part);
        }
    }
}

BOOST_AUTO_TEST_CASE(text_that_is_not_yaml_is_refused_with_its_line) {
    const auto problems = problems_of("db:\n  host: [unclosed\n");
    BOOST_REQUIRE(problems.size() == 1u);
    BOOST_TEST(problems[0].find("k.yaml:3: not valid YAML: ") == 0u, problems[0]);
    check_problem("db: {}\n---\nhttp: {}\n", "k.yaml:3: a second document (---) is not read; join them");
    BOOST_TEST(!problems_of(std::string(20000, '[')).empty());
}

BOOST_AUTO_TEST_CASE(a_missing_secret_is_refused_unless_it_is_not_needed) {
    const auto problems = problems_of("", {});
    BOOST_REQUIRE(problems.size() == 5u);
    BOOST_TEST(
        problems[0]
        == "db.app_password: missing; set it in the file, in KIDEVENT_DB__APP_PASSWORD or in a file named "
           "by KIDEVENT_DB__APP_PASSWORD_FILE");
    BOOST_TEST(problems[3].find("db.jobs_password: missing") == 0u);
    BOOST_TEST(problems[4].find("http.signing_key: missing") == 0u);
    const auto to_migrate = problems_of("", {}, needs::migrating);
    BOOST_REQUIRE(to_migrate.size() == 1u);
    BOOST_TEST(to_migrate[0].find("db.migrator_password: missing") == 0u);
    BOOST_TEST(problems_of("", {}, needs::nothing).empty());
}

BOOST_AUTO_TEST_CASE(a_short_signing_key_is_refused_once_and_not_printed) {
    environment variables = secret_variables;
    variables["KIDEVENT_HTTP__SIGNING_KEY"] = "too-short-a-key";
    const auto problems = problems_of("", variables);
    BOOST_REQUIRE(problems.size() == 1u);
    BOOST_TEST(problems[0]
               == "KIDEVENT_HTTP__SIGNING_KEY: http.signing_key: must have at least 32 bytes, found 15");
}

BOOST_AUTO_TEST_CASE(the_environment_wins_over_the_file) {
    const auto loaded = load_settings_from_text(
        "db: {port: 1}\n", "k.yaml", with({{"KIDEVENT_DB__PORT", "2"}, {"KIDEVENT_LOG__LEVEL", "error"}}));
    BOOST_TEST(loaded.db.port == 2);
    BOOST_TEST(loaded.log.level == "error");
}

BOOST_AUTO_TEST_CASE(a_variable_without_a_setting_is_refused_with_the_nearest_name) {
    check_variable_problem({{"KIDEVENT_DB__HOTS", "x"}},
                           "KIDEVENT_DB__HOTS: no setting has this environment variable; did you mean "
                           "KIDEVENT_DB__HOST?");
    check_variable_problem({{"KIDEVENT_ZEBRA__CROSSING", "x"}},
                           "KIDEVENT_ZEBRA__CROSSING: no setting has this environment variable");
    check_variable_problem(
        {{"KIDEVENT_HTTP__SCHEME_FILE", "x"}},
        "KIDEVENT_HTTP__SCHEME_FILE: no setting has this environment variable; did you mean "
        "KIDEVENT_HTTP__SCHEME?");
}

BOOST_AUTO_TEST_CASE(variables_that_are_no_settings_are_left_alone) {
    BOOST_TEST(problems_of("", with({{"KIDEVENT_PORT", "8080"},
                                     {"KIDEVENT_CONFIG", "x"},
                                     {"KIDEVENT_SOURCE_DIR", "x"},
                                     {"KIDEVENT_BUILD_DIR", "x"},
                                     {"KIDEVENT_TEST_DATABASE", "x"},
                                     {"PATH", "x"}}))
                   .empty());
}

BOOST_AUTO_TEST_CASE(a_secret_is_read_from_the_file_that_its_variable_names) {
    const short_lived_file file("from-the-file\n");
    environment variables = secret_variables;
    variables.erase("KIDEVENT_DB__APP_PASSWORD");
    variables["KIDEVENT_DB__APP_PASSWORD_FILE"] = file.path();
    const auto loaded = load_settings_with_origins_from_text("", "k.yaml", variables, needs::serving);
    BOOST_TEST(loaded.values.db.app_password == "from-the-file");
    BOOST_TEST(loaded.origins.at("db.app_password") == file.path() + " (KIDEVENT_DB__APP_PASSWORD_FILE)");
    variables["KIDEVENT_DB__APP_PASSWORD"] = "given-twice";
    const auto problems = problems_of("", variables);
    BOOST_REQUIRE(problems.size() == 1u);
    BOOST_TEST(problems[0].find("KIDEVENT_DB__APP_PASSWORD is set too; keep one") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_secret_file_that_cannot_be_read_is_named) {
    environment variables = secret_variables;
    variables.erase("KIDEVENT_DB__APP_PASSWORD");
    variables["KIDEVENT_DB__APP_PASSWORD_FILE"] = "/nonexistent/app";
    const auto problems = problems_of("", variables);
    BOOST_REQUIRE(problems.size() == 1u);
    BOOST_TEST(problems[0]
               == "KIDEVENT_DB__APP_PASSWORD_FILE: db.app_password: cannot read the file /nonexistent/app");
}

BOOST_AUTO_TEST_CASE(pools_are_read_from_the_file_and_from_the_environment) {
    const auto from_file = load_settings_from_text("fastcgi:\n  pools:\n    - {name: web, processes: 4}\n    "
                                                   "- name: slow\n      services: [events, analytics]\n",
                                                   "k.yaml", secret_variables);
    BOOST_REQUIRE(from_file.fastcgi.pools.size() == 2u);
    BOOST_TEST(from_file.fastcgi.pools[0].processes == 4);
    BOOST_TEST(from_file.fastcgi.pools[0].services[0] == "all");
    BOOST_TEST(from_file.fastcgi.pools[1].services[1] == "analytics");
    const auto from_environment = load_settings_from_text(
        "", "k.yaml", with({{"KIDEVENT_FASTCGI__POOLS", "[{name: api, services: [all]}]"}}));
    BOOST_REQUIRE(from_environment.fastcgi.pools.size() == 1u);
    BOOST_TEST(from_environment.fastcgi.pools[0].name == "api");
}

BOOST_AUTO_TEST_CASE(wrong_pools_are_refused_with_line_and_place) {
    check_problem("fastcgi:\n  pools: web\n",
                  "k.yaml:2: fastcgi.pools: must be a list of pools, found a single value");
    check_problem("fastcgi:\n  pools: []\n", "k.yaml:2: fastcgi.pools: must have 1 to 64 items, found 0");
    check_problem("fastcgi:\n  pools:\n    - name: a\n      procesess: 1\n",
                  "k.yaml:4: fastcgi.pools[0].procesess: unknown key; did you mean processes?");
    check_problem(
        "fastcgi:\n  pools:\n    - name: a\n      services: [evnts]\n",
        "k.yaml:4: fastcgi.pools[0].services: must be all, identity, families, events, registrations, "
        "notifications, analytics, platform or jobs, found \"evnts\"");
    check_problem("fastcgi:\n  pools: [{name: a}, {name: a}]\n",
                  "k.yaml:2: fastcgi.pools: two pools have the name a");
    check_problem(
        "fastcgi:\n  pools: [{name: A}]\n",
        "k.yaml:2: fastcgi.pools[0].name: must be lower-case letters, digits and hyphens, found \"A\"");
    check_variable_problem({{"KIDEVENT_FASTCGI__POOLS", ""}},
                           "KIDEVENT_FASTCGI__POOLS: fastcgi.pools: must be a list of pools, found nothing");
}

BOOST_AUTO_TEST_CASE(settings_that_contradict_each_other_are_refused) {
    check_problem("db:\n  statement_timeout: 1s\n",
                  "default: db.lock_timeout: must not be longer than db.statement_timeout, found 3s and 1s");
    check_problem(
        "fastcgi:\n  params_bytes_max: 1KiB\n  value_bytes_max: 2KiB\n",
        "k.yaml:3: fastcgi.value_bytes_max: must not be larger than fastcgi.params_bytes_max, found 2KiB "
        "and 1KiB");
}

BOOST_AUTO_TEST_CASE(a_settings_file_that_is_missing_is_named) {
    BOOST_CHECK_EXCEPTION(
        load_settings("/nonexistent/k.yaml"), settings_error, [](const settings_error& error) {
            return error.problems().front().find("/nonexistent/k.yaml: cannot read the settings file") == 0;
        });
    const short_lived_file file("log: {level: error}\n");
    BOOST_TEST(load_settings_with_origins(file.path(), {}, needs::nothing).values.log.level == "error");
    BOOST_TEST(load_settings_with_origins(std::nullopt, {}, needs::nothing).values.log.level == "info");
}

BOOST_AUTO_TEST_CASE(the_listing_tells_where_each_value_came_from_and_hides_secrets) {
    const auto loaded = load_settings_with_origins_from_text(
        "db:\n  port: 1\n", "k.yaml", with({{"KIDEVENT_DB__NAME", "kids"}}), needs::serving);
    const auto printed = list_settings(loaded);
    BOOST_TEST(printed.size() == setting_table().size());
    const auto row = [&](std::string_view key) {
        for (const auto& candidate : printed) {
            if (candidate.key == key) return candidate.value + " | " + candidate.origin;
        }
        return std::string("absent");
    };
    BOOST_TEST(row("db.port") == "1 | k.yaml:2");
    BOOST_TEST(row("db.name") == "kids | environment KIDEVENT_DB__NAME");
    BOOST_TEST(row("db.host") == "/run/postgresql | default");
    BOOST_TEST(row("db.app_password") == "*** | environment KIDEVENT_DB__APP_PASSWORD");
    BOOST_TEST(row("db.migrator_password") == " | default");
    BOOST_TEST(row("fastcgi.pools")
               == "[{name: web, processes: 0, services: [all]}, {name: jobs, processes: 1, "
                  "services: [jobs]}] | default");
}

BOOST_AUTO_TEST_CASE(the_reference_document_is_what_the_table_says) {
    std::ifstream file(source_directory() / "docs/settings.md", std::ios::binary);
    BOOST_REQUIRE_MESSAGE(file, "docs/settings.md cannot be read");
    std::stringstream written;
    written << file.rdbuf();
    BOOST_TEST((written.str() == settings_reference()),
               "docs/settings.md is out of date: kidevent config reference > docs/settings.md");
}

BOOST_AUTO_TEST_SUITE_END()
