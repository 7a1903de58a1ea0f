// Identity providers, and what accounts are connected with.

#include "api_schemas/schema_part.hpp"

namespace kidevent {

namespace {

constexpr shared_properties shared[] = {{"@PROVIDER@", R"json(
    "name": {"type": "string", "minLength": 1, "maxLength": 100},
    "client_id": {"type": "string", "minLength": 1, "maxLength": 500},
    "client_secret": {"type": "string", "minLength": 1, "maxLength": 1000, "description": "write-only"},
    "client_authentication": {"type": "string",
      "enum": ["client_secret_basic", "client_secret_post", "none"]},
    "scopes": {"type": "string", "minLength": 6, "maxLength": 500,
      "description": "with single blanks; openid is one of them"},
    "sign_up_allowed": {"type": "boolean", "description": "whoever has no account gets one, as a guardian"},
    "links_by_email": {"type": "boolean",
      "description": "an address that the provider calls verified signs in to the account that has it"})json"}};

constexpr std::string_view text = R"json({
  "NewIdentityProvider": {"type": "object", "additionalProperties": false,
      "required": ["name", "issuer", "client_id"], "properties": {
    "issuer": {"type": "string", "format": "uri", "maxLength": 500},@PROVIDER@}},
  "IdentityProviderChange": {"type": "object", "additionalProperties": false, "properties": {
    "enabled": {"type": "boolean"},@PROVIDER@}},
  "IdentityProvider": {"type": "object", "additionalProperties": false, "required": ["id", "name", "issuer",
      "client_id", "has_client_secret", "client_authentication", "scopes", "sign_up_allowed", "links_by_email",
      "redirect_uri", "enabled", "disabled_at", "created_at", "version"], "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "name": {"type": "string"}, "issuer": {"type": "string"}, "client_id": {"type": "string"},
    "has_client_secret": {"type": "boolean"},
    "client_authentication": {"type": "string",
      "enum": ["client_secret_basic", "client_secret_post", "none"]},
    "scopes": {"type": "string"},
    "sign_up_allowed": {"type": "boolean"}, "links_by_email": {"type": "boolean"},
    "redirect_uri": {"type": "string", "description": "has to be registered at the provider, exactly so"},
    "enabled": {"type": "boolean"},
    "disabled_at": {"type": ["string", "null"], "format": "date-time"},
    "created_at": {"$ref": "#/components/schemas/Instant"},
    "version": {"type": "integer", "minimum": 1}}},
  "IdentityProviderList": {"type": "object", "additionalProperties": false, "required": ["data", "page"],
      "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/IdentityProvider"}},
    "page": {"$ref": "#/components/schemas/Page"}}},
  "SignInProviderList": {"type": "object", "additionalProperties": false, "required": ["data"], "properties": {
    "data": {"type": "array", "items": {"type": "object", "additionalProperties": false,
      "required": ["id", "name"], "properties": {
        "id": {"$ref": "#/components/schemas/Id"}, "name": {"type": "string"}}}}}},
  "NewConnection": {"type": "object", "additionalProperties": false, "required": ["provider_id"],
      "properties": {
    "provider_id": {"$ref": "#/components/schemas/Id"},
    "return_to": {"type": "string", "minLength": 1, "maxLength": 500, "description": "a path of this host"}}},
  "Connection": {"type": "object", "additionalProperties": false, "required": ["authorization_url"],
      "properties": {"authorization_url": {"type": "string"}}},
  "ExternalIdentityList": {"type": "object", "additionalProperties": false, "required": ["data"],
      "properties": {
    "data": {"type": "array", "items": {"type": "object", "additionalProperties": false,
      "required": ["id", "issuer", "provider_name", "email", "created_at", "last_used_at"], "properties": {
        "id": {"$ref": "#/components/schemas/Id"},
        "issuer": {"type": "string"},
        "provider_name": {"type": "string", "description": "empty when the provider is not there any more"},
        "email": {"type": "string", "description": "as the provider said it; empty when it did not"},
        "created_at": {"$ref": "#/components/schemas/Instant"},
        "last_used_at": {"type": ["string", "null"], "format": "date-time"}}}}}}
})json";

} // namespace

schema_part identity_provider_schemas() { return {text, shared}; }

} // namespace kidevent
