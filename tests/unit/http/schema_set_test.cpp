#include "http/json_text.hpp"
#include "http/schema_set.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace kidevent;
using http::schema_set;

namespace {

schema_set set_of(std::string_view text) { return schema_set{boost::json::parse(text).as_object()}; }

const schema_set& children() {
    static const schema_set set = set_of(R"({
        "child": {
            "type": "object", "description": "A child", "additionalProperties": false,
            "required": ["name", "born_on"], "minProperties": 2,
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 5, "examples": ["Mia"]},
                "born_on": {"type": "string", "format": "date"},
                "notes": {"type": ["string", "null"], "maxLength": 10},
                "level": {"type": "integer", "minimum": 1, "maximum": 3},
                "weight": {"type": "number", "minimum": 0.5},
                "kind": {"enum": ["guest", "member", null]},
                "tags": {"type": "array", "items": {"$ref": "#/components/schemas/tag"},
                         "minItems": 1, "maxItems": 3, "uniqueItems": true},
                "labels": {"type": "object", "additionalProperties": {"type": "boolean"}},
                "a/b~": {"const": 1},
                "friend": {"$ref": "#/components/schemas/child", "description": "Somebody else"}
            }
        },
        "tag": {"type": "string", "minLength": 2}
    })");
    return set;
}

// Everything wrong with the value, as "pointer code" separated by ", ".
std::string faults_of(std::string_view text, std::string_view schema = "child",
                      const schema_set& set = children()) {
    std::string out;
    for (const field_error& each : set.validate(schema, http::parse_json(text, 64).value())) {
        if (!out.empty()) out += ", ";
        out += each.pointer + " " + each.code;
    }
    return out;
}

// A valid child with one more member.
std::string child_with(const std::string& member) {
    return R"({"name":"Mia","born_on":"2019-02-28",)" + member + "}";
}

// The message of the std::logic_error that this schema is refused with.
std::string fault_of_schema(std::string_view text) {
    try {
        set_of(text);
    } catch (const std::logic_error& why) {
        return why.what();
    }
    return "accepted";
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_schema)

BOOST_AUTO_TEST_CASE(a_value_as_the_schema_demands_has_no_faults) {
    BOOST_TEST(
        faults_of(R"({"name":"Mia","born_on":"2020-02-29","notes":null,"level":3,"weight":0.5,"kind":null,
        "tags":["ab","cd"],"labels":{"x":true},"a/b~":1,"friend":{"name":"Ben","born_on":"2019-01-01"}})")
        == "");
}

BOOST_AUTO_TEST_CASE(each_keyword_has_its_code_and_its_pointer) {
    BOOST_TEST(faults_of("[]") == " wrong_type");
    BOOST_TEST(faults_of(R"({"name":"Mia"})") == "/born_on required,  too_few");
    BOOST_TEST(faults_of(child_with(R"("tenant_id":"x")")) == "/tenant_id unknown");
    BOOST_TEST(faults_of(child_with(R"("__proto__":{})")) == "/__proto__ unknown");
    BOOST_TEST(faults_of(child_with(R"("notes":7)")) == "/notes wrong_type");
    BOOST_TEST(faults_of(child_with(R"("notes":"12345678901")")) == "/notes too_long");
    BOOST_TEST(faults_of(child_with(R"("level":0)")) == "/level too_small");
    BOOST_TEST(faults_of(child_with(R"("level":4)")) == "/level too_large");
    BOOST_TEST(faults_of(child_with(R"("level":1.5)")) == "/level wrong_type");
    BOOST_TEST(faults_of(child_with(R"("level":2.0)")) == "");
    BOOST_TEST(faults_of(child_with(R"("weight":0.25)")) == "/weight too_small");
    BOOST_TEST(faults_of(child_with(R"("weight":"1")")) == "/weight wrong_type");
    BOOST_TEST(faults_of(child_with(R"("kind":"boss")")) == "/kind not_allowed");
    BOOST_TEST(faults_of(child_with(R"("a/b~":2)")) == "/a~1b~0 not_allowed");
    BOOST_TEST(faults_of(child_with(R"("tags":[])")) == "/tags too_few");
    BOOST_TEST(faults_of(child_with(R"("tags":["ab","cd","ef","gh"])")) == "/tags too_many");
    BOOST_TEST(faults_of(child_with(R"("tags":["ab","ab"])")) == "/tags/1 duplicate");
    BOOST_TEST(faults_of(child_with(R"("tags":["ab","c"])")) == "/tags/1 too_short");
    BOOST_TEST(faults_of(child_with(R"("labels":{"x":1})")) == "/labels/x wrong_type");
    BOOST_TEST(faults_of(child_with(R"("friend":{"name":"Ben"})"))
               == "/friend/born_on required, /friend too_few");
}

BOOST_AUTO_TEST_CASE(all_faults_are_reported_together) {
    BOOST_TEST(faults_of(R"({"name":"","born_on":"2019-02-29","level":9,"x":1})")
               == "/name too_short, /born_on bad_format, /level too_large, /x unknown");
}

BOOST_AUTO_TEST_CASE(the_list_of_faults_is_bounded) {
    std::string many = R"({"name":"Mia","born_on":"2019-02-28")";
    for (int i = 0; i < 200; ++i)
        many += ",\"x" + std::to_string(i) + "\":1";
    const auto errors = children().validate("child", http::parse_json(many + "}", 8).value());
    BOOST_TEST(errors.size() == schema_set::errors_max);
}

BOOST_AUTO_TEST_CASE(a_name_of_any_length_gives_a_short_pointer) {
    const std::string name(100000, 'x');
    const auto errors =
        children().validate("child", http::parse_json(child_with("\"" + name + "\":1"), 8).value());
    BOOST_TEST_REQUIRE(errors.size() == 1U);
    BOOST_TEST(errors[0].pointer.size() < 200U);
}

BOOST_AUTO_TEST_CASE(lengths_count_characters_and_not_bytes) {
    BOOST_TEST(faults_of(R"({"name":"äöüßé","born_on":"2019-01-01"})") == "");
    BOOST_TEST(faults_of(R"({"name":"😀😀😀😀😀","born_on":"2019-01-01"})") == "");
    BOOST_TEST(faults_of(R"({"name":"äöüßéa","born_on":"2019-01-01"})") == "/name too_long");
}

BOOST_AUTO_TEST_CASE(a_name_of_blanks_is_no_name) {
    BOOST_TEST(faults_of(R"({"name":"   ","born_on":"2019-01-01"})") == "/name too_short");
    BOOST_TEST(faults_of(R"({"name":" \n\t","born_on":"2019-01-01"})") == "/name too_short");
}

BOOST_AUTO_TEST_CASE(text_that_deceives_the_eye_is_refused) {
    BOOST_TEST(faults_of(R"({"name":"a\u202eb","born_on":"2019-01-01"})") == "/name bad_format");
    BOOST_TEST(faults_of(R"({"name":"a\u2067b","born_on":"2019-01-01"})") == "/name bad_format");
    BOOST_TEST(faults_of(R"({"name":"a\u001bb","born_on":"2019-01-01"})") == "/name bad_format");
    BOOST_TEST(faults_of(R"({"name":"a\u0085b","born_on":"2019-01-01"})") == "/name bad_format");
    BOOST_TEST(faults_of(child_with(R"("notes":"a\rb")")) == "/notes bad_format");
    BOOST_TEST(faults_of(child_with(R"("notes":"a\n\tb")")) == "");
}

BOOST_AUTO_TEST_CASE(a_schema_that_is_wrong_is_refused_at_start_with_its_name) {
    BOOST_TEST(fault_of_schema(R"({"a":{"pattern":"x"}})")
               == "schema a: pattern: this keyword is not known here");
    BOOST_TEST(fault_of_schema(R"({"a":{"properties":{"b":{"typ":"string"}}}})")
               == "schema a/b: typ: this keyword is not known here");
    BOOST_TEST(fault_of_schema(R"({"a":{"type":"text"}})") == "schema a: type: no such type: text");
    BOOST_TEST(fault_of_schema(R"({"a":{"format":"ipv4"}})") == "schema a: format: no such format: ipv4");
    BOOST_TEST(fault_of_schema(R"({"a":{"minLength":-1}})")
               == "schema a: minLength: must be a whole number, 0 or more");
    BOOST_TEST(fault_of_schema(R"({"a":{"type":"array","uniqueItems":true}})")
               == "schema a: uniqueItems: needs maxItems, or one body could keep the processor busy");
    BOOST_TEST(fault_of_schema(R"({"a":{"required":["b"],"properties":{"c":{}}}})")
               == "schema a: required: no such property: b");
    BOOST_TEST(fault_of_schema(R"({"a":{"items":{"$ref":"#/components/schemas/b"}}})")
               == "schema a/items: $ref: no schema b");
    BOOST_TEST(
        fault_of_schema(R"({"a":{"$ref":"#/components/schemas/b"},"b":{"$ref":"#/components/schemas/a"}})")
        == "schema a: $ref: leads in a circle");
    BOOST_TEST(fault_of_schema(R"({"a":{"$ref":"#/components/schemas/a","minLength":1}})")
               == "schema a: minLength: may not stand beside $ref");
}

BOOST_AUTO_TEST_CASE(asking_for_a_schema_that_is_not_there_is_our_own_fault) {
    BOOST_CHECK_THROW(children().validate("house", nullptr), std::logic_error);
    BOOST_TEST(children().contains("tag"));
    BOOST_TEST(!children().contains("house"));
}

BOOST_AUTO_TEST_CASE(check_gives_invalid_fields_or_nothing) {
    BOOST_TEST(children().check("tag", "ab").has_value());
    const auto refused = children().check("tag", 5);
    BOOST_TEST((refused.error().code == errc::invalid_fields));
    BOOST_TEST(refused.error().fields.at(0).detail == "must be text");
}

BOOST_AUTO_TEST_SUITE_END()
