#pragma once
// An organisation's descriptor as it was given to a command, by options or in a file: checked against the
// same schema as a request to the platform's API, then turned into the library's own form.

#include "tenancy/tenant_descriptor.hpp"

#include <boost/json/object.hpp>

#include <string_view>
#include <vector>

namespace kidevent::cli {

// The members of the schema with this name, for "did you mean".
std::vector<std::string_view> known_fields(std::string_view schema);

// Everything that is wrong with the value under the schema of the API with this name.
std::vector<field_error> find_schema_faults(std::string_view schema, const boost::json::object& values);

// Everything that is wrong with the descriptor; unknown members are told together with the nearest known one.
std::vector<field_error> find_descriptor_faults(const boost::json::object& values);

// Absent members have the library's defaults. Precondition: the descriptor has no faults.
tenancy::tenant_descriptor to_descriptor(const boost::json::object& values);

} // namespace kidevent::cli
