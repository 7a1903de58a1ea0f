// The audit log.

#include "api_schemas/schema_part.hpp"

namespace kidevent {

namespace {

constexpr std::string_view text = R"json({
  "AuditEntry": {"type": "object", "additionalProperties": false, "required": ["id", "happened_at", "actor", "role",
      "action", "subject", "request_id", "address", "details", "sequence", "hash"], "properties": {
    "id": {"$ref": "#/components/schemas/Id"},
    "happened_at": {"$ref": "#/components/schemas/Instant"},
    "actor": {"type": "string", "description":
      "account/.., api_key/.., support/.., admin/.., system (jobs and operators), anonymous"},
    "role": {"type": "string"},
    "action": {"type": "string"},
    "subject": {"type": ["string", "null"], "description": "the record, as in events/.."},
    "request_id": {"type": ["string", "null"]},
    "address": {"type": ["string", "null"], "description": "the network that the request came from"},
    "details": {"type": "object"},
    "sequence": {"type": ["integer", "null"], "description": "its place in the chain; null until it is sealed"},
    "hash": {"type": ["string", "null"], "description": "SHA-256, hexadecimal"}}},
  "AuditEntryList": {"type": "object", "additionalProperties": false, "required": ["data", "page"],
      "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/AuditEntry"}},
    "page": {"$ref": "#/components/schemas/Page"}}}
})json";

} // namespace

schema_part audit_schemas() { return {text, {}}; }

} // namespace kidevent
