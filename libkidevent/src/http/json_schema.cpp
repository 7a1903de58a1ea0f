#include "http/json_schema.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <array>
#include <stdexcept>

namespace kidevent::http {

namespace {

namespace json = boost::json;

[[noreturn]] void reject(const std::string& where, std::string_view keyword, std::string_view what) {
    throw std::logic_error("schema " + where + ": " + std::string{keyword} + ": " + std::string{what});
}

// Reads the keywords of one schema into `out`; every member function checks the kind of its value.
class schema_reader {
public:
    schema_reader(json_schema& out, const std::string& where) : out_(out), where_(where) {}

    void read(std::string_view keyword, const json::value& value) {
        keyword_ = keyword;
        for (const auto& [name, take] : keywords())
            if (name == keyword) return (this->*take)(value);
        reject(where_, keyword, "this keyword is not known here");
    }

private:
    using taker = void (schema_reader::*)(const json::value&);

    static const std::array<std::pair<std::string_view, taker>, 22>& keywords() {
        static const std::array<std::pair<std::string_view, taker>, 22> all{{
            {"type", &schema_reader::take_type},
            {"properties", &schema_reader::take_properties},
            {"required", &schema_reader::take_required},
            {"additionalProperties", &schema_reader::take_additional},
            {"minProperties", &schema_reader::take_count<&json_schema::properties_min>},
            {"items", &schema_reader::take_items},
            {"minItems", &schema_reader::take_count<&json_schema::items_min>},
            {"maxItems", &schema_reader::take_count<&json_schema::items_max>},
            {"uniqueItems", &schema_reader::take_unique},
            {"minLength", &schema_reader::take_count<&json_schema::length_min>},
            {"maxLength", &schema_reader::take_count<&json_schema::length_max>},
            {"minimum", &schema_reader::take_bound<&json_schema::minimum>},
            {"maximum", &schema_reader::take_bound<&json_schema::maximum>},
            {"enum", &schema_reader::take_enum},
            {"const", &schema_reader::take_const},
            {"format", &schema_reader::take_format},
            {"$ref", &schema_reader::take_reference},
            {"title", &schema_reader::take_annotation},
            {"description", &schema_reader::take_annotation},
            {"examples", &schema_reader::take_annotation},
            {"default", &schema_reader::take_annotation},
            {"deprecated", &schema_reader::take_annotation},
        }};
        return all;
    }

    void need(bool holds, std::string_view what) const {
        if (!holds) reject(where_, keyword_, what);
    }
    std::string inner(std::string_view name) const { return where_ + "/" + std::string{name}; }

    void take_annotation(const json::value&) {}

    void take_type(const json::value& value) {
        if (value.is_string()) return add_type(value.get_string());
        need(value.is_array() && !value.get_array().empty(), "must be a name or a list of names");
        for (const json::value& each : value.get_array()) {
            need(each.is_string(), "must be a name or a list of names");
            add_type(each.get_string());
        }
    }
    void add_type(std::string_view name) {
        constexpr std::array<std::pair<std::string_view, unsigned>, 7> names{{
            {"null", json_schema::null_bit},
            {"boolean", json_schema::boolean_bit},
            {"integer", json_schema::integer_bit},
            {"number", json_schema::number_bit | json_schema::integer_bit},
            {"string", json_schema::string_bit},
            {"array", json_schema::array_bit},
            {"object", json_schema::object_bit},
        }};
        for (const auto& [known, bits] : names) {
            if (known != name) continue;
            out_.types |= bits;
            return;
        }
        reject(where_, keyword_, "no such type: " + std::string{name});
    }

    void take_properties(const json::value& value) {
        need(value.is_object(), "must be an object");
        for (const auto& member : value.get_object())
            out_.properties.push_back(
                {std::string{member.key()}, json_schema::parse(member.value(), inner(member.key()))});
    }
    void take_required(const json::value& value) {
        need(value.is_array(), "must be a list of names");
        for (const json::value& each : value.get_array()) {
            need(each.is_string(), "must be a list of names");
            out_.required.emplace_back(std::string_view{each.get_string()});
        }
    }
    void take_additional(const json::value& value) {
        if (value.is_bool()) {
            out_.additional_allowed = value.get_bool();
            return;
        }
        need(value.is_object(), "must be true, false or a schema");
        out_.additional = std::make_unique<json_schema>(json_schema::parse(value, inner("*")));
    }
    void take_items(const json::value& value) {
        out_.items = std::make_unique<json_schema>(json_schema::parse(value, inner("items")));
    }
    void take_unique(const json::value& value) {
        need(value.is_bool(), "must be true or false");
        out_.items_unique = value.get_bool();
    }
    template<std::optional<std::uint64_t> json_schema::*member> void take_count(const json::value& value) {
        need(value.is_int64() && value.get_int64() >= 0, "must be a whole number, 0 or more");
        out_.*member = static_cast<std::uint64_t>(value.get_int64());
    }
    template<std::optional<double> json_schema::*member> void take_bound(const json::value& value) {
        need(value.is_number(), "must be a number");
        out_.*member = value.to_number<double>();
    }
    void take_enum(const json::value& value) {
        need(value.is_array() && !value.get_array().empty(), "must be a list of values");
        need(out_.allowed.empty(), "enum and const exclude each other");
        out_.allowed.assign(value.get_array().begin(), value.get_array().end());
    }
    void take_const(const json::value& value) {
        need(out_.allowed.empty(), "enum and const exclude each other");
        out_.allowed.push_back(value);
    }
    void take_format(const json::value& value) {
        need(value.is_string(), "must be a name");
        out_.format = parse_text_format(value.get_string());
        need(out_.format.has_value(), "no such format: " + std::string{std::string_view{value.get_string()}});
    }
    void take_reference(const json::value& value) {
        constexpr std::string_view prefix = "#/components/schemas/";
        need(value.is_string(), "must be text");
        const std::string_view text = value.get_string();
        need(text.starts_with(prefix) && text.size() > prefix.size(),
             "must begin with #/components/schemas/");
        out_.reference = text.substr(prefix.size());
    }

    json_schema& out_;
    const std::string& where_;
    std::string_view keyword_;
};

bool is_annotation(std::string_view keyword) noexcept {
    return keyword == "title" || keyword == "description" || keyword == "examples" || keyword == "default"
           || keyword == "deprecated";
}

} // namespace

json_schema json_schema::parse(const json::value& text, const std::string& where) {
    if (!text.is_object()) throw std::logic_error("schema " + where + ": must be an object");
    json_schema out;
    schema_reader reader{out, where};
    for (const auto& member : text.get_object())
        reader.read(member.key(), member.value());
    if (out.items_unique && !out.items_max)
        reject(where, "uniqueItems", "needs maxItems, or one body could keep the processor busy");
    if (!out.reference.empty())
        for (const auto& member : text.get_object())
            if (member.key() != "$ref" && !is_annotation(member.key()))
                reject(where, member.key(), "may not stand beside $ref");
    for (const std::string& name : out.required)
        if (!out.properties.empty() && !out.find_property(name))
            reject(where, "required", "no such property: " + name);
    return out;
}

const json_schema* json_schema::find_property(std::string_view name) const noexcept {
    for (const auto& [known, schema] : properties)
        if (known == name) return &schema;
    return nullptr;
}

} // namespace kidevent::http
