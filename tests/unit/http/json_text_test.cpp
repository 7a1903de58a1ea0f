#include "http/json_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <random>
#include <string>

using namespace kidevent;
using http::parse_json;

namespace {

// The refused field, as "pointer|code", and its detail.
std::string fault_of(std::string_view text, std::size_t depth_max = 16) {
    const auto parsed = parse_json(text, depth_max);
    if (parsed) return "accepted";
    const refusal& why = parsed.error();
    BOOST_TEST((why.code == errc::malformed_request));
    BOOST_TEST_REQUIRE(why.fields.size() == 1U);
    return why.fields[0].pointer + "|" + why.fields[0].code;
}

std::string detail_of(std::string_view text) {
    const auto parsed = parse_json(text, 16);
    return parsed ? "accepted" : parsed.error().fields.at(0).detail;
}

struct refused {
    std::string text;
    std::string fault;
};
std::ostream& operator<<(std::ostream& out, const refused& r) { return out << r.text; }

const std::array<refused, 44> all_refused{{
    {"", "|syntax"},
    {" ", "|syntax"},
    {"{", "|syntax"},
    {"[1", "|syntax"},
    {"[1,]", "/1|syntax"},
    {R"({"a":1,})", "|syntax"},
    {R"({"a" 1})", "/a|syntax"},
    {"{a:1}", "|syntax"},
    {"{'a':1}", "|syntax"},
    {"[1]x", "|syntax"},
    {"{} {}", "|syntax"},
    {"/**/1", "|syntax"},
    {"[1] // end", "|syntax"},
    {"\xef\xbb\xbf{}", "|syntax"},
    {"nul", "|syntax"},
    {"True", "|syntax"},
    {"NaN", "|syntax"},
    {"Infinity", "|syntax"},
    {"-Infinity", "|syntax"},
    {"-", "|syntax"},
    {"+1", "|syntax"},
    {"01", "|syntax"},
    {"-01", "|syntax"},
    {"1.", "|syntax"},
    {".5", "|syntax"},
    {"1e", "|syntax"},
    {"0x10", "|syntax"},
    {R"("a)", "|syntax"},
    {R"("\x")", "|syntax"},
    {R"("\u12")", "|syntax"},
    {R"("\u-123")", "|syntax"},
    {"\"a\tb\"", "|bad_text"},
    {R"({"n":"\u0000"})", "/n|bad_text"},
    {R"({"n":["a","\ud800"]})", "/n/1|bad_text"},
    {R"("\ud800\u0041")", "|bad_text"},
    {R"("\udc00\ud800")", "|bad_text"},
    {"[\"\xff\"]", "|bad_text"},
    {"\"\xc0\xaf\"", "|bad_text"},
    {"\"\xed\xa0\x80\"", "|bad_text"},
    {R"({"a":1e400})", "/a|bad_number"},
    {R"({"a":9007199254740993.0})", "/a|bad_number"},
    {R"({"a":9223372036854775808})", "/a|bad_number"},
    {R"({"a":{"b":[0,{"c":1,"c":2}]}})", "/a/b/1/c|duplicate"},
    {R"({"a~/b":{"\u0061":1,"a":2}})", "/a~0~1b/a|duplicate"},
}};

// A random document, and sometimes a damaged one.
std::string random_text(std::mt19937& random) {
    static constexpr std::array<std::string_view, 30> pieces{
        "{",    "}",     "[",     "]",           ",",
        ":",    "\"a\"", "\"b\"", "\"\\u00e4\"", "\"\\ud83d\\ude00\"",
        "1",    "-0",    "2.5",   "25E-1",       "true",
        "null", " ",     "\n",    "\"\"",        "false",
        "{}",   "[]",    "[1,2]", "{\"a\":",     "\"k\":[",
        "]}",   "\\",    "0",     "\"x\\n\"",    "-"};
    std::string out;
    const auto length = 1 + random() % 9;
    for (std::size_t i = 0; i < length; ++i)
        out += pieces[random() % pieces.size()];
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_json_text)

BOOST_DATA_TEST_CASE(what_two_parsers_could_read_differently_is_refused,
                     boost::unit_test::data::make(all_refused)) {
    BOOST_TEST(fault_of(sample.text) == sample.fault);
}

BOOST_AUTO_TEST_CASE(a_document_arrives_as_it_was_written) {
    const std::string text =
        R"({"a":[1,-2,2.5,true,false,null,"\u00e4\n\"\\\/😀"],"__proto__":{"b":{}},"":[]})";
    const auto parsed = parse_json(" \r\n\t" + text + " \n", 16);
    BOOST_TEST_REQUIRE(parsed.has_value());
    BOOST_TEST((*parsed == boost::json::parse(text)));
}

BOOST_AUTO_TEST_CASE(escaped_surrogate_pairs_become_one_character) {
    const auto parsed = parse_json(R"("\ud83d\ude00")", 16);
    BOOST_TEST(parsed.value().get_string() == "\xf0\x9f\x98\x80");
}

BOOST_AUTO_TEST_CASE(whole_numbers_arrive_as_int64_however_they_are_written) {
    BOOST_TEST(parse_json("9007199254740993", 1).value().as_int64() == 9007199254740993);
    BOOST_TEST(parse_json("-9223372036854775808", 1).value().as_int64()
               == std::numeric_limits<std::int64_t>::min());
    BOOST_TEST(parse_json("1e2", 1).value().as_int64() == 100);
    BOOST_TEST(parse_json("-3.0", 1).value().as_int64() == -3);
    BOOST_TEST(parse_json("0.1", 1).value().as_double() == 0.1);
}

BOOST_AUTO_TEST_CASE(nesting_is_limited_to_the_depth_asked_for) {
    BOOST_TEST(fault_of("[[1]]", 2) == "accepted");
    BOOST_TEST(fault_of("[[[1]]]", 2) == "/0/0|too_deep");
    BOOST_TEST(fault_of("1", 0) == "accepted");
    const std::string deep(10000, '[');
    BOOST_TEST(fault_of(deep).ends_with("|too_deep"));
    std::string objects;
    for (int i = 0; i < 10000; ++i)
        objects += "{\"a\":";
    BOOST_TEST(fault_of(objects).ends_with("|too_deep"));
}

BOOST_AUTO_TEST_CASE(the_detail_names_the_byte) {
    BOOST_TEST(detail_of(R"({"a":1,"a":2})") == "byte 7: this name occurs twice in the object");
    BOOST_TEST(detail_of("[\"ok\",\"\xff\"]") == "byte 7: this byte is not UTF-8");
    BOOST_TEST(detail_of("[1 2]") == "byte 3: ',' or ']' was expected");
}

BOOST_AUTO_TEST_CASE(an_object_with_too_many_members_is_refused) {
    const auto text_with = [](std::size_t members) {
        std::string out = "{\"0\":0";
        for (std::size_t i = 1; i < members; ++i)
            out += ",\"" + std::to_string(i) + "\":0";
        return out + "}";
    };
    BOOST_TEST(fault_of(text_with(http::json_members_max)) == "accepted");
    BOOST_TEST(fault_of(text_with(http::json_members_max + 1)) == "/1000|too_many");
}

BOOST_AUTO_TEST_CASE(a_text_of_a_megabyte_is_read_whole) {
    const std::string long_text(1 << 20, 'x');
    BOOST_TEST(parse_json("\"" + long_text + "\"", 1).value().get_string().size() == long_text.size());
}

// Boost.JSON is the independent reader: what we accept, it reads as the same value; what it refuses, we
// refuse.
BOOST_AUTO_TEST_CASE(nothing_is_accepted_that_another_parser_refuses_or_reads_differently) {
    std::mt19937 random{7};
    int accepted = 0;
    for (int i = 0; i < 60000; ++i) {
        const std::string text = random_text(random);
        const auto ours = parse_json(text, 16);
        boost::system::error_code failure;
        const boost::json::value theirs = boost::json::parse(text, failure);
        if (!ours) {
            const std::string code = ours.error().fields.at(0).code;
            BOOST_TEST((failure || code == "duplicate"), "refused without need: " << text);
            continue;
        }
        ++accepted;
        BOOST_TEST(!failure, "accepted, but broken: " << text);
        BOOST_TEST(*ours == theirs, "read differently: " << text);
    }
    BOOST_TEST(accepted > 1000);
}

BOOST_AUTO_TEST_CASE(a_part_of_a_document_outlives_the_document) {
    boost::json::value kept;
    {
        auto parsed =
            parse_json(R"({"a":{"b":["a text that is too long to be kept inside the value itself"]}})", 16);
        kept = std::move(parsed->at("a"));
    }
    BOOST_TEST(boost::json::serialize(kept)
               == R"({"b":["a text that is too long to be kept inside the value itself"]})");
}

BOOST_AUTO_TEST_SUITE_END()
