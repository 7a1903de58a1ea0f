#pragma once
// Events and sessions as JSON, as they stand in several answers.

#include "events/event_service.hpp"
#include "http/json_writer.hpp"

namespace kidevent::events {

void write_price(http::json_writer& out, std::int64_t minor, std::string_view currency);
void write_summary(http::json_writer& out, const event_summary& of, std::string_view currency);
void write_session(http::json_writer& out, const session& of);
// Without sessions, and without closing the object.
void write_event_members(http::json_writer& out, const event& of);
void write_event(http::json_writer& out, const event_with_sessions& of);

} // namespace kidevent::events
