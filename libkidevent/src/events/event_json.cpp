#include "events/event_json.hpp"

namespace kidevent::events {

void write_price(http::json_writer& out, std::int64_t minor, std::string_view currency) {
    out.key("price").begin_object().member("amount_minor", minor).member("currency", currency).end_object();
}

void write_summary(http::json_writer& out, const event_summary& of, std::string_view currency) {
    out.begin_object()
        .member("id", of.id)
        .member("title", of.title)
        .member("location", of.location)
        .member("category", of.category)
        .member("time_zone", of.time_zone)
        .member("starts_at", of.starts_at)
        .member("ends_at", of.ends_at)
        .member("age_min", of.age_min)
        .member("age_max", of.age_max);
    write_price(out, of.price_minor, currency);
    out.member("sessions", of.sessions).member("places_left", of.places_left).end_object();
}

void write_session(http::json_writer& out, const session& of) {
    out.begin_object()
        .member("id", of.id)
        .member("event_id", of.event)
        .member("starts_at", of.starts_at)
        .member("ends_at", of.ends_at)
        .member("time_zone", of.time_zone)
        .member("capacity", of.capacity)
        .member("places_left", of.capacity - of.seats_taken)
        .member("age_min", of.age_min)
        .member("age_max", of.age_max);
    write_price(out, of.price_minor, of.currency);
    out.member("version", of.version).end_object();
}

void write_event_members(http::json_writer& out, const event& of) {
    out.member("id", of.id)
        .member("title", of.title)
        .member("description", of.description)
        .member("location", of.location)
        .member("category", of.category)
        .member("time_zone", of.time_zone)
        .member("state", of.state())
        .member("created_at", of.created_at)
        .member("published_at", of.published_at)
        .member("cancelled_at", of.cancelled_at)
        .member("version", of.version);
}

void write_event(http::json_writer& out, const event_with_sessions& of) {
    out.begin_object();
    write_event_members(out, of.what);
    out.key("sessions").begin_array();
    for (const session& each : of.sessions)
        write_session(out, each);
    out.end_array().end_object();
}

} // namespace kidevent::events
