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
    "password": {"type": "string", "minLength": 1, "maxLength": 1024},
    "code": {"type": "string", "minLength": 1, "maxLength": 64,
      "description": "of the second factor, or a recovery code"}}},
  "NewAccount": {"type": "object", "additionalProperties": false,
    "required": ["email", "password", "given_name", "family_name"], "properties": {
    "email": {"type": "string", "format": "email", "maxLength": 254},
    "password": {"type": "string", "minLength": 10, "maxLength": 256},
    "given_name": {"type": "string", "minLength": 1, "maxLength": 100},
    "family_name": {"type": "string", "minLength": 1, "maxLength": 100}}},
  "Account": {"type": "object", "additionalProperties": false,
    "required": ["id", "email", "email_verified", "role", "given_name", "family_name", "language",
        "household_id", "created_at", "disabled_at", "events"],
        "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "email": {"type": "string"},
    "email_verified": {"type": "boolean"},
    "role": {"type": "string", "enum": ["guardian", "staff", "manager", "owner"]},
    "given_name": {"type": "string"}, "family_name": {"type": "string"},
    "language": {"type": ["string", "null"], "description": "BCP 47; null: the organisation's"},
    "household_id": {"type": ["string", "null"], "format": "uuid"},
    "created_at": {"$ref": "#/components/schemas/Instant"},
    "disabled_at": {"type": ["string", "null"], "format": "date-time"},
    "events": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/Id"},
        "description": "The events that staff is limited to; null: all"}}},
  "Admin": {"type": "object", "additionalProperties": false, "required": ["id", "email", "created_at",
      "disabled_at", "second_factor_enrolled_at"], "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "email": {"type": "string"},
    "created_at": {"$ref": "#/components/schemas/Instant"},
    "disabled_at": {"type": ["string", "null"], "format": "date-time"},
    "second_factor_enrolled_at": {"type": ["string", "null"], "format": "date-time"}}},
  "NewAdmin": {"type": "object", "additionalProperties": false, "required": ["email", "password", "code"],
      "properties": {
    "email": {"type": "string", "format": "email", "maxLength": 254},
    "password": {"type": "string", "minLength": 10, "maxLength": 256},
    "code": {"type": "string", "minLength": 1, "maxLength": 64,
      "description": "of the second factor of whoever adds the admin, or one of their recovery codes"}}},
  "AdminList": {"type": "object", "additionalProperties": false, "required": ["data"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Admin"}}}},
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
