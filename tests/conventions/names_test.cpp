// Names say the thing: words that fit everything are not used in the names of files and types.

#include "cpp_text.hpp"
#include "source_tree.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

using namespace kidevent::conventions;

namespace {

const std::string empty_words = "(manager|helper|util|common|data|info)s?";

bool is_empty_name(const std::string& name) {
    static const boost::regex pattern("(^|[_.-])" + empty_words + "($|[_.-])");
    return boost::regex_search(name, pattern);
}

findings check_file_name(const source_file& file) {
    if (!is_empty_name(file.name())) return {};
    return {finding(file, 1, "the file's name does not say what is in it")};
}

findings check_type_names(const source_file& file) {
    static const boost::regex type(R"(\b(?:enum class|enum|class|struct|union|using|concept)\s+(\w+))");
    findings found;
    if (!file.is_cpp()) return found;
    std::size_t number = 0;
    boost::smatch match;
    for (const auto& line : lines_of(literal_eraser(file.text).run()))
        if (++number; boost::regex_search(line, match, type) && is_empty_name(match[1]))
            found.push_back(finding(file, number, "'" + match[1].str() + "' does not say what it is"));
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(names)

BOOST_AUTO_TEST_CASE(files_are_named_after_what_is_in_them) {
    BOOST_TEST(check_file_name({"core/string_utils.hpp", ""}).size() == 1U);
    BOOST_TEST(check_file_name({"core/database.hpp", ""}).empty());
    const auto found = check_all(check_file_name);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_CASE(types_are_named_after_what_they_are) {
    BOOST_TEST(check_type_names({"a.hpp", "class login_manager {"}).size() == 1U);
    BOOST_TEST(check_type_names({"a.hpp", "enum class common {"}).size() == 1U);
    BOOST_TEST(check_type_names({"a.hpp", "class database_error {"}).empty());
    BOOST_TEST(check_type_names({"a.hpp", "// a class helper\n"}).empty());
    const auto found = check_all(check_type_names);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_SUITE_END()
