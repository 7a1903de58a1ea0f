// Second factors, security rules, API keys and support sessions.

#include "api_schemas/schema_part.hpp"

namespace kidevent {

namespace {

constexpr shared_properties shared[] = {
    {"@API_KEY@", R"json(
    "id": {"$ref": "#/components/schemas/Id"},
    "name": {"type": "string"},
    "scopes": {"type": "array", "items": {"type": "string"}},
    "created_by": {"$ref": "#/components/schemas/Id"},
    "created_at": {"$ref": "#/components/schemas/Instant"},
    "expires_at": {"$ref": "#/components/schemas/Instant"},
    "last_used_at": {"type": ["string", "null"], "format": "date-time", "description": "to the minute"},
    "revoked_at": {"type": ["string", "null"], "format": "date-time"})json"},
    {"@API_KEY_NAMES@", R"json("id", "name", "scopes", "created_by", "created_at", "expires_at",
      "last_used_at", "revoked_at")json"},
    {"@SUPPORT_SESSION@", R"json(
    "id": {"$ref": "#/components/schemas/Id"},
    "admin_email": {"type": "string"},
    "reason": {"type": "string"},
    "opened_at": {"$ref": "#/components/schemas/Instant"},
    "entered_at": {"type": ["string", "null"], "format": "date-time"},
    "until": {"$ref": "#/components/schemas/Instant"},
    "ended_at": {"type": ["string", "null"], "format": "date-time"},
    "ended_by": {"type": ["string", "null"], "description": "as in the audit log: account/ID, support/ID"})json"},
    {"@SUPPORT_SESSION_NAMES@", R"json("id", "admin_email", "reason", "opened_at", "entered_at", "until",
      "ended_at", "ended_by")json"},
};

constexpr std::string_view text = R"json({
  "SecondFactor": {"type": "object", "additionalProperties": false,
    "required": ["enrolled_at", "recovery_codes_left", "required"], "properties": {
    "enrolled_at": {"type": ["string", "null"], "format": "date-time", "description": "null: there is none"},
    "recovery_codes_left": {"type": "integer", "minimum": 0},
    "required": {"type": "boolean", "description": "by the organisation's rule"}}},
  "PasswordAgain": {"type": "object", "additionalProperties": false, "properties": {
    "password": {"type": "string", "minLength": 1, "maxLength": 1024,
      "description": "required of everybody who has one"}}},
  "PasswordAndCode": {"type": "object", "additionalProperties": false, "required": ["code"], "properties": {
    "password": {"type": "string", "minLength": 1, "maxLength": 1024,
      "description": "required of everybody who has one"},
    "code": {"type": "string", "minLength": 1, "maxLength": 64}}},
  "Code": {"type": "object", "additionalProperties": false, "required": ["code"], "properties": {
    "code": {"type": "string", "minLength": 1, "maxLength": 64}}},
  "PendingSecondFactor": {"type": "object", "additionalProperties": false, "required": ["uri", "secret"],
      "properties": {
    "uri": {"type": "string", "description": "otpauth://, as a QR code; shown only here"},
    "secret": {"type": "string", "description": "the same in base32, for typing"}}},
  "RecoveryCodes": {"type": "object", "additionalProperties": false, "required": ["recovery_codes"],
      "properties": {
    "recovery_codes": {"type": "array", "items": {"type": "string"}, "description": "shown only here"}}},
  "SecurityRules": {"type": "object", "additionalProperties": false, "required": ["second_factor_for_staff"],
      "properties": {
    "second_factor_for_staff": {"type": "boolean"}}},
  "NewApiKey": {"type": "object", "additionalProperties": false, "required": ["name", "scopes"],
      "properties": {
    "name": {"type": "string", "minLength": 1, "maxLength": 100},
    "scopes": {"type": "array", "maxItems": 64, "items": {"type": "string", "minLength": 1, "maxLength": 60},
      "description": "permissions, as in events:read"},
    "expires_at": {"type": "string", "format": "date-time"}}},
  "ApiKey": {"type": "object", "additionalProperties": false, "required": [@API_KEY_NAMES@], "properties": {@API_KEY@}},
  "ApiKeyWithSecret": {"type": "object", "additionalProperties": false, "required": [@API_KEY_NAMES@, "key"],
      "properties": {@API_KEY@,
    "key": {"type": "string", "description": "the whole key; shown only here"}}},
  "ApiKeyList": {"type": "object", "additionalProperties": false, "required": ["data", "page"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/ApiKey"}},
    "page": {"$ref": "#/components/schemas/Page"}}},
  "NewSupportSession": {"type": "object", "additionalProperties": false, "required": ["reason", "minutes"],
      "properties": {
    "reason": {"type": "string", "minLength": 1, "maxLength": 500},
    "minutes": {"type": "integer", "minimum": 1, "maximum": 1440}}},
  "SupportSession": {"type": "object", "additionalProperties": false, "required": [@SUPPORT_SESSION_NAMES@],
      "properties": {@SUPPORT_SESSION@}},
  "SupportSessionWithCode": {"type": "object", "additionalProperties": false,
    "required": [@SUPPORT_SESSION_NAMES@, "origin", "code"], "properties": {@SUPPORT_SESSION@,
    "origin": {"type": "string", "description": "where the code is exchanged"},
    "code": {"type": "string", "description": "good once, for a short time; shown only here"}}},
  "SupportCode": {"type": "object", "additionalProperties": false, "required": ["code"], "properties": {
    "code": {"type": "string", "minLength": 1, "maxLength": 64}}},
  "SupportSessionList": {"type": "object", "additionalProperties": false, "required": ["data", "page"],
      "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/SupportSession"}},
    "page": {"$ref": "#/components/schemas/Page"}}}
})json";

} // namespace

schema_part security_schemas() { return {text, shared}; }

} // namespace kidevent
