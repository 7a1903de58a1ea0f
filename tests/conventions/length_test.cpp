// A reader takes in a file and a function at a glance: limits on their size.

#include "cpp_text.hpp"
#include "source_tree.hpp"

#include <boost/test/unit_test.hpp>

using namespace kidevent::conventions;

namespace {

constexpr std::size_t file_lines_max = 400;
constexpr std::size_t function_lines_max = 70;
constexpr std::size_t columns_max = 110;

bool is_code(const source_file& file) {
    return file.is_cpp() || file.ends_with({".sql", ".sh", ".awk", ".ts", ".tsx", ".cmake", ".in"})
           || file.name() == "dev" || file.name() == "CMakeLists.txt";
}

findings check_file_length(const source_file& file) {
    const auto lines = lines_of(file.text).size();
    if (!is_code(file) || lines <= file_lines_max) return {};
    return {finding(file, lines, "the file is longer than 400 lines; is there a second noun in it?")};
}

findings check_functions(const source_file& file) {
    findings found;
    if (!file.is_cpp()) return found;
    for (const auto& function : list_functions(file.text))
        if (function.lines > function_lines_max)
            found.push_back(
                finding(file, function.first_line,
                        "a function of " + std::to_string(function.lines) + " lines (70 at most)"));
    return found;
}

std::size_t columns_of(const std::string& line) {
    // Continuation bytes of UTF-8 take no column.
    return static_cast<std::size_t>(
        std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// clang-format sees to it in C++, where SQL in a raw string may be wider.
findings check_columns(const source_file& file) {
    findings found;
    if (file.name() != "dev" && !file.ends_with({".sh", ".awk", ".in", ".ts", ".tsx"})) return found;
    std::size_t number = 0;
    for (const auto& line : lines_of(file.text))
        if (++number; columns_of(line) > columns_max)
            found.push_back(finding(file, number, "the line is longer than 110 columns"));
    return found;
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i)
        all += text;
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(length)

BOOST_AUTO_TEST_CASE(files_have_at_most_400_lines) {
    BOOST_TEST(check_file_length({"a.cpp", repeated("\n", 400)}).empty());
    BOOST_TEST(check_file_length({"a.cpp", repeated("\n", 401)}).size() == 1U);
    const auto found = check_all(check_file_length);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_CASE(functions_have_at_most_70_lines) {
    const auto body = [](std::size_t lines) { return repeated("    work('{', \"{\");\n", lines) + "}\n"; };
    BOOST_TEST(check_functions({"a.cpp", "int f(int a,\n      int b) {\n" + body(68)}).empty());
    BOOST_TEST(check_functions({"a.cpp", "int f(int a,\n      int b) {\n" + body(69)}).size() == 1U);
    BOOST_TEST(check_functions({"a.cpp", "x::x() : a_{1}, b_(2) {\n" + body(69)}).size() == 1U);
    BOOST_TEST(check_functions({"a.cpp", "auto f() const noexcept -> int {\n" + body(69)}).size() == 1U);
    BOOST_TEST(check_functions({"a.cpp", "namespace a {\n" + body(90)}).empty());
    BOOST_TEST(check_functions({"a.cpp", "struct a {\n" + body(90)}).empty());
    const auto found = check_all(check_functions);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_CASE(lines_of_scripts_have_at_most_110_columns) {
    BOOST_TEST(check_columns({"a.sh", repeated("\xc3\xa4", 110) + "\n"}).empty());
    BOOST_TEST(check_columns({"a.sh", repeated("a", 111) + "\n"}).size() == 1U);
    const auto found = check_all(check_columns);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_SUITE_END()
