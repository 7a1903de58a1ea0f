// Accounts, logins and children.

#include "api_schemas/schema_part.hpp"

namespace kidevent {

namespace {

constexpr shared_properties shared[] = {
    {"@CHILD@", R"json(
    "given_name": {"type": "string", "minLength": 1, "maxLength": 100},
    "family_name": {"type": "string", "minLength": 1, "maxLength": 100},
    "birth_date": {"type": "string", "format": "date"})json"},
};

constexpr std::string_view text = R"json({
  "Credentials": {"type": "object", "additionalProperties": false, "required": ["email", "password"],
      "properties": {
    "email": {"type": "string", "minLength": 1, "maxLength": 254},
    "password": {"type": "string", "minLength": 1, "maxLength": 1024}}},
  "NewAccount": {"type": "object", "additionalProperties": false,
    "required": ["email", "password", "given_name", "family_name"], "properties": {
    "email": {"type": "string", "format": "email", "maxLength": 254},
    "password": {"type": "string", "minLength": 10, "maxLength": 256},
    "given_name": {"type": "string", "minLength": 1, "maxLength": 100},
    "family_name": {"type": "string", "minLength": 1, "maxLength": 100}}},
  "Account": {"type": "object", "additionalProperties": false,
    "required": ["id", "email", "role", "given_name", "family_name", "household_id", "created_at"],
        "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "email": {"type": "string"},
    "role": {"type": "string", "enum": ["guardian", "staff", "owner"]},
    "given_name": {"type": "string"}, "family_name": {"type": "string"},
    "household_id": {"type": ["string", "null"], "format": "uuid"},
    "created_at": {"$ref": "#/components/schemas/Instant"}}},
  "Admin": {"type": "object", "additionalProperties": false, "required": ["id", "email", "created_at"],
      "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "email": {"type": "string"},
    "created_at": {"$ref": "#/components/schemas/Instant"}}},
  "NewChild": {"type": "object", "additionalProperties": false,
    "required": ["given_name", "family_name", "birth_date"], "properties": {
    @CHILD@}},
  "ChildChange": {"type": "object", "additionalProperties": false, "minProperties": 1, "properties": {
    @CHILD@}},
  "Child": {"type": "object", "additionalProperties": false,
    "required": ["id", "given_name", "family_name", "birth_date", "created_at", "version"], "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "given_name": {"type": "string"}, "family_name": {"type": "string"},
    "birth_date": {"type": "string", "format": "date"},
    "created_at": {"$ref": "#/components/schemas/Instant"},
    "version": {"type": "integer", "minimum": 1}}},
  "ChildList": {"type": "object", "additionalProperties": false, "required": ["data", "page"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Child"}},
    "page": {"$ref": "#/components/schemas/Page"}}}
})json";

} // namespace

schema_part people_schemas() { return {text, shared}; }

} // namespace kidevent
