// Events and their sessions.

#include "api_schemas/schema_part.hpp"

namespace kidevent {

namespace {

constexpr shared_properties shared[] = {
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
};

constexpr std::string_view text = R"json({
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

} // namespace

schema_part calendar_schemas() { return {text, shared}; }

} // namespace kidevent
