// The bodies of the API as JSON Schema: requests are checked against these, and so is every answer that a
// test receives.

#include "routes.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <string>
#include <utility>

namespace kidevent {

namespace {

// Properties that two schemas have in common. In the texts below the name stands for them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> shared_properties{{
    {"@CHILD@", R"json(
    "given_name": {"type": "string", "minLength": 1, "maxLength": 100},
    "family_name": {"type": "string", "minLength": 1, "maxLength": 100},
    "birth_date": {"type": "string", "format": "date"})json"},
    {"@SESSION@", R"json(
    "starts_at": {"type": "string", "format": "date-time"},
    "ends_at": {"type": "string", "format": "date-time"},
    "capacity": {"type": "integer", "minimum": 1, "maximum": 100000},
    "age_min": {"type": "integer", "minimum": 0, "maximum": 25},
    "age_max": {"type": "integer", "minimum": 0, "maximum": 25},
    "price_minor": {"type": "integer", "minimum": 0, "maximum": 1000000000})json"},
    {"@EVENT@", R"json(
    "title": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": {"type": "string", "maxLength": 10000},
    "location": {"type": "string", "maxLength": 300},
    "category": {"type": "string", "maxLength": 60},
    "time_zone": {"type": "string", "format": "time-zone", "maxLength": 64})json"},
    {"@STORED_EVENT@", R"json(
    "id": {"$ref": "#/components/schemas/Id"},
    "title": {"type": "string"}, "description": {"type": "string"}, "location": {"type": "string"},
    "category": {"type": "string"}, "time_zone": {"type": "string"},
    "state": {"type": "string", "enum": ["draft", "published", "cancelled"]},
    "created_at": {"$ref": "#/components/schemas/Instant"},
    "published_at": {"type": ["string", "null"], "format": "date-time"},
    "cancelled_at": {"type": ["string", "null"], "format": "date-time"},
    "version": {"type": "integer", "minimum": 1})json"},
    {"@PLAN@", R"json(
    "weight": {"type": "integer", "minimum": 1, "maximum": 1000},
    "requests_in_flight_max": {"type": "integer", "minimum": 1, "maximum": 10000},
    "requests_waiting_max": {"type": "integer", "minimum": 0, "maximum": 100000},
    "requests_per_second": {"type": "integer", "minimum": 0, "maximum": 1000000},
    "requests_burst": {"type": "integer", "minimum": 0, "maximum": 1000000},
    "database_milliseconds_per_second": {"type": "integer", "minimum": 0, "maximum": 1000000},
    "features": {"type": "array", "maxItems": 100, "items": {"type": "string", "enum": ["realtime",
      "webhooks"]}})json"},
    {"@TENANT@", R"json(
    "name": {"type": "string", "minLength": 1, "maxLength": 200},
    "time_zone": {"type": "string", "format": "time-zone", "maxLength": 64},
    "locale": {"type": "string", "minLength": 2, "maxLength": 35},
    "currency": {"type": "string", "minLength": 3, "maxLength": 3},
    "plan": {"type": "string", "minLength": 1, "maxLength": 60},
    "owner_email": {"type": "string", "format": "email", "maxLength": 254},
    "branding": {"$ref": "#/components/schemas/Branding"})json"},
}};

constexpr std::string_view common = R"json({
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
    "errors": {"type": "array", "items": {"type": "object", "additionalProperties": false,
      "required": ["pointer", "code", "detail"], "properties": {
        "pointer": {"type": "string"}, "code": {"type": "string"}, "detail": {"type": "string"}}}}}}
})json";

constexpr std::string_view people = R"json({
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

constexpr std::string_view calendar = R"json({
  "NewSession": {"type": "object", "additionalProperties": false, "required": ["starts_at", "ends_at",
      "capacity"],
    "properties": {
    @SESSION@}},
  "SessionChange": {"type": "object", "additionalProperties": false, "minProperties": 1, "properties": {
    @SESSION@}},
  "Session": {"type": "object", "additionalProperties": false, "required": ["id", "event_id", "starts_at",
      "ends_at",
    "time_zone", "capacity", "places_left", "age_min", "age_max", "price", "version"], "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "event_id": {"$ref": "#/components/schemas/Id"},
    "starts_at": {"$ref": "#/components/schemas/Instant"},
    "ends_at": {"$ref": "#/components/schemas/Instant"},
    "time_zone": {"type": "string"},
    "capacity": {"type": "integer", "minimum": 1},
    "places_left": {"type": "integer", "minimum": 0},
    "age_min": {"type": "integer"}, "age_max": {"type": "integer"},
    "price": {"$ref": "#/components/schemas/Money"},
    "version": {"type": "integer", "minimum": 1}}},
  "NewEvent": {"type": "object", "additionalProperties": false, "required": ["title"], "properties": {
    @EVENT@,
    "sessions": {"type": "array", "maxItems": 500, "items": {"$ref": "#/components/schemas/NewSession"}}}},
  "EventChange": {"type": "object", "additionalProperties": false, "minProperties": 1, "properties": {
    @EVENT@}},
  "Event": {"type": "object", "additionalProperties": false, "required": ["id", "title", "description",
      "location",
    "category", "time_zone", "state", "created_at", "published_at", "cancelled_at", "version", "sessions"],
        "properties": {
    @STORED_EVENT@,
    "sessions": {"type": "array", "items": {"$ref": "#/components/schemas/Session"}}}},
  "ManagedEvent": {"type": "object", "additionalProperties": false, "required": ["id", "title",
      "description", "location",
    "category", "time_zone", "state", "created_at", "published_at", "cancelled_at", "version"],
        "properties": {
    @STORED_EVENT@}},
  "ManagedEventList": {"type": "object", "additionalProperties": false, "required": ["data", "page"],
      "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/ManagedEvent"}},
    "page": {"$ref": "#/components/schemas/Page"}}},
  "EventSummary": {"type": "object", "additionalProperties": false, "required": ["id", "title", "location",
      "category",
    "time_zone", "starts_at", "ends_at", "age_min", "age_max", "price", "sessions", "places_left"],
        "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "title": {"type": "string"}, "location": {"type": "string"}, "category": {"type": "string"},
    "time_zone": {"type": "string"},
    "starts_at": {"$ref": "#/components/schemas/Instant"},
    "ends_at": {"$ref": "#/components/schemas/Instant"},
    "age_min": {"type": "integer"}, "age_max": {"type": "integer"},
    "price": {"$ref": "#/components/schemas/Money"},
    "sessions": {"type": "integer", "minimum": 1},
    "places_left": {"type": "integer", "minimum": 0}}},
  "EventList": {"type": "object", "additionalProperties": false, "required": ["data", "page"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/EventSummary"}},
    "page": {"$ref": "#/components/schemas/Page"}}}
})json";

constexpr std::string_view places = R"json({
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

constexpr std::string_view plans = R"json({
  "PlanDescriptor": {"type": "object", "additionalProperties": false, "properties": {
    "description": {"type": "string", "maxLength": 500},
    @PLAN@}},
  "Plan": {"type": "object", "additionalProperties": false, "required": ["name", "description",
      "weight", "requests_in_flight_max", "requests_waiting_max", "requests_per_second", "requests_burst", "database_milliseconds_per_second", "features",
      "version", "updated_at", "updated_by"], "properties": {
    "name": {"type": "string"},
    "description": {"type": "string"},
    @PLAN@,
    "version": {"type": "integer", "minimum": 1},
    "updated_at": {"$ref": "#/components/schemas/Instant"},
    "updated_by": {"type": "string"}}},
  "PlanList": {"type": "object", "additionalProperties": false, "required": ["data"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/Plan"}}}},
  "PlanChange": {"type": "object", "additionalProperties": false,
    "required": ["plan", "slug", "changed_at", "changed_by", "before", "after"], "properties": {
    "plan": {"type": "string"},
    "slug": {"type": ["string", "null"]},
    "changed_at": {"$ref": "#/components/schemas/Instant"},
    "changed_by": {"type": "string"},
    "before": {},
    "after": {}}},
  "PlanChangeList": {"type": "object", "additionalProperties": false, "required": ["data"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/PlanChange"}}}}
})json";

constexpr std::string_view tenants = R"json({
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

constexpr std::string_view webhooks = R"json({
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

boost::json::value parse_schemas(std::string_view text) {
    std::string whole{text};
    for (const auto& [name, properties] : shared_properties)
        for (auto at = whole.find(name); at != std::string::npos; at = whole.find(name, at))
            whole.replace(at, name.size(), properties);
    return boost::json::parse(whole);
}

} // namespace

const boost::json::object& api_schemas() {
    static const boost::json::object all = [] {
        boost::json::object merged;
        for (const std::string_view part : {common, people, calendar, places, plans, tenants, webhooks}) {
            const boost::json::value parsed = parse_schemas(part);
            for (const auto& member : parsed.as_object())
                merged.insert(member);
        }
        return merged;
    }();
    return all;
}

} // namespace kidevent
