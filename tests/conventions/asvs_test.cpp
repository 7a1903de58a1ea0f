// docs/security/asvs.csv says of every control of OWASP's ASVS 5.0, levels 1 and 2, which test shows it, or
// why none need to. A test that is renamed or removed takes its controls along.

#include "source_tree.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <sstream>

using namespace kidevent::conventions;

namespace {

// The controls by section: the last numbers of those of level 1, and of level 2.
struct section {
    const char* name;
    const char* first;
    const char* second;
};
constexpr section sections[] = {
    {"V1.1", "", "1 2"},
    {"V1.2", "1 2 3 4 5", "6 7 8 9"},
    {"V1.3", "1 2", "3 4 5 6 7 8 9 10 11"},
    {"V1.4", "", "1 2 3"},
    {"V1.5", "1", "2"},
    {"V2.1", "1", "2 3"},
    {"V2.2", "1 2", "3"},
    {"V2.3", "1", "2 3 4"},
    {"V2.4", "", "1"},
    {"V3.2", "1 2", ""},
    {"V3.3", "1", "2 3 4"},
    {"V3.4", "1 2", "3 4 5 6"},
    {"V3.5", "1 2 3", "4 5"},
    {"V3.7", "", "1 2"},
    {"V4.1", "1", "2 3"},
    {"V4.2", "", "1"},
    {"V4.3", "", "1 2"},
    {"V4.4", "1", "2 3 4"},
    {"V5.1", "", "1"},
    {"V5.2", "1 2", "3"},
    {"V5.3", "1 2", ""},
    {"V5.4", "", "1 2 3"},
    {"V6.1", "1", "2 3"},
    {"V6.2", "1 2 3 4 5 6 7 8", "9 10 11 12"},
    {"V6.3", "1 2", "3 4"},
    {"V6.4", "1 2", "3 4"},
    {"V6.5", "", "1 2 3 4 5"},
    {"V6.6", "", "1 2 3"},
    {"V6.8", "", "1 2 3 4"},
    {"V7.1", "", "1 2 3"},
    {"V7.2", "1 2 3 4", ""},
    {"V7.3", "", "1 2"},
    {"V7.4", "1 2", "3 4 5"},
    {"V7.5", "", "1 2"},
    {"V7.6", "", "1 2"},
    {"V8.1", "1", "2"},
    {"V8.2", "1 2", "3"},
    {"V8.3", "1", ""},
    {"V8.4", "", "1"},
    {"V9.1", "1 2 3", ""},
    {"V9.2", "1", "2 3 4"},
    {"V10.1", "", "1 2"},
    {"V10.2", "", "1 2"},
    {"V10.3", "", "1 2 3 4"},
    {"V10.4", "1 2 3 4 5", "6 7 8 9 10 11"},
    {"V10.5", "", "1 2 3 4 5"},
    {"V10.6", "", "1 2"},
    {"V10.7", "", "1 2 3"},
    {"V11.1", "", "1 2"},
    {"V11.2", "", "1 2 3"},
    {"V11.3", "1 2", "3"},
    {"V11.4", "1", "2 3 4"},
    {"V11.5", "", "1"},
    {"V11.6", "", "1"},
    {"V12.1", "1", "2 3"},
    {"V12.2", "1 2", ""},
    {"V12.3", "", "1 2 3 4"},
    {"V13.1", "", "1"},
    {"V13.2", "", "1 2 3 4 5"},
    {"V13.3", "", "1 2"},
    {"V13.4", "1", "2 3 4 5"},
    {"V14.1", "", "1 2"},
    {"V14.2", "1", "2 3 4"},
    {"V14.3", "1", "2 3"},
    {"V15.1", "1", "2 3"},
    {"V15.2", "1", "2 3"},
    {"V15.3", "1", "2 3 4 5 6 7"},
    {"V16.1", "", "1"},
    {"V16.2", "", "1 2 3 4 5"},
    {"V16.3", "", "1 2 3 4"},
    {"V16.4", "", "1 2 3"},
    {"V16.5", "", "1 2 3"},
    {"V17.1", "", "1"},
    {"V17.2", "", "1 2 3 4"},
    {"V17.3", "", "1 2"},
};

// Control -> level.
std::map<std::string, std::string> expected_controls() {
    std::map<std::string, std::string> all;
    for (const section& each : sections)
        for (const auto& [numbers, level] : {std::pair{each.first, "1"}, {each.second, "2"}}) {
            std::istringstream in{numbers};
            for (std::string number; in >> number;)
                all[std::string{each.name} + "." + number] = level;
        }
    return all;
}

// Fields without quotation marks, or in them with commas inside.
std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            fields.emplace_back();
        else
            fields.back() += c;
    }
    return fields;
}

// Every "suite/case" of the tests, as their sources name them.
std::set<std::string> list_test_cases() {
    static const boost::regex line(
        R"(^BOOST_((?:AUTO|FIXTURE)_TEST_SUITE(?:_END)?|(?:AUTO|FIXTURE|DATA)_TEST_CASE)\((\w*))");
    std::set<std::string> found;
    for (const auto& file : list_source_files()) {
        if (!file.is_under("tests/") || !file.ends_with({"_test.cpp"})) continue;
        std::vector<std::string> suites;
        boost::smatch match;
        for (const auto& each : lines_of(file.text)) {
            if (!boost::regex_search(each, match, line)) continue;
            const std::string what = match[1];
            if (what == "AUTO_TEST_SUITE_END" && !suites.empty())
                suites.pop_back();
            else if (what.ends_with("_SUITE"))
                suites.push_back(match[2]);
            else if (what.ends_with("_CASE") && !suites.empty())
                found.insert(suites.back() + "/" + std::string{match[2]});
        }
    }
    return found;
}

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts;
    std::istringstream in{text};
    for (std::string part; std::getline(in, part, at);)
        parts.push_back(part);
    return parts;
}

// What is wrong with a table in the form of docs/security/asvs.csv.
findings check_controls(const source_file& file, const std::set<std::string>& cases) {
    findings found;
    auto expected = expected_controls();
    std::size_t number = 0;
    for (const auto& line : lines_of(file.text)) {
        if (++number == 1) {
            if (line != "id,level,status,tests,note")
                found.push_back(finding(file, 1, "the columns are others"));
            continue;
        }
        const auto fields = fields_of(line);
        if (fields.size() != 5) {
            found.push_back(finding(file, number, "has not five fields"));
            continue;
        }
        const auto& [id, level, status, tests, note] =
            std::tie(fields[0], fields[1], fields[2], fields[3], fields[4]);
        const auto known = expected.find(id);
        if (known == expected.end() || known->second != level) {
            found.push_back(finding(file, number, id + " is there twice, unknown, or of another level"));
            continue;
        }
        expected.erase(known);
        const auto named = split(tests, ';');
        if (status != "tested" && status != "not-applicable" && status != "planned")
            found.push_back(finding(file, number, "no such status: " + status));
        if ((status == "tested") != !named.empty())
            found.push_back(finding(file, number, id + ": tests go together with the status tested"));
        if (status == "not-applicable" && note.empty())
            found.push_back(finding(file, number, id + " is not applicable without a reason"));
        for (const auto& each : named)
            if (!cases.contains(each))
                found.push_back(finding(file, number, id + ": there is no test " + each));
    }
    for (const auto& [id, level] : expected)
        found.push_back(finding(file, number, id + " is missing"));
    return found;
}

const std::string path = "docs/security/asvs.csv";

} // namespace

BOOST_AUTO_TEST_SUITE(asvs)

BOOST_AUTO_TEST_CASE(every_control_of_levels_one_and_two_names_tests_that_exist_or_says_why_not) {
    const auto cases = list_test_cases();
    BOOST_TEST(cases.size() > 500U);
    const auto found = check_controls({path, read_text(source_root() / path)}, cases);
    BOOST_TEST(found.empty(), joined(found));
}

BOOST_AUTO_TEST_CASE(slips_in_the_table_are_noticed) {
    const std::string good = read_text(source_root() / path);
    const std::set<std::string> cases = list_test_cases();
    const auto count = [&](const std::string& from, const std::string& to) {
        std::string text = good;
        const auto at = text.find(from);
        BOOST_REQUIRE_MESSAGE(at != std::string::npos, from);
        text.replace(at, from.size(), to);
        return check_controls({path, text}, cases).size() - check_controls({path, good}, cases).size();
    };
    BOOST_TEST(count("V1.1.1,", "V1.1.9,") == 2U);         // unknown, and one is missing
    BOOST_TEST(count("\nV1.1.2,2,", "\nV1.1.1,2,") == 2U); // doubled, and one is missing
    BOOST_TEST(count("V1.2.1,1,", "V1.2.1,2,") == 2U);     // of another level
    BOOST_TEST(count(",tested,", ",tested,no_suite/no_case;") == 1U);
    BOOST_TEST(count(",tested,", ",planned,") == 1U);
    BOOST_TEST(count(",planned,,", ",done,,") == 1U);
    BOOST_TEST(count(",planned,,", ",tested,,") == 1U);
    const auto reason = good.find(",not-applicable,,");
    BOOST_REQUIRE(reason != std::string::npos);
    const auto end = good.find('\n', reason);
    BOOST_TEST(count(good.substr(reason, end - reason), ",not-applicable,,") == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
