#include "config/setting_value.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <limits>

namespace {

using namespace kidevent::config;
using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

constexpr value_rule any_number{.min = 0, .max = std::numeric_limits<std::int64_t>::max()};
constexpr value_rule any_size{
    .min = 0, .max = std::numeric_limits<std::int64_t>::max(), .unit = value_unit::bytes};

struct spelled {
    const char* text;
    std::int64_t value;
};
std::ostream& operator<<(std::ostream& out, const spelled& s) { return out << s.text; }

constexpr std::array<spelled, 6> durations{
    {{"500ms", 500}, {"15s", 15000}, {"3m", 180000}, {"2h", 7200000}, {"14d", 1209600000}, {"0s", 0}}};
constexpr std::array<spelled, 5> sizes{
    {{"7B", 7}, {"512KiB", 524288}, {"1MiB", 1048576}, {"3GiB", 3221225472}, {"0B", 0}}};
constexpr std::array<const char*, 11> wrong_durations{
    "15", "s", "", "1.5s", "15 s", "15S", "1h30m", "99999999999999999d", "15sec", "+1s", "0x1s"};
constexpr std::array<const char*, 8> wrong_sizes{"1MB",  "1 MiB",  "MiB",           "",
                                                 "1mib", "1.5MiB", "9999999999GiB", "1K"};
constexpr std::array<const char*, 7> wrong_numbers{"", "x", "1x", "1.0", " 1", "1e3", "99999999999999999999"};

} // namespace

BOOST_AUTO_TEST_SUITE(config)

BOOST_DATA_TEST_CASE(a_duration_is_read_and_printed_in_its_shortest_spelling, data::make(durations)) {
    std::chrono::milliseconds value{-1};
    BOOST_TEST(!assign_value(&value, any_number, sample.text));
    BOOST_TEST(value.count() == sample.value);
    BOOST_TEST(format_value(&value, any_number) == sample.text);
}

BOOST_DATA_TEST_CASE(a_size_is_read_and_printed_in_its_shortest_spelling, data::make(sizes)) {
    std::int64_t value = -1;
    BOOST_TEST(!assign_value(&value, any_size, sample.text));
    BOOST_TEST(value == sample.value);
    BOOST_TEST(format_value(&value, any_size) == sample.text);
}

BOOST_DATA_TEST_CASE(a_malformed_duration_is_refused_and_changes_nothing, data::make(wrong_durations)) {
    auto value = 7ms;
    const auto problem = assign_value(&value, any_number, sample);
    BOOST_REQUIRE(problem);
    BOOST_TEST(problem->find("must be a duration with its unit") == 0u);
    BOOST_TEST(value.count() == 7);
}

BOOST_DATA_TEST_CASE(a_malformed_size_is_refused_and_changes_nothing, data::make(wrong_sizes)) {
    std::int64_t value = 7;
    const auto problem = assign_value(&value, any_size, sample);
    BOOST_REQUIRE(problem);
    BOOST_TEST(problem->find("must be a size") == 0u);
    BOOST_TEST(value == 7);
}

BOOST_DATA_TEST_CASE(a_malformed_number_is_refused_and_changes_nothing, data::make(wrong_numbers)) {
    std::int64_t value = 7;
    const auto problem = assign_value(&value, any_number, sample);
    BOOST_REQUIRE(problem);
    BOOST_TEST(problem->find("must be a whole number") == 0u);
    BOOST_TEST(value == 7);
}

BOOST_AUTO_TEST_CASE(a_setting_in_seconds_refuses_parts_of_a_second) {
    auto value = 7s;
    const value_rule rule{.min = 0, .max = 100};
    BOOST_TEST(assign_value(&value, rule, "1500ms").value() == "must be whole seconds, found \"1500ms\"");
    BOOST_TEST(!assign_value(&value, rule, "2000ms"));
    BOOST_TEST(value.count() == 2);
}

BOOST_AUTO_TEST_CASE(the_bounds_of_a_range_belong_to_it_and_their_neighbours_do_not) {
    const value_rule rule{.min = 1, .max = 3};
    std::int64_t value = 2;
    BOOST_TEST(!assign_value(&value, rule, "1"));
    BOOST_TEST(!assign_value(&value, rule, "3"));
    BOOST_TEST(assign_value(&value, rule, "0").value() == "must be 1 to 3, found 0");
    BOOST_TEST(assign_value(&value, rule, "4").value() == "must be 1 to 3, found 4");
    BOOST_TEST(value == 3);
    auto pause = 2s;
    BOOST_TEST(assign_value(&pause, rule, "4s").value() == "must be 1s to 3s, found 4s");
}

BOOST_AUTO_TEST_CASE(a_secret_appears_neither_in_its_printed_value_nor_in_an_error) {
    const value_rule rule{.min = 8, .max = 16, .secret = true};
    std::string value;
    BOOST_TEST(format_value(&value, rule) == "");
    const auto problem = assign_value(&value, rule, "hunter2");
    BOOST_REQUIRE(problem);
    BOOST_TEST(*problem == "must have at least 8 bytes, found 7");
    BOOST_TEST(!assign_value(&value, rule, "hunter22"));
    BOOST_TEST(format_value(&value, rule) == "***");
}

BOOST_AUTO_TEST_CASE(a_text_with_a_line_break_is_refused) {
    std::string value = "old";
    BOOST_TEST(assign_value(&value, {.min = 1, .max = 16}, "a\nb").value()
               == "must not have line breaks or other control characters");
    BOOST_TEST(value == "old");
}

BOOST_AUTO_TEST_CASE(a_text_outside_its_choices_is_refused_with_the_choices) {
    constexpr std::array<std::string_view, 3> choices{"red", "green", "blue"};
    std::string value;
    BOOST_TEST(assign_value(&value, {.choices = choices}, "grey").value()
               == "must be red, green or blue, found \"grey\"");
    std::vector<std::string> list;
    BOOST_TEST(!assign_value(&list, {.min = 1, .max = 2, .choices = choices}, "red,blue"));
    BOOST_TEST(list == (std::vector<std::string>{"red", "blue"}), boost::test_tools::per_element());
    BOOST_TEST(assign_value(&list, {.min = 1, .max = 2, .choices = choices}, "").value()
               == "must have 1 to 2 items, found 0");
}

BOOST_AUTO_TEST_SUITE_END()
