// What answers of all domains have in common: ids, instants, pages, money, problems.

#include "api_schemas/schema_part.hpp"

namespace kidevent {

namespace {

constexpr std::string_view text = R"json({
  "Id": {"type": "string", "format": "uuid", "description": "UUID version 7"},
  "Instant": {"type": "string", "format": "date-time", "description": "RFC 3339, UTC"},
  "Page": {"type": "object", "additionalProperties": false, "required": ["limit", "has_more", "next"],
      "properties": {
    "limit": {"type": "integer", "minimum": 1, "maximum": 100},
    "has_more": {"type": "boolean"},
    "next": {"type": ["string", "null"], "description": "the cursor of the next page"}}},
  "Money": {"type": "object", "additionalProperties": false, "required": ["amount_minor", "currency"],
      "properties": {
    "amount_minor": {"type": "integer", "minimum": 0, "description": "in minor units, e.g. cents"},
    "currency": {"type": "string", "minLength": 3, "maxLength": 3, "description": "ISO 4217"}}},
  "Problem": {"type": "object", "additionalProperties": false, "required": ["type", "title", "status",
      "code"], "properties": {
    "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
    "detail": {"type": "string"}, "instance": {"type": "string"}, "code": {"type": "string"},
    "request_id": {"type": "string"},
    "violated-policies": {"type": "array", "items": {"type": "string"}},
    "errors": {"type": "array", "items": {"type": "object", "additionalProperties": false,
      "required": ["pointer", "code", "detail"], "properties": {
        "pointer": {"type": "string"}, "code": {"type": "string"}, "detail": {"type": "string"}}}}}}
})json";

} // namespace

schema_part answer_schemas() { return {text, {}}; }

} // namespace kidevent
