// The library as somebody else's host uses it: installed, found by find_package, with nothing of this tree in
// reach.

#include "support/postgres_cluster.hpp"
#include "support/process.hpp"
#include "support/temporary_directory.hpp"

#include <boost/regex.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace kidevent::tests {

namespace {

std::string environment_value(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// Nothing but what runs, what it is built against and what an operator needs: no test, example or
// demonstration.
void check_installed(const std::string& prefix) {
    static const std::vector<boost::regex> wanted{
        boost::regex("bin/kidevent|bin/kidevent-fcgi"),
        boost::regex(R"(lib/[^/]*/?libkidevent\.a)"),
        boost::regex(
            R"(lib/[^/]*/?cmake/kidevent/kidevent-(config|config-version|targets|targets-\w+)\.cmake)"),
        boost::regex(R"(include/kidevent/\w+\.hpp)"),
        boost::regex(
            R"(share/kidevent/nginx/(\w+\.conf|kidevent\.conf\.in|fastcgi_params|root/.+|answers/.+))"),
        boost::regex(R"(share/kidevent/sql/(README\.md|roles\.sql|migrations/\d{4}_\w+\.sql))"),
        boost::regex(R"(share/kidevent/deploy/(prometheus/rules(_test)?\.yaml|grafana/[\w-]+\.json))")};
    std::size_t count = 0;
    for (const auto& each : std::filesystem::recursive_directory_iterator(prefix)) {
        if (each.is_directory()) continue;
        ++count;
        const auto path = std::filesystem::relative(each.path(), prefix).generic_string();
        BOOST_TEST(std::any_of(wanted.begin(), wanted.end(),
                               [&path](const boost::regex& one) { return boost::regex_match(path, one); }),
                   path << " is installed");
    }
    BOOST_TEST(count > 40U);
}

} // namespace

BOOST_AUTO_TEST_SUITE(host_embedding)

BOOST_AUTO_TEST_CASE(a_host_built_against_the_installed_tree_answers_its_own_route_and_the_librarys) {
    const std::string build = environment_value("KIDEVENT_BUILD_DIR");
    BOOST_REQUIRE_MESSAGE(!build.empty(), "KIDEVENT_BUILD_DIR is not set");
    const temporary_directory place;
    const std::string prefix = (place.path() / "prefix").string();
    const std::string source = (place.path() / "embed").string();
    const std::string tree = (place.path() / "build").string();
    run_program({.arguments = {"cmake", "--install", build, "--prefix", prefix}});
    // What an operator needs beside the programs comes along.
    for (const char* each : {"sql/roles.sql", "nginx/fastcgi_params", "deploy/prometheus/rules.yaml"})
        BOOST_TEST(std::filesystem::exists(prefix + "/share/kidevent/" + each), each);
    check_installed(prefix);
    std::filesystem::copy(source_directory() / "examples/embed", source,
                          std::filesystem::copy_options::recursive);
    run_program(
        {.arguments = {"cmake", "-S", source, "-B", tree, "-G", "Ninja", "-DCMAKE_PREFIX_PATH=" + prefix,
                       "-DCMAKE_CXX_FLAGS=-fsanitize=address,undefined"}});
    run_program({.arguments = {"cmake", "--build", tree}}, std::chrono::minutes{3});

    auto& cluster = postgres_cluster::shared();
    const auto database = cluster.create_database("embedding");
    const auto ask = [&](const std::string& host, const std::string& path) {
        return run_program({.arguments = {tree + "/embed", host, path},
                            .environment = {{"PGHOST", database.host}, {"PGDATABASE", database.name}}});
    };
    BOOST_TEST(ask("anything.example", "/hello") == "200\nhello from anything.example\n");
    BOOST_TEST(ask("anything.example", "/livez") == "200\nok\n");
    BOOST_TEST(ask("nobody.localhost", "/api/v1/organisation").starts_with("421\n"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
