// Messages to people, and who wants which.

#include "api_schemas/schema_part.hpp"

namespace kidevent {

namespace {

constexpr shared_properties shared[] = {
    {"@KIND@", R"json({"type": "string", "enum": ["registration_confirmed", "registration_cancelled",
      "event_cancelled", "session_changed", "session_reminder", "daily_digest", "account_created"]})json"},
    {"@CHANNEL@", R"json({"type": "string", "enum": ["email", "sms", "push"]})json"},
    {"@NOTIFICATION_RULES@", R"json(
    "reminders": {"type": "array", "maxItems": 10, "items": {"type": "object", "additionalProperties": false,
      "required": ["minutes_before", "channel"], "properties": {
        "minutes_before": {"type": "integer", "minimum": 1, "maximum": 43200},
        "channel": {"type": "string", "enum": ["email", "sms", "push"]}}}},
    "quiet_from": {"type": "string", "minLength": 5, "maxLength": 5,
        "description": "HH:MM in the organisation's zone"},
    "quiet_until": {"type": "string", "minLength": 5, "maxLength": 5,
        "description": "the same: no quiet time"},
    "digest_at": {"type": "string", "minLength": 5, "maxLength": 5},
    "reply_to": {"type": ["string", "null"], "format": "email", "maxLength": 254})json"},
};

constexpr std::string_view text = R"json({
  "Notification": {"type": "object", "additionalProperties": false, "required": ["id", "account_id",
      "kind", "channel",
      "subject_id", "state", "attempts", "scheduled_for", "sent_at", "code", "detail", "provider_id",
          "message_id",
      "created_at"], "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "account_id": {"$ref": "#/components/schemas/Id"},
    "kind": @KIND@,
    "channel": @CHANNEL@,
    "subject_id": {"type": "string", "format": "uuid", "description": "of what it is about"},
    "state": {"type": "string", "enum": ["queued", "deferred", "sent", "failed", "suppressed", "bounced"]},
    "attempts": {"type": "integer", "minimum": 0},
    "scheduled_for": {"$ref": "#/components/schemas/Instant"},
    "sent_at": {"type": ["string", "null"], "format": "date-time"},
    "code": {"type": ["integer", "null"], "description": "of the last reply of the mail server or provider"},
    "detail": {"type": ["string", "null"]},
    "provider_id": {"type": ["string", "null"]},
    "message_id": {"type": ["string", "null"]},
    "created_at": {"$ref": "#/components/schemas/Instant"}}},
  "NotificationList": {"type": "object", "additionalProperties": false, "required": ["data", "page"],
      "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Notification"}},
    "page": {"$ref": "#/components/schemas/Page"}}},
  "NewNotificationPreview": {"type": "object", "additionalProperties": false, "required": ["kind"],
      "properties": {
    "kind": @KIND@,
    "channel": @CHANNEL@,
    "subject_id": {"type": "string", "format": "uuid",
      "description": "of a registration, an event, a session or (daily_digest) a household"},
    "locale": {"type": "string", "minLength": 2, "maxLength": 35}}},
  "NotificationPreview": {"type": "object", "additionalProperties": false, "required": ["subject", "text",
      "html"],
      "properties": {
    "subject": {"type": "string"}, "text": {"type": "string"}, "html": {"type": "string"}}},
  "NotificationRules": {"type": "object", "additionalProperties": false, "required": ["reminders",
      "quiet_from",
      "quiet_until", "digest_at", "reply_to"], "properties": {
    @NOTIFICATION_RULES@}},
  "SuppressedAddress": {"type": "object", "additionalProperties": false, "required": ["id", "channel",
      "address", "reason",
      "detail", "bounces", "suppressed_at", "created_at"], "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "channel": @CHANNEL@,
    "address": {"type": "string"},
    "reason": {"type": "string", "enum": ["bounce", "complaint", "manual"]},
    "detail": {"type": "string"},
    "bounces": {"type": "integer", "minimum": 0},
    "suppressed_at": {"type": ["string", "null"], "format": "date-time",
      "description": "null: it has bounced, and may be tried again"},
    "created_at": {"$ref": "#/components/schemas/Instant"}}},
  "SuppressedAddressList": {"type": "object", "additionalProperties": false, "required": ["data", "page"],
      "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/SuppressedAddress"}},
    "page": {"$ref": "#/components/schemas/Page"}}},
  "NotificationChoice": {"type": "object", "additionalProperties": false, "required": ["kind", "channel",
      "enabled"],
      "properties": {
    "kind": @KIND@,
    "channel": @CHANNEL@,
    "enabled": {"type": "boolean"}}},
  "NotificationPreferences": {"type": "object", "additionalProperties": false, "required": ["locale", "phone",
      "has_push_token", "choices"], "properties": {
    "locale": {"type": ["string", "null"], "description": "null: the organisation's"},
    "phone": {"type": ["string", "null"]},
    "has_push_token": {"type": "boolean"},
    "choices": {"type": "array", "items": {"$ref": "#/components/schemas/NotificationChoice"},
      "description": "all that can be refused"}}},
  "NotificationPreferencesChange": {"type": "object", "additionalProperties": false, "minProperties": 1,
      "properties": {
    "locale": {"type": ["string", "null"], "minLength": 2, "maxLength": 35},
    "phone": {"type": ["string", "null"], "minLength": 8, "maxLength": 16,
        "description": "E.164: +4312345678"},
    "push_token": {"type": ["string", "null"], "minLength": 1, "maxLength": 500},
    "choices": {"type": "array", "maxItems": 30,
        "items": {"$ref": "#/components/schemas/NotificationChoice"}}}},
  "UnsubscribeForm": {"type": "object", "additionalProperties": false, "required": ["List-Unsubscribe"],
      "properties": {
    "List-Unsubscribe": {"type": "string", "enum": ["One-Click"], "description": "RFC 8058"}}}
})json";

} // namespace

schema_part notification_schemas() { return {text, shared}; }

} // namespace kidevent
