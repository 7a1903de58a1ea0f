#pragma once
// What a stream can be about, and the spelling of it in ?topics=. Used by realtime/ only.

#include "core/actor.hpp"
#include "core/result.hpp"

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

namespace kidevent::realtime {

enum class topic_kind {
    events,  // what everybody may know of the calendar
    event,   // one event and its sessions
    session, // one session and its places
    user,    // an account's household: its children and registrations
    roster,  // who takes part in a session; for staff
};

struct topic {
    topic_kind kind;
    uuid about{}; // nil for `events`; of `user` the household, which is what changes name

    auto operator<=>(const topic&) const = default;
};

struct topic_hash {
    std::size_t operator()(const topic& of) const noexcept {
        const auto* const bytes = reinterpret_cast<const char*>(of.about.bytes.data());
        return std::hash<std::string_view>{}({bytes, of.about.bytes.size()})
               + static_cast<std::size_t>(of.kind);
    }
};

// "events,event:<id>,session:<id>,user:<account id>,roster:<session id>", each once in the answer. An account
// without a household has nothing to hear of itself. Errors: invalid_fields (unknown, malformed, none or more
// than topics_max), sign_in_required, forbidden.
result<std::vector<topic>> parse_topics(std::string_view text, std::size_t topics_max, const actor& asking);

} // namespace kidevent::realtime
