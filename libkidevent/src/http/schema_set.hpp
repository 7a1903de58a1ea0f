#pragma once
// The named schemas of the API (OpenAPI's components/schemas), and the check of a body against one of them.

#include "core/result.hpp"
#include "http/json_schema.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::http {

class schema_set {
public:
    static constexpr std::size_t errors_max = 50;

    // Takes the members of components/schemas. Throws std::logic_error that names the schema and the keyword:
    // see json_schema::parse(); also when a $ref leads nowhere or in a circle.
    explicit schema_set(const boost::json::object& components);

    // Everything that is wrong with the value, at most errors_max; empty when it is as the schema demands.
    // Pointers are RFC 6901. Codes: required, unknown, wrong_type, too_short, too_long, too_small, too_large,
    // bad_format, not_allowed, too_few, too_many, duplicate. Text with control or direction-overriding
    // characters is a bad_format everywhere, and where minLength is 1 or more, text of blanks only is
    // too_short. Throws std::logic_error for a schema that is not in the set.
    std::vector<field_error> validate(std::string_view schema_name, const boost::json::value& value) const;

    // The same as a result. Errors: invalid_fields.
    result<> check(std::string_view schema_name, const boost::json::value& value) const;

    bool contains(std::string_view schema_name) const { return schemas_.find(schema_name) != schemas_.end(); }

private:
    friend class schema_check;
    const json_schema& at(std::string_view schema_name) const;
    void check_references(const json_schema& from, const std::string& where) const;

    std::map<std::string, json_schema, std::less<>> schemas_;
};

} // namespace kidevent::http
