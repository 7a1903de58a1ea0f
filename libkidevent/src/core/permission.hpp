#pragma once
// What may be done, and by whom: one table of resource and action by role. The guards, the description of
// the API, docs/permissions.md and the generated tests read it; who is not in it may not.

#include "core/role.hpp"

#include <bit>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace kidevent {

// Named resource_action; the text is "resource:action".
enum class permission : std::uint8_t {
    children_read,
    children_write,
    household_invite,
    own_registrations_read,
    registrations_create,
    registrations_read,
    registrations_cancel,
    roster_read,
    events_read,
    events_create,
    events_write,
    sessions_write,
    notifications_read,
    notifications_preview,
    notification_rules_read,
    notification_rules_write,
    suppressed_addresses_read,
    suppressed_addresses_write,
    webhooks_read,
    webhooks_write,
    accounts_read,
    accounts_invite,
    accounts_write,
    owners_write,
    identity_providers_read,
    identity_providers_write,
    api_keys_read,
    api_keys_write,
    security_rules_read,
    security_rules_write,
    cors_origins_read,
    cors_origins_write,
    support_access_read,
    support_access_write,
    audit_read,
    platform_account,
    tenants_read,
    tenants_write,
    plans_read,
    plans_write,
    admins_read,
    admins_write,
    support_access_open,
};

// A few bits; copying and asking cost nothing.
class permission_set {
public:
    constexpr permission_set() = default;
    constexpr permission_set(std::initializer_list<permission> of) {
        for (const permission each : of)
            add(each);
    }

    constexpr void add(permission what) noexcept { bits_ |= bit(what); }
    constexpr bool has(permission what) const noexcept { return (bits_ & bit(what)) != 0; }
    constexpr bool empty() const noexcept { return bits_ == 0; }
    constexpr int size() const noexcept { return std::popcount(bits_); }
    // What is in both.
    friend constexpr permission_set operator&(permission_set a, permission_set b) noexcept {
        a.bits_ &= b.bits_;
        return a;
    }
    bool operator==(const permission_set&) const = default;

private:
    static constexpr std::uint64_t bit(permission what) noexcept {
        return std::uint64_t{1} << static_cast<unsigned>(what);
    }
    std::uint64_t bits_ = 0;
};

// How a permission fits staff whose account is limited to given events.
enum class limited_staff : std::uint8_t {
    never,      // they have it not at all
    own_events, // they have it for these events; whoever uses it asks actor::may_reach
};

struct permission_row {
    permission what;
    std::string_view text; // "events:write"
    role_set roles;        // who has it
    limited_staff limited;
    bool for_api_keys; // may be a scope of an API key
    std::string_view meaning;
};

// In the order of the enumeration.
std::span<const permission_row> all_permissions() noexcept;
std::string_view to_text(permission of) noexcept;
std::optional<permission> parse_permission(std::string_view text) noexcept;

// What somebody with this role may do; `limited`: staff, limited to given events.
permission_set permissions_of(role acts_as, bool limited = false) noexcept;
// What an API key may carry.
permission_set api_key_scopes() noexcept;

} // namespace kidevent
