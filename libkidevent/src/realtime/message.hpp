#pragma once
// What goes over a stream: a domain event in the framing of server-sent events, made once and shared by all
// who hear it, with the topics that it belongs to. Used by realtime/ only.

#include "events/session_places.hpp"
#include "outbox/published_event.hpp"
#include "realtime/topic.hpp"

#include <memory>
#include <optional>
#include <string>

namespace kidevent::realtime {

using shared_text = std::shared_ptr<const std::string>;

struct message {
    std::vector<topic> topics;
    bool for_staff_only = false; // beyond what a topic demands: about a draft
    std::optional<event_id> of;  // the event, when it is for staff only: staff may be limited to others
    shared_text text;
};

// "id: ..", "event: ..", "data: ..", and the empty line.
std::string frame(std::int64_t position, std::string_view type, std::string_view data);
// A position for the client to remember; nothing that it would hear.
std::string position_frame(std::int64_t position);

// std::nullopt for what no topic is about.
std::optional<message> make_message(const outbox::published_event& of);
// The session whose places the event may have changed.
std::optional<session_id> session_touched_by(const outbox::published_event& of);
message make_places_message(std::int64_t position, const events::session_places& of);

} // namespace kidevent::realtime
