// Plans of the installation.

#include "api_schemas/schema_part.hpp"

namespace kidevent {

namespace {

constexpr shared_properties shared[] = {
    {"@PLAN@", R"json(
    "weight": {"type": "integer", "minimum": 1, "maximum": 1000},
    "requests_in_flight_max": {"type": "integer", "minimum": 1, "maximum": 10000},
    "requests_waiting_max": {"type": "integer", "minimum": 0, "maximum": 100000},
    "requests_per_second": {"type": "integer", "minimum": 0, "maximum": 1000000},
    "requests_burst": {"type": "integer", "minimum": 0, "maximum": 1000000},
    "database_milliseconds_per_second": {"type": "integer", "minimum": 0, "maximum": 1000000},
    "features": {"type": "array", "maxItems": 100, "items": {"type": "string", "enum": ["realtime",
      "webhooks"]}})json"},
};

constexpr std::string_view text = R"json({
  "PlanDescriptor": {"type": "object", "additionalProperties": false, "properties": {
    "description": {"type": "string", "maxLength": 500},
    @PLAN@}},
  "Plan": {"type": "object", "additionalProperties": false, "required": ["name", "description",
      "weight", "requests_in_flight_max", "requests_waiting_max", "requests_per_second", "requests_burst", "database_milliseconds_per_second", "features",
      "version", "updated_at", "updated_by"], "properties": {
    "name": {"type": "string"},
    "description": {"type": "string"},
    @PLAN@,
    "version": {"type": "integer", "minimum": 1},
    "updated_at": {"$ref": "#/components/schemas/Instant"},
    "updated_by": {"type": "string"}}},
  "PlanList": {"type": "object", "additionalProperties": false, "required": ["data"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Plan"}}}},
  "PlanChange": {"type": "object", "additionalProperties": false,
    "required": ["plan", "slug", "changed_at", "changed_by", "before", "after"], "properties": {
    "plan": {"type": "string"},
    "slug": {"type": ["string", "null"]},
    "changed_at": {"$ref": "#/components/schemas/Instant"},
    "changed_by": {"type": "string"},
    "before": {},
    "after": {}}},
  "PlanChangeList": {"type": "object", "additionalProperties": false, "required": ["data"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/PlanChange"}}}}
})json";

} // namespace

schema_part plan_schemas() { return {text, shared}; }

} // namespace kidevent
