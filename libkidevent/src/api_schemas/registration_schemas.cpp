// Registrations and rosters.

#include "api_schemas/schema_part.hpp"

namespace kidevent {

namespace {

constexpr std::string_view text = R"json({
  "NewRegistrations": {"type": "object", "additionalProperties": false, "required": ["places"],
      "properties": {
    "places": {"type": "array", "minItems": 1, "maxItems": 1000, "items": {"type": "object",
        "additionalProperties": false,
      "required": ["child_id", "session_id"], "properties": {
        "child_id": {"$ref": "#/components/schemas/Id"},
        "session_id": {"$ref": "#/components/schemas/Id"}}}}}},
  "Registration": {"type": "object", "additionalProperties": false, "required": ["id", "session_id",
      "event_id", "child_id",
    "state", "price", "registered_at", "cancelled_at", "version"], "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "session_id": {"$ref": "#/components/schemas/Id"},
    "event_id": {"$ref": "#/components/schemas/Id"},
    "child_id": {"$ref": "#/components/schemas/Id"},
    "state": {"type": "string", "enum": ["registered", "cancelled"]},
    "price": {"$ref": "#/components/schemas/Money"},
    "registered_at": {"$ref": "#/components/schemas/Instant"},
    "cancelled_at": {"type": ["string", "null"], "format": "date-time"},
    "event_title": {"type": "string"},
    "session_starts_at": {"$ref": "#/components/schemas/Instant"},
    "version": {"type": "integer", "minimum": 1}}},
  "RegistrationsMade": {"type": "object", "additionalProperties": false, "required": ["data"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Registration"}}}},
  "RegistrationList": {"type": "object", "additionalProperties": false, "required": ["data", "page"],
      "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Registration"}},
    "page": {"$ref": "#/components/schemas/Page"}}},
  "Roster": {"type": "object", "additionalProperties": false, "required": ["data", "page"], "properties": {
    "data": {"type": "array", "items": {"type": "object", "additionalProperties": false,
        "required": ["registration_id",
      "child_id", "given_name", "family_name", "birth_date", "guardian_name", "guardian_email",
          "registered_at"],
      "properties": {
        "registration_id": {"$ref": "#/components/schemas/Id"},
        "child_id": {"$ref": "#/components/schemas/Id"},
        "given_name": {"type": "string"}, "family_name": {"type": "string"},
        "birth_date": {"type": "string", "format": "date"},
        "guardian_name": {"type": "string"}, "guardian_email": {"type": "string"},
        "registered_at": {"$ref": "#/components/schemas/Instant"}}}},
    "page": {"$ref": "#/components/schemas/Page"}}}
})json";

} // namespace

schema_part registration_schemas() { return {text, {}}; }

} // namespace kidevent
