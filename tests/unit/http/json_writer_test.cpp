#include "http/json_text.hpp"
#include "http/json_writer.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace kidevent;
using http::json_writer;

BOOST_AUTO_TEST_SUITE(http_json_writer)

BOOST_AUTO_TEST_CASE(commas_stand_between_members_and_nowhere_else) {
    std::string out;
    json_writer json{out};
    json.begin_object().member("a", 1).key("b").begin_array().value(1).value("x").begin_object().end_object();
    json.begin_array().end_array().end_array().member("c", nullptr).end_object();
    BOOST_TEST(out == R"({"a":1,"b":[1,"x",{},[]],"c":null})");
}

BOOST_AUTO_TEST_CASE(every_kind_of_value_has_its_form) {
    const uuid id = *parse_uuid("0190c0de-0000-7000-8000-00000000000a");
    const std::chrono::sys_days day = std::chrono::year{2026} / 7 / 1;
    std::string out;
    json_writer json{out};
    json.begin_array().value(true).value(false).value(std::numeric_limits<std::int64_t>::min());
    json.value(std::numeric_limits<std::uint64_t>::max()).value(0.5).value(id).value(child_id{id});
    json.value(timestamp{day}).value(day).value(std::optional<int>{}).value(std::optional<std::string>{"t"});
    json.raw("{\"r\":1}").end_array();
    BOOST_TEST(out
               == R"([true,false,-9223372036854775808,18446744073709551615,0.5,)"
                  R"("0190c0de-0000-7000-8000-00000000000a","0190c0de-0000-7000-8000-00000000000a",)"
                  R"("2026-07-01T00:00:00Z","2026-07-01",null,"t",{"r":1}])");
}

BOOST_AUTO_TEST_CASE(text_is_escaped_so_that_it_reads_back_the_same) {
    std::string text;
    for (char c = 1; c < 127; ++c)
        text += c;
    text += "\x7f\xc3\xa4\xf0\x9f\x98\x80\"";
    std::string out;
    json_writer{out}.value(text);
    BOOST_TEST(out.find('\n') == std::string::npos);
    BOOST_TEST(out.find('\x1b') == std::string::npos);
    BOOST_TEST(std::string_view{http::parse_json(out, 1).value().get_string()} == text);
    out.clear();
    json_writer{out}.begin_object().member("k\"\n", "v").end_object();
    BOOST_TEST(out == R"({"k\"\n":"v"})");
}

BOOST_AUTO_TEST_CASE(every_byte_is_escaped_wherever_it_stands_or_not_at_all) {
    const auto check = [](char byte, std::size_t size, std::size_t at) {
        std::string text(size, 'x');
        text[at] = byte;
        std::string out;
        json_writer writer{out};
        writer.begin_object().member(text, text).end_object();
        const auto read = http::parse_json(out, 4);
        BOOST_REQUIRE_MESSAGE(read && read->as_object().at(text) == boost::json::value(text),
                              "byte " << int{byte} << " at " << at << " of " << size);
        const bool is_plain = byte >= 0x20 && byte != 0x7f && byte != '"' && byte != '\\';
        BOOST_REQUIRE_EQUAL(http::is_plain_json(text), is_plain);
    };
    for (int byte = 1; byte <= 0x7f; ++byte) {
        for (const std::size_t size : {1U, 7U, 8U, 9U, 17U})
            for (std::size_t at = 0; at != size; ++at)
                check(static_cast<char>(byte), size, at);
        check(static_cast<char>(byte), 125, 124);
    }
}

BOOST_AUTO_TEST_CASE(short_texts_and_long_ones_are_written_alike) {
    for (std::size_t size = 0; size < 300; ++size) {
        const std::string text(size, 'y');
        std::string out;
        json_writer writer{out};
        writer.begin_array().value(text).value(std::string_view{text}).end_array();
        BOOST_REQUIRE_EQUAL(out, "[\"" + text + "\",\"" + text + "\"]");
    }
    std::string out;
    json_writer{out}.value(std::string_view{});
    BOOST_TEST(out == "\"\"");
}

BOOST_AUTO_TEST_CASE(what_the_string_holds_already_stays_in_front) {
    std::string out = "data: ";
    json_writer{out}.begin_object().end_object();
    BOOST_TEST(out == "data: {}");
}

BOOST_AUTO_TEST_CASE(numbers_that_json_does_not_have_are_our_own_fault) {
    std::string out;
    json_writer json{out};
    BOOST_CHECK_THROW(json.value(std::numeric_limits<double>::infinity()), std::invalid_argument);
    BOOST_CHECK_THROW(json.value(std::numeric_limits<double>::quiet_NaN()), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
