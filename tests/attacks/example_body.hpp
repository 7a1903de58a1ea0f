#pragma once
// Bodies that a schema of the API accepts, made from the schema alone: a route that is added tomorrow is
// attacked tomorrow. For tests only.

#include "routes.hpp"
#include "support/api_client.hpp"

#include <algorithm>

namespace kidevent::tests {

namespace json = boost::json;

// A text in a body: where it stands, and what may stand there.
struct text_place {
    std::string pointer;
    bool is_free = false; // no format and no list of values
};

class example_body {
public:
    // `ids` says what a member called so refers to, e.g. "child_id".
    example_body(std::string_view schema, const std::map<std::string, std::string>& ids) : ids_(ids) {
        value = make(schema_named(schema), "", "");
    }

    json::value value;
    std::vector<text_place> texts;
    std::vector<std::string> objects; // pointers of objects that take no further members

private:
    static const json::object& schema_named(std::string_view name) {
        return api_schemas().at(name).as_object();
    }

    static bool is_of(const json::object& schema, std::string_view type) {
        const auto* const types = schema.if_contains("type");
        if (types == nullptr) return false;
        if (types->is_string()) return types->as_string() == type;
        return std::any_of(types->as_array().begin(), types->as_array().end(),
                           [&](const json::value& each) { return each.as_string() == type; });
    }

    json::value make(const json::object& schema, const std::string& pointer, const std::string& name) {
        if (const auto* const reference = schema.if_contains("$ref")) {
            std::string_view target = reference->as_string();
            return make(schema_named(target.substr(target.rfind('/') + 1)), pointer, name);
        }
        if (const auto* const choices = schema.if_contains("enum")) return choices->as_array().front();
        if (is_of(schema, "object")) return make_object(schema, pointer);
        if (is_of(schema, "array")) {
            if (!schema.contains("items")) return json::array{};
            return json::array{make(schema.at("items").as_object(), pointer + "/0", name)};
        }
        if (is_of(schema, "string")) return make_text(schema, pointer, name);
        if (is_of(schema, "integer") || is_of(schema, "number"))
            return schema.contains("minimum") ? schema.at("minimum") : json::value(1);
        if (is_of(schema, "boolean")) return false;
        return nullptr;
    }

    json::value make_object(const json::object& schema, const std::string& pointer) {
        json::object made;
        if (schema.contains("properties"))
            for (const auto& each : schema.at("properties").as_object())
                made[each.key()] = make(each.value().as_object(), pointer + "/" + std::string{each.key()},
                                        std::string{each.key()});
        const auto* const more = schema.if_contains("additionalProperties");
        if (more && more->is_bool() && !more->as_bool()) objects.push_back(pointer);
        return made;
    }

    json::value make_text(const json::object& schema, const std::string& pointer, const std::string& name) {
        const auto* const format = schema.if_contains("format");
        texts.push_back({pointer, format == nullptr});
        if (const auto known = ids_.find(name); known != ids_.end()) return json::value(known->second);
        if (format == nullptr) {
            const auto shortest = schema.contains("minLength") ? schema.at("minLength").to_number<int>() : 1;
            return json::value(std::string(static_cast<std::size_t>(std::max(shortest, 3)), 'a'));
        }
        static const std::map<std::string_view, std::string> usual{
            {"email", "somebody@new.example"},  {"date", born_years_ago(9)},
            {"date-time", instant_in_days(60)}, {"uuid", "019a0000-0000-7000-8000-000000000000"},
            {"uri", "https://example.org/"},    {"time-zone", "Europe/Vienna"}};
        return json::value(usual.at(std::string_view{format->as_string()}));
    }

    const std::map<std::string, std::string>& ids_;
};

} // namespace kidevent::tests
