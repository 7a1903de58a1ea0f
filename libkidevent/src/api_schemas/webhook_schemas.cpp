// Webhooks and their deliveries.

#include "api_schemas/schema_part.hpp"

namespace kidevent {

namespace {

constexpr std::string_view text = R"json({
  "WebhookTypes": {"type": "array", "maxItems": 50, "description": "of events; empty: all",
    "items": {"type": "string", "minLength": 1, "maxLength": 70}},
  "NewWebhook": {"type": "object", "additionalProperties": false, "required": ["url"], "properties": {
    "url": {"type": "string", "format": "uri", "maxLength": 2000},
    "description": {"type": "string", "maxLength": 200},
    "types": {"$ref": "#/components/schemas/WebhookTypes"}}},
  "WebhookChange": {"type": "object", "additionalProperties": false, "properties": {
    "url": {"type": "string", "format": "uri", "maxLength": 2000},
    "description": {"type": "string", "maxLength": 200},
    "types": {"$ref": "#/components/schemas/WebhookTypes"},
    "enabled": {"type": "boolean"}}},
  "Webhook": {"type": "object", "additionalProperties": false, "required": ["id", "url", "description", "types",
      "enabled", "disabled_at", "disabled_reason", "created_at", "version"], "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "url": {"type": "string"}, "description": {"type": "string"},
    "types": {"$ref": "#/components/schemas/WebhookTypes"},
    "enabled": {"type": "boolean"},
    "disabled_at": {"type": ["string", "null"], "format": "date-time"},
    "disabled_reason": {"type": ["string", "null"]},
    "created_at": {"$ref": "#/components/schemas/Instant"},
    "version": {"type": "integer", "minimum": 1}}},
  "WebhookWithSecret": {"type": "object", "additionalProperties": false, "required": ["id", "url", "description",
      "types", "enabled", "disabled_at", "disabled_reason", "created_at", "version", "secret"], "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "url": {"type": "string"}, "description": {"type": "string"},
    "types": {"$ref": "#/components/schemas/WebhookTypes"},
    "enabled": {"type": "boolean"},
    "disabled_at": {"type": ["string", "null"], "format": "date-time"},
    "disabled_reason": {"type": ["string", "null"]},
    "created_at": {"$ref": "#/components/schemas/Instant"},
    "version": {"type": "integer", "minimum": 1},
    "secret": {"type": "string", "description": "whsec_ and base64; shown only here"}}},
  "WebhookList": {"type": "object", "additionalProperties": false, "required": ["data", "page"],
      "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Webhook"}},
    "page": {"$ref": "#/components/schemas/Page"}}},
  "WebhookDelivery": {"type": "object", "additionalProperties": false, "required": ["id", "webhook_id", "event_id",
      "type", "state", "attempts", "status_code", "error", "created_at", "attempted_at", "next_attempt_at",
      "delivered_at"], "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "webhook_id": {"$ref": "#/components/schemas/Id"},
    "event_id": {"$ref": "#/components/schemas/Id"},
    "type": {"type": "string"},
    "state": {"type": "string", "enum": ["waiting", "delivered", "failed"]},
    "attempts": {"type": "integer", "minimum": 0},
    "status_code": {"type": ["integer", "null"]},
    "error": {"type": ["string", "null"]},
    "created_at": {"$ref": "#/components/schemas/Instant"},
    "attempted_at": {"type": ["string", "null"], "format": "date-time"},
    "next_attempt_at": {"type": ["string", "null"], "format": "date-time"},
    "delivered_at": {"type": ["string", "null"], "format": "date-time"}}},
  "WebhookDeliveryList": {"type": "object", "additionalProperties": false, "required": ["data", "page"],
      "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/WebhookDelivery"}},
    "page": {"$ref": "#/components/schemas/Page"}}}
})json";

} // namespace

schema_part webhook_schemas() { return {text, {}}; }

} // namespace kidevent
