#include "core/permission.hpp"

#include <algorithm>
#include <array>

namespace kidevent {

namespace {

using enum permission;
using enum limited_staff;

// Who has a permission. Each has what the one below it has; support reads.
constexpr role_set guardians{role::guardian};
constexpr role_set everybody{role::guardian, role::staff, role::manager, role::owner};
constexpr role_set everybody_and_support{role::guardian, role::staff, role::manager, role::owner,
                                         role::support};
constexpr role_set staff_and_above{role::staff, role::manager, role::owner};
constexpr role_set staff_and_support{role::staff, role::manager, role::owner, role::support};
constexpr role_set managers_and_above{role::manager, role::owner};
constexpr role_set managers_and_support{role::manager, role::owner, role::support};
constexpr role_set owners{role::owner};
constexpr role_set admins{role::platform_admin};
constexpr bool for_keys = true;
constexpr bool not_for_keys = false;

constexpr permission_row table[] = {
    {children_read, "children:read", guardians, never, not_for_keys, "See the children of one's household"},
    {children_write, "children:write", guardians, never, not_for_keys,
     "Add, change and remove children of one's household"},
    {household_invite, "household:invite", guardians, never, not_for_keys,
     "Invite another guardian into one's household, and take that back"},
    {own_registrations_read, "own_registrations:read", guardians, never, not_for_keys,
     "List the registrations of one's household"},
    {registrations_create, "registrations:create", guardians, never, not_for_keys,
     "Register children of one's household for sessions"},
    {registrations_read, "registrations:read", everybody_and_support, own_events, for_keys,
     "See a registration; a guardian: of the household"},
    {registrations_cancel, "registrations:cancel", everybody, own_events, for_keys,
     "Cancel a registration; a guardian: of the household"},
    {roster_read, "roster:read", staff_and_support, own_events, for_keys,
     "See who takes part in a session; each reading is in the audit log"},
    {events_read, "events:read", staff_and_support, own_events, for_keys,
     "See events that are not public, and hear of changes to them"},
    {events_create, "events:create", staff_and_above, never, for_keys, "Create events"},
    {events_write, "events:write", staff_and_above, own_events, for_keys,
     "Change, publish and cancel events"},
    {sessions_write, "sessions:write", staff_and_above, own_events, for_keys,
     "Add sessions to events, and change them"},
    {notifications_read, "notifications:read", staff_and_support, never, for_keys,
     "See what was sent to whom"},
    {notifications_preview, "notifications:preview", staff_and_above, own_events, for_keys,
     "See what a message would say"},
    {notification_rules_read, "notification_rules:read", staff_and_support, never, for_keys,
     "See when reminders and digests are sent"},
    {notification_rules_write, "notification_rules:write", staff_and_above, never, for_keys,
     "Choose when reminders and digests are sent"},
    {suppressed_addresses_read, "suppressed_addresses:read", staff_and_support, never, for_keys,
     "See the addresses that messages came back from"},
    {suppressed_addresses_write, "suppressed_addresses:write", staff_and_above, never, for_keys,
     "Let messages go to such an address again"},
    {webhooks_read, "webhooks:read", managers_and_support, never, for_keys,
     "See webhooks and their deliveries"},
    {webhooks_write, "webhooks:write", managers_and_above, never, for_keys,
     "Create, change and delete webhooks, and send again"},
    {accounts_read, "accounts:read", managers_and_support, never, not_for_keys,
     "See who has an account, with which role"},
    {accounts_invite, "accounts:invite", managers_and_above, never, not_for_keys,
     "Invite staff and managers"},
    {accounts_write, "accounts:write", managers_and_above, never, not_for_keys,
     "Change roles below the owner's, limit staff to events, end other people's logins"},
    {owners_write, "owners:write", owners, never, not_for_keys, "Make owners, and change what owners are"},
    {identity_providers_read, "identity_providers:read", owners, never, not_for_keys,
     "See the providers that people sign in with"},
    {identity_providers_write, "identity_providers:write", owners, never, not_for_keys,
     "Connect, change and remove such providers"},
    {api_keys_read, "api_keys:read", owners, never, not_for_keys, "See API keys, without their secrets"},
    {api_keys_write, "api_keys:write", owners, never, not_for_keys, "Create, replace and revoke API keys"},
    {security_rules_read, "security_rules:read", owners, never, not_for_keys,
     "See whether staff needs a second factor"},
    {security_rules_write, "security_rules:write", owners, never, not_for_keys,
     "Choose whether staff needs a second factor"},
    {cors_origins_read, "cors_origins:read", managers_and_above, never, not_for_keys,
     "See the origins of other sites that may use the API"},
    {cors_origins_write, "cors_origins:write", managers_and_above, never, not_for_keys,
     "Choose the origins of other sites that may use the API"},
    {support_access_read, "support_access:read", owners, never, not_for_keys,
     "See when platform admins looked into the organisation, and why"},
    {support_access_write, "support_access:write", owners, never, not_for_keys, "End such a visit"},
    {audit_read, "audit:read", owners, never, for_keys, "Read the audit log; each reading is in it"},
    {platform_account, "platform:account", admins, never, not_for_keys,
     "One's own account as a platform admin"},
    {tenants_read, "tenants:read", admins, never, not_for_keys, "See the organisations of the installation"},
    {tenants_write, "tenants:write", admins, never, not_for_keys,
     "Provision, change, suspend and resume organisations"},
    {plans_read, "plans:read", admins, never, not_for_keys, "See the plans"},
    {plans_write, "plans:write", admins, never, not_for_keys, "Change the plans"},
    {admins_read, "admins:read", admins, never, not_for_keys, "See the platform admins"},
    {admins_write, "admins:write", admins, never, not_for_keys, "Add and disable platform admins"},
    {support_access_open, "support_access:open", admins, never, not_for_keys,
     "Look into an organisation for a limited time, with a reason"},
};

static_assert(std::size(table) <= 64, "a permission_set has 64 bits");

consteval bool is_in_order() {
    for (std::size_t i = 0; i < std::size(table); ++i)
        if (static_cast<std::size_t>(table[i].what) != i) return false;
    return static_cast<std::size_t>(support_access_open) + 1 == std::size(table);
}
static_assert(is_in_order(), "the table stands in the order of the enumeration, and is complete");

struct role_permissions {
    std::array<permission_set, role_count> all;
    permission_set limited; // staff that is limited to given events
    permission_set keys;
};

consteval role_permissions add_up() {
    role_permissions made;
    for (const permission_row& each : table) {
        for (unsigned i = 0; i < role_count; ++i)
            if (each.roles.has(static_cast<role>(i))) made.all[i].add(each.what);
        if (each.limited == own_events) made.limited.add(each.what);
        if (each.for_api_keys) made.keys.add(each.what);
    }
    return made;
}
constexpr role_permissions added_up = add_up();

} // namespace

std::span<const permission_row> all_permissions() noexcept { return table; }

std::string_view to_text(permission of) noexcept { return table[static_cast<std::size_t>(of)].text; }

std::optional<permission> parse_permission(std::string_view text) noexcept {
    const auto found = std::find_if(std::begin(table), std::end(table),
                                    [&](const permission_row& each) { return each.text == text; });
    if (found == std::end(table)) return std::nullopt;
    return found->what;
}

permission_set permissions_of(role acts_as, bool limited) noexcept {
    const permission_set all = added_up.all[static_cast<std::size_t>(acts_as)];
    return limited ? all & added_up.limited : all;
}

permission_set api_key_scopes() noexcept { return added_up.keys; }

} // namespace kidevent
