#pragma once
// The member `events` of bodies that limit staff to events.

#include "core/uuid.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <vector>

namespace kidevent::identity {

using event_ids = std::vector<event_id>;

// The outer one is empty when nothing is said of events, the inner one when they limit no more. The body has
// been checked against a schema.
inline std::optional<std::optional<event_ids>> read_event_ids(const boost::json::value& body) {
    const auto* const found = body.as_object().if_contains("events");
    if (!found) return std::nullopt;
    if (found->is_null()) return std::optional<event_ids>{};
    event_ids read;
    for (const auto& each : found->as_array())
        read.push_back(event_id{parse_uuid(std::string_view{each.as_string()}).value()});
    return std::optional<event_ids>{std::move(read)};
}

} // namespace kidevent::identity
