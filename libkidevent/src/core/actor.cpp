#include "core/actor.hpp"

namespace kidevent {

std::string_view to_text(role of) noexcept {
    switch (of) {
    case role::anonymous: return "anonymous";
    case role::guardian: return "guardian";
    case role::staff: return "staff";
    case role::owner: return "owner";
    case role::platform_admin: return "platform_admin";
    }
    return "";
}

std::optional<role> parse_account_role(std::string_view text) noexcept {
    for (const role candidate : {role::guardian, role::staff, role::owner})
        if (text == to_text(candidate)) return candidate;
    return std::nullopt;
}

} // namespace kidevent
