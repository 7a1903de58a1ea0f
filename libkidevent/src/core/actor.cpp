#include "core/actor.hpp"

#include <algorithm>

namespace kidevent {

std::string_view to_text(role of) noexcept {
    switch (of) {
    case role::anonymous: return "anonymous";
    case role::guardian: return "guardian";
    case role::staff: return "staff";
    case role::manager: return "manager";
    case role::owner: return "owner";
    case role::support: return "support";
    case role::platform_admin: return "platform_admin";
    case role::system: return "system";
    }
    return "";
}

std::optional<role> parse_account_role(std::string_view text) noexcept {
    for (const role candidate : {role::guardian, role::staff, role::manager, role::owner})
        if (text == to_text(candidate)) return candidate;
    return std::nullopt;
}

actor::actor(actor_parts of)
    : role_(of.acts_as),
      must_enrol_(of.must_enrol),
      must_verify_(of.must_verify),
      permissions_(permissions_of(of.acts_as, of.limited_to != nullptr)),
      account_(of.account),
      household_(of.household),
      login_(of.login),
      api_key_(of.api_key),
      limited_to_(std::move(of.limited_to)) {
    // A key without scopes may do nothing; a key whose scopes were forgotten neither.
    if (is_api_key()) permissions_ = permissions_ & api_key_scopes() & of.scopes.value_or(permission_set{});
}

bool actor::may_reach(event_id which) const noexcept {
    return !limited_to_ || std::binary_search(limited_to_->begin(), limited_to_->end(), which);
}

bool actor::may_the_same_as(const actor& other) const noexcept {
    const bool is_same = role_ == other.role_ && account_ == other.account_ && household_ == other.household_
                         && permissions_ == other.permissions_ && must_enrol_ == other.must_enrol_
                         && is_limited() == other.is_limited();
    return is_same && (!is_limited() || *limited_to_ == *other.limited_to_);
}

} // namespace kidevent
