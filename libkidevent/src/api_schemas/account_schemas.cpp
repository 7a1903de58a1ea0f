// Accounts beside signing up: one's own, those of the organisation, invitations, links in messages.

#include "api_schemas/schema_part.hpp"

namespace kidevent {

namespace {

constexpr shared_properties shared[] = {
    {"@NAMES@", R"json(
    "given_name": {"type": "string", "minLength": 1, "maxLength": 100},
    "family_name": {"type": "string", "minLength": 1, "maxLength": 100})json"},
    {"@EMAIL@", R"json({"type": "string", "format": "email", "maxLength": 254})json"},
    {"@SOME_EVENTS@", R"json({"type": ["array", "null"], "maxItems": 500,
        "items": {"$ref": "#/components/schemas/Id"},
        "description": "Of an account of staff: the events that it is limited to; null: all"})json"},
    {"@INVITATION@", R"json(
    "id": {"$ref": "#/components/schemas/Id"},
    "email": {"type": "string"},
    "created_by": {"type": ["string", "null"], "format": "uuid"},
    "created_at": {"$ref": "#/components/schemas/Instant"},
    "expires_at": {"$ref": "#/components/schemas/Instant"})json"},
};

constexpr std::string_view text = R"json({
  "AccountChange": {"type": "object", "additionalProperties": false, "minProperties": 1, "properties": {
    @NAMES@,
    "language": {"type": ["string", "null"], "minLength": 2, "maxLength": 35,
        "description": "BCP 47; null: the organisation's"}}},
  "PasswordChange": {"type": "object", "additionalProperties": false,
    "required": ["current_password", "password"], "properties": {
    "current_password": {"type": "string", "minLength": 1, "maxLength": 1024},
    "password": {"type": "string", "minLength": 10, "maxLength": 256}}},
  "NewEmailChange": {"type": "object", "additionalProperties": false,
    "required": ["email", "current_password"], "properties": {
    "email": @EMAIL@,
    "current_password": {"type": "string", "minLength": 1, "maxLength": 1024}}},
  "NewPasswordReset": {"type": "object", "additionalProperties": false, "required": ["email"], "properties": {
    "email": @EMAIL@}},
  "Login": {"type": "object", "additionalProperties": false,
    "required": ["id", "created_at", "last_seen_at", "device", "is_current"], "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "created_at": {"$ref": "#/components/schemas/Instant"},
    "last_seen_at": {"$ref": "#/components/schemas/Instant"},
    "device": {"type": ["string", "null"]},
    "is_current": {"type": "boolean"}}},
  "LoginList": {"type": "object", "additionalProperties": false, "required": ["data"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Login"}}}},
  "AccountList": {"type": "object", "additionalProperties": false, "required": ["data", "page"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Account"}},
    "page": {"$ref": "#/components/schemas/Page"}}},
  "AccountRights": {"type": "object", "additionalProperties": false, "minProperties": 1, "properties": {
    "role": {"type": "string", "enum": ["staff", "manager", "owner"]},
    "events": @SOME_EVENTS@}},
  "NewStaffInvitation": {"type": "object", "additionalProperties": false, "required": ["email", "role"],
      "properties": {
    "email": @EMAIL@,
    "role": {"type": "string", "enum": ["staff", "manager", "owner"]},
    "events": @SOME_EVENTS@}},
  "StaffInvitation": {"type": "object", "additionalProperties": false,
    "required": ["id", "email", "role", "events", "created_by", "created_at", "expires_at"], "properties": {
    @INVITATION@,
    "role": {"type": "string", "enum": ["staff", "manager", "owner"]},
    "events": @SOME_EVENTS@}},
  "StaffInvitationList": {"type": "object", "additionalProperties": false, "required": ["data", "page"],
      "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/StaffInvitation"}},
    "page": {"$ref": "#/components/schemas/Page"}}},
  "NewHouseholdInvitation": {"type": "object", "additionalProperties": false, "required": ["email"],
      "properties": {
    "email": @EMAIL@}},
  "HouseholdInvitation": {"type": "object", "additionalProperties": false,
    "required": ["id", "email", "created_by", "created_at", "expires_at"], "properties": {
    @INVITATION@}},
  "HouseholdInvitationList": {"type": "object", "additionalProperties": false, "required": ["data", "page"],
      "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/HouseholdInvitation"}},
    "page": {"$ref": "#/components/schemas/Page"}}},
  "AccountLinkForm": {"type": "object", "additionalProperties": false, "required": ["token"], "properties": {
    "token": {"type": "string", "minLength": 1, "maxLength": 200},
    "email": {"type": "string", "maxLength": 254, "description": "For password managers; not looked at"},
    "given_name": {"type": "string", "maxLength": 100},
    "family_name": {"type": "string", "maxLength": 100},
    "password": {"type": "string", "maxLength": 1024}}}
})json";

} // namespace

schema_part account_schemas() { return {text, shared}; }

} // namespace kidevent
