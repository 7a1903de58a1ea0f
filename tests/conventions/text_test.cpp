// What must not stand in any file: marks of unfinished work, paths of one machine, calls that would undo
// the isolation of tenants, tests that are switched off.

#include "cpp_text.hpp"
#include "source_tree.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

using namespace kidevent::conventions;

namespace {

findings check_pattern(const source_file& file, const std::string& text, const boost::regex& pattern,
                       const std::string& what) {
    findings found;
    std::size_t number = 0;
    for (const auto& line : lines_of(text))
        if (++number; boost::regex_search(line, pattern)) found.push_back(finding(file, number, what));
    return found;
}

findings check_unfinished(const source_file& file) {
    static const boost::regex pattern(R"(\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b)");
    return check_pattern(file, file.text, pattern, "work that is not finished");
}

// Home directories, and hosts that only one network knows.
findings check_machine_paths(const source_file& file) {
    static const boost::regex pattern(R"((^|[\s"'=(:`])/(home|Users|root|work)/\w|"resolved": "https?://)");
    return check_pattern(file, file.text, pattern, "a path or host of one machine");
}

// Only the extended protocol, with one statement per message, is used once a connection is set up: a
// simple query could hold a second statement that leaves the tenant.
findings check_simple_queries(const source_file& file) {
    static const boost::regex pattern(R"(\bPQ(exec|sendQuery)\b)");
    if (!file.is_cpp() || file.is_under("tests/") || file.path == "libkidevent/src/db/connection.cpp"
        || file.path == "libkidevent/src/db/migration_runner.cpp")
        return {};
    return check_pattern(file, literal_eraser(file.text).run(), pattern,
                         "simple queries are for setting up a connection and for migrations");
}

findings check_disabled_tests(const source_file& file) {
    static const boost::regex cpp(R"(\bunit_test::disabled\b|\bexpected_failures\b)");
    static const boost::regex script(R"(\b(test|it|describe)\.(skip|only|fixme)\b)");
    if (!file.is_under("tests/") && !file.is_under("web/")) return {};
    return check_pattern(file, file.is_cpp() ? literal_eraser(file.text).run() : file.text,
                         file.is_cpp() ? cpp : script, "a test that is switched off");
}

findings check_silenced_warnings(const source_file& file) {
    static const boost::regex pattern(R"(NO[L]INT|clang-format of[f]|#pragma GCC diagnosti[c])");
    // The table of routes is aligned by hand, so that it reads as a table.
    if (!file.is_cpp() || file.path == "libkidevent/src/routes.cpp"
        || file.path == "libkidevent/src/identity_routes.hpp")
        return {};
    return check_pattern(file, file.text, pattern, "a rule that is silenced");
}

} // namespace

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(nothing_is_left_unfinished) {
    BOOST_TEST(check_unfinished({"a.cpp", std::string("// TO") + "DO: more\n"}).size() == 1U);
    BOOST_TEST(check_unfinished({"a.sh", "mktemp -d /tmp/kidevent-XXXXXX\n"}).empty());
    const auto found = check_all(check_unfinished);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_CASE(no_file_knows_the_machine_it_was_written_on) {
    BOOST_TEST(check_machine_paths({"a.md", std::string("cd /ho") + "me/ann\n"}).size() == 1U);
    BOOST_TEST(check_machine_paths({"p.json", "\"resolved\": \"https://mirror.example/x\"\n"}).size() == 1U);
    const auto found = check_all(check_machine_paths);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_CASE(only_the_extended_protocol_carries_queries) {
    BOOST_TEST(check_simple_queries({"libkidevent/src/db/lane.cpp", "PQexec(c, text);\n"}).size() == 1U);
    BOOST_TEST(
        check_simple_queries({"libkidevent/src/db/lane.cpp", "PQexecParams(c);\n// PQexec(\n"}).empty());
    const auto found = check_all(check_simple_queries);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_CASE(no_test_is_switched_off) {
    BOOST_TEST(check_disabled_tests({"tests/a_test.cpp", "* boost::unit_test::disabled()\n"}).size() == 1U);
    const auto found = check_all(check_disabled_tests);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_CASE(no_rule_is_silenced_in_the_code) {
    BOOST_TEST(check_silenced_warnings({"a.cpp", std::string("int a; // NO") + "LINT\n"}).size() == 1U);
    const auto found = check_all(check_silenced_warnings);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_SUITE_END()
