#pragma once
// Every kind of entry of the audit log in one table: whoever writes one names an action and nothing else,
// and docs/audit.md is held to it. A new deed is a row here.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kidevent::audit {

enum class action : std::uint8_t {
    event_created,
    event_updated,
    event_published,
    event_cancelled,
    session_created,
    session_updated,
    registration_created,
    registration_cancelled,
    child_created,
    child_updated,
    child_removed,
    calendar_imported,
    webhook_created,
    webhook_updated,
    webhook_deleted,
    webhook_secret_rotated,
    webhook_tested,
    webhook_replayed,
    notification_rules_changed,
    suppression_removed,
    roster_read,
    audit_read,
    audit_exported,
    request_denied,
    attempts_left_out,
    login_created,
    login_failed,
    login_ended,
    account_created,
    account_email_verified,
    account_email_changed,
    account_password_changed,
    account_password_reset_asked,
    account_password_reset,
    account_invited,
    account_invitation_revoked,
    account_role_changed,
    account_limits_changed,
    account_disabled,
    account_enabled,
    account_locked,
    account_updated,
    account_email_change_asked,
    account_household_joined,
    identity_provider_created,
    identity_provider_updated,
    identity_provider_deleted,
    identity_linked,
    identity_unlinked,
    second_factor_enrolled,
    second_factor_removed,
    second_factor_failed,
    second_factor_rule_changed,
    recovery_codes_made,
    recovery_code_used,
    api_key_created,
    api_key_updated,
    api_key_rotated,
    api_key_revoked,
    support_session_opened,
    support_session_ended,
    support_session_entered,
    support_request_made,
    cors_origins_changed,
    tenant_created,
    tenant_updated,
    tenant_suspended,
    tenant_resumed,
    plan_changed,
    admin_created,
    admin_disabled,
    admin_enabled,
    admin_second_factor_enrolled,
    admin_second_factor_reset,
    last = admin_second_factor_reset,
};

// What an entry is about, beside the deed itself.
enum class entry_class : std::uint8_t {
    change, // written in the transaction of the deed
    read,   // of what is sensitive, or leaves the installation; written in the transaction that reads
    denied, // somebody was refused; bounded per organisation and minute
};

struct action_row {
    action what;
    std::string_view name;    // "event.published"
    std::string_view subject; // first part of "kind/uuid"; "": none
    entry_class is;
    std::string_view meaning;
};

// In the order of the enumeration.
std::span<const action_row> all_actions() noexcept;
const action_row& row_of(action what) noexcept;
const action_row* find_action(std::string_view name) noexcept;
std::string_view to_text(entry_class of) noexcept;

// The table of docs/audit.md.
std::string actions_reference();

} // namespace kidevent::audit
