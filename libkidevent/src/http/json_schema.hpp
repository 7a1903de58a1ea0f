#pragma once
// The part of JSON Schema 2020-12 that our OpenAPI document uses, parsed once at start. The printed document
// and the check of a body come from the same text, so they cannot disagree. schema_set.* validates against
// it.

#include "http/text_format.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::http {

// One schema as data. Keywords that are absent demand nothing.
struct json_schema {
    // Throws std::logic_error that names `where` and the keyword: one that is unknown, has the wrong kind of
    // value, or (uniqueItems without maxItems) would make checking a body arbitrarily slow.
    static json_schema parse(const boost::json::value& text, const std::string& where);

    enum type_bit : unsigned {
        null_bit = 1,
        boolean_bit = 2,
        integer_bit = 4,
        number_bit = 8,
        string_bit = 16,
        array_bit = 32,
        object_bit = 64,
    };

    std::string reference; // the X of "#/components/schemas/X"; then nothing else is set
    unsigned types = 0;    // type_bits; 0: any
    struct property;
    std::vector<property> properties;
    std::vector<std::string> required;
    bool additional_allowed = true;
    std::unique_ptr<json_schema> additional; // the schema of members that `properties` does not name
    std::optional<std::uint64_t> properties_min;
    std::unique_ptr<json_schema> items;
    std::optional<std::uint64_t> items_min;
    std::optional<std::uint64_t> items_max;
    bool items_unique = false;
    std::optional<std::uint64_t> length_min; // code points
    std::optional<std::uint64_t> length_max;
    std::optional<double> minimum;
    std::optional<double> maximum;
    std::vector<boost::json::value> allowed; // enum, or const as its only value
    std::optional<text_format> format;

    const json_schema* find_property(std::string_view name) const noexcept;
};

struct json_schema::property {
    std::string name;
    json_schema schema;
};

} // namespace kidevent::http
