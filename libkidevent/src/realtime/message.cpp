#include "realtime/message.hpp"

#include "outbox/event_types.hpp"

#include <boost/json/parse.hpp>

namespace kidevent::realtime {

namespace json = boost::json;

namespace {

constexpr std::string_view places_type = "com.kidevent.session.places.v1";

std::optional<uuid> find_id(const json::object& data, std::string_view member) {
    const auto* const found = data.if_contains(member);
    if (!found || !found->is_string()) return std::nullopt;
    const auto& text = found->get_string();
    return parse_uuid({text.data(), text.size()});
}

void add_topic(message& to, topic_kind kind, const json::object& data, std::string_view member) {
    if (const auto id = find_id(data, member)) to.topics.push_back({kind, *id});
}

bool is_about_draft(const json::object& data) {
    const auto* const state = data.if_contains("state");
    return state && state->is_string() && state->get_string() == "draft";
}

void add_calendar_topics(message& to, const json::object& data) {
    if (!to.for_staff_only) to.topics.push_back({topic_kind::events});
    add_topic(to, topic_kind::event, data, "event_id");
    add_topic(to, topic_kind::session, data, "session_id");
}

} // namespace

std::string frame(std::int64_t position, std::string_view type, std::string_view data) {
    std::string text = "id: " + std::to_string(position) + "\nevent: ";
    text += type;
    text += "\ndata: ";
    for (const char each : data) {
        if (each == '\n')
            text += "\ndata: ";
        else if (each != '\r')
            text += each;
    }
    return text + "\n\n";
}

std::string position_frame(std::int64_t position) { return "id: " + std::to_string(position) + "\n\n"; }

std::optional<message> make_message(const outbox::published_event& of) {
    const auto* const type = outbox::find_event_type(of.type);
    if (!type) return std::nullopt;
    const json::value parsed = json::parse(of.data);
    const auto& data = parsed.as_object();
    message made;
    switch (type->seen_by) {
    case outbox::audience::everyone: add_calendar_topics(made, data); break;
    case outbox::audience::everyone_once_published:
        made.for_staff_only = is_about_draft(data);
        if (const auto id = find_id(data, "event_id")) made.of = event_id{*id};
        add_calendar_topics(made, data);
        break;
    case outbox::audience::household:
        add_topic(made, topic_kind::user, data, "household_id");
        add_topic(made, topic_kind::roster, data, "session_id");
        break;
    case outbox::audience::staff:
    case outbox::audience::operators: break;
    }
    if (made.topics.empty()) return std::nullopt;
    made.text = std::make_shared<const std::string>(frame(of.position, of.type, of.data));
    return made;
}

std::optional<session_id> session_touched_by(const outbox::published_event& of) {
    const json::value parsed = json::parse(of.data);
    const auto id = find_id(parsed.as_object(), "session_id");
    if (!id) return std::nullopt;
    return session_id{*id};
}

message make_places_message(std::int64_t position, const events::session_places& of) {
    const std::string data = R"({"session_id":")" + to_string(of.id.value) + R"(","event_id":")"
                             + to_string(of.event.value) + R"(","places_left":)" + std::to_string(of.left)
                             + "}";
    return {{{topic_kind::session, of.id.value}},
            !of.is_public,
            of.event,
            std::make_shared<const std::string>(frame(position, places_type, data))};
}

} // namespace kidevent::realtime
