// Organisations, as the public and as the platform see them.

#include "api_schemas/schema_part.hpp"

namespace kidevent {

namespace {

constexpr shared_properties shared[] = {
    {"@TENANT@", R"json(
    "name": {"type": "string", "minLength": 1, "maxLength": 200},
    "time_zone": {"type": "string", "format": "time-zone", "maxLength": 64},
    "locale": {"type": "string", "minLength": 2, "maxLength": 35},
    "currency": {"type": "string", "minLength": 3, "maxLength": 3},
    "plan": {"type": "string", "minLength": 1, "maxLength": 60},
    "owner_email": {"type": "string", "format": "email", "maxLength": 254},
    "branding": {"$ref": "#/components/schemas/Branding"})json"},
};

constexpr std::string_view text = R"json({
  "Branding": {"type": "object", "additionalProperties": false, "properties": {
    "primary_color": {"type": "string", "minLength": 4, "maxLength": 7},
    "logo_url": {"type": "string", "format": "uri", "maxLength": 500},
    "tagline": {"type": "string", "maxLength": 200}}},
  "Organisation": {"type": "object", "additionalProperties": false,
    "required": ["slug", "name", "time_zone", "locale", "currency", "features", "branding"], "properties": {
    "slug": {"type": "string"}, "name": {"type": "string"}, "time_zone": {"type": "string"},
    "locale": {"type": "string"}, "currency": {"type": "string"},
    "features": {"type": "array", "items": {"type": "string"}},
    "branding": {"$ref": "#/components/schemas/Branding"}}},
  "CorsOrigins": {"type": "object", "additionalProperties": false, "required": ["origins"], "properties": {
    "origins": {"type": "array", "maxItems": 200, "items": {"type": "object", "additionalProperties": false,
      "required": ["origin"], "properties": {
        "origin": {"type": "string", "minLength": 1, "maxLength": 300},
        "cookies": {"type": "boolean"}}}}}},
  "TenantDescriptor": {"type": "object", "additionalProperties": false, "required": ["name",
      "owner_email"], "properties": {
    @TENANT@}},
  "NewTenant": {"type": "object", "additionalProperties": false, "required": ["slug", "name",
      "owner_email"], "properties": {
    "slug": {"type": "string", "minLength": 1, "maxLength": 63},
    @TENANT@}},
  "NewSuspension": {"type": "object", "additionalProperties": false, "required": ["reason"], "properties": {
    "reason": {"type": "string", "minLength": 1, "maxLength": 500}}},
  "Tenant": {"type": "object", "additionalProperties": false, "required": ["id", "slug", "origin", "name",
      "time_zone",
    "locale", "currency", "plan", "owner_email", "branding", "created_at", "suspension", "version"],
        "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "slug": {"type": "string"}, "origin": {"type": "string"}, "name": {"type": "string"},
        "time_zone": {"type": "string"},
    "locale": {"type": "string"}, "currency": {"type": "string"}, "plan": {"type": "string"},
    "owner_email": {"type": "string"},
    "branding": {"$ref": "#/components/schemas/Branding"},
    "created_at": {"$ref": "#/components/schemas/Instant"},
    "suspension": {"type": ["object", "null"], "additionalProperties": false,
      "required": ["suspended_at", "suspended_by", "reason"], "properties": {
        "suspended_at": {"$ref": "#/components/schemas/Instant"},
        "suspended_by": {"type": "string"},
        "reason": {"type": ["string", "null"]}}},
    "version": {"type": "integer", "minimum": 1}}},
  "TenantList": {"type": "object", "additionalProperties": false, "required": ["data", "page"],
      "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Tenant"}},
    "page": {"$ref": "#/components/schemas/Page"}}}
})json";

} // namespace

schema_part tenant_schemas() { return {text, shared}; }

} // namespace kidevent
