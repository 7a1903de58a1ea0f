#pragma once
// A plan as JSON, in the API, in files and in the record of changes.

#include "http/json_writer.hpp"
#include "tenancy/plan.hpp"

#include <boost/json/value.hpp>

namespace kidevent::tenancy {

// Writes the members that an operator chooses; the object is open already.
void write_plan_members(http::json_writer& out, const plan& of);
// From an object that fits the schema PlanDescriptor; what is left out has the default.
plan read_plan(const boost::json::value& from, std::string name);

} // namespace kidevent::tenancy
