#include "audit/action_table.hpp"

#include <algorithm>
#include <iterator>

namespace kidevent::audit {

namespace {

using enum entry_class;

constexpr action_row table[] = {
    {action::event_created, "event.created", "events", change, "An event was created as a draft"},
    {action::event_updated, "event.updated", "events", change, "An event was changed"},
    {action::event_published, "event.published", "events", change, "An event was published"},
    {action::event_cancelled, "event.cancelled", "events", change, "An event was cancelled"},
    {action::session_created, "session.created", "sessions", change, "A session was added to an event"},
    {action::session_updated, "session.updated", "sessions", change, "A session was changed"},
    {action::registration_created, "registration.created", "registrations", change,
     "A child was registered for a session"},
    {action::registration_cancelled, "registration.cancelled", "registrations", change,
     "A registration was cancelled"},
    {action::child_created, "child.created", "children", change, "A child was added to a household"},
    {action::child_updated, "child.updated", "children", change, "A child was changed"},
    {action::child_removed, "child.removed", "children", change, "A child was removed"},
    {action::calendar_imported, "calendar.imported", "imports", change, "A calendar was imported"},
    {action::webhook_created, "webhook.created", "webhooks", change, "A webhook was created"},
    {action::webhook_updated, "webhook.updated", "webhooks", change,
     "A webhook was changed, disabled or enabled"},
    {action::webhook_deleted, "webhook.deleted", "webhooks", change, "A webhook was deleted"},
    {action::webhook_secret_rotated, "webhook.secret_rotated", "webhooks", change,
     "The secret of a webhook was replaced"},
    {action::webhook_tested, "webhook.tested", "webhooks", change, "A test event was sent to a webhook"},
    {action::webhook_replayed, "webhook.replayed", "webhook_deliveries", change,
     "A delivery was tried again from the start"},
    {action::notification_rules_changed, "notification_rules.changed", "", change,
     "Other rules for messages were chosen"},
    {action::suppression_removed, "suppressed_address.removed", "suppressed_addresses", change,
     "Messages may go to an address again"},
    {action::roster_read, "roster.read", "sessions", read, "Somebody saw who takes part in a session"},
    {action::audit_read, "audit.read", "", read, "Somebody read the audit log"},
    {action::audit_exported, "audit.exported", "", read, "The audit log was exported"},
    {action::request_denied, "request.denied", "", denied, "A request was refused with 403"},
    {action::attempts_left_out, "attempts.left_out", "", denied,
     "So many refusals of one minute were counted and not kept"},
    {action::login_created, "login.created", "accounts", change, "Somebody signed in"},
    {action::login_failed, "login.failed", "accounts", denied,
     "Somebody failed to sign in; without a subject when nobody has the address"},
    {action::login_ended, "login.ended", "accounts", change, "A login was ended"},
    {action::account_created, "account.created", "accounts", change, "An account was created"},
    {action::account_email_verified, "account.email_verified", "accounts", change,
     "An e-mail address was confirmed"},
    {action::account_email_changed, "account.email_changed", "accounts", change,
     "An account has another e-mail address"},
    {action::account_password_changed, "account.password_changed", "accounts", change,
     "A password was changed"},
    {action::account_password_reset_asked, "account.password_reset_asked", "accounts", change,
     "A link for a new password was asked for"},
    {action::account_password_reset, "account.password_reset", "accounts", change,
     "A password was set through such a link"},
    {action::account_invited, "account.invited", "accounts", change, "Somebody was invited"},
    {action::account_invitation_revoked, "account.invitation_revoked", "accounts", change,
     "An invitation was taken back"},
    {action::account_role_changed, "account.role_changed", "accounts", change, "An account has another role"},
    {action::account_limits_changed, "account.limits_changed", "accounts", change,
     "Staff was limited to events, or to others, or to none"},
    {action::account_disabled, "account.disabled", "accounts", change, "An account was disabled"},
    {action::account_enabled, "account.enabled", "accounts", change, "An account was enabled again"},
    {action::account_locked, "account.locked", "accounts", change,
     "Sign-ins to an account have to wait after too many failures"},
    {action::account_updated, "account.updated", "accounts", change,
     "Somebody changed their own name or language"},
    {action::account_email_change_asked, "account.email_change_asked", "accounts", change,
     "Somebody asked for another e-mail address; it has to be confirmed"},
    {action::account_household_joined, "account.household_joined", "accounts", change,
     "An account joined the household of another guardian"},
    {action::identity_provider_created, "identity_provider.created", "identity_providers", change,
     "A provider that people sign in with was connected"},
    {action::identity_provider_updated, "identity_provider.updated", "identity_providers", change,
     "Such a provider was changed"},
    {action::identity_provider_deleted, "identity_provider.deleted", "identity_providers", change,
     "Such a provider was removed"},
    {action::identity_linked, "identity.linked", "accounts", change,
     "An account was connected with an identity at a provider"},
    {action::identity_unlinked, "identity.unlinked", "accounts", change, "Such a connection was removed"},
    {action::second_factor_enrolled, "second_factor.enrolled", "accounts", change,
     "A second factor was set up"},
    {action::second_factor_removed, "second_factor.removed", "accounts", change,
     "A second factor was removed"},
    {action::second_factor_failed, "second_factor.failed", "accounts", denied, "A wrong code was given"},
    {action::second_factor_rule_changed, "second_factor.rule_changed", "", change,
     "Whether staff needs a second factor was changed"},
    {action::recovery_codes_made, "recovery_codes.made", "accounts", change, "New recovery codes were made"},
    {action::recovery_code_used, "recovery_code.used", "accounts", change,
     "Somebody signed in with a recovery code"},
    {action::api_key_created, "api_key.created", "api_keys", change, "An API key was created"},
    {action::api_key_updated, "api_key.updated", "api_keys", change, "An API key was changed"},
    {action::api_key_rotated, "api_key.rotated", "api_keys", change, "The secret of an API key was replaced"},
    {action::api_key_revoked, "api_key.revoked", "api_keys", change, "An API key was revoked"},
    {action::support_session_opened, "support_session.opened", "support_sessions", change,
     "A platform admin began to look into the organisation"},
    {action::support_session_ended, "support_session.ended", "support_sessions", change,
     "A platform admin stopped, or was stopped"},
    {action::support_session_entered, "support_session.entered", "support_sessions", change,
     "A platform admin came in with the code of the session"},
    {action::support_request_made, "support_request.made", "support_sessions", read,
     "A request under a support session, before it was answered"},
    {action::cors_origins_changed, "cors_origins.changed", "", change,
     "The origins of other sites that may use the API were changed"},
    {action::tenant_created, "tenant.created", "tenants", change, "The organisation was provisioned"},
    {action::tenant_updated, "tenant.updated", "tenants", change, "The organisation was changed"},
    {action::tenant_suspended, "tenant.suspended", "tenants", change, "The organisation was suspended"},
    {action::tenant_resumed, "tenant.resumed", "tenants", change, "The organisation goes on"},
    {action::plan_changed, "plan.changed", "", change, "A plan was created or changed"},
    {action::admin_created, "admin.created", "admins", change, "A platform admin was added"},
    {action::admin_disabled, "admin.disabled", "admins", change, "A platform admin was disabled"},
    {action::admin_enabled, "admin.enabled", "admins", change, "A platform admin was enabled again"},
    {action::admin_second_factor_enrolled, "admin.second_factor_enrolled", "admins", change,
     "A platform admin set up a second factor"},
    {action::admin_second_factor_reset, "admin.second_factor_reset", "admins", change,
     "The second factor of a platform admin was taken away, to be set up anew"},
};

consteval bool is_in_order() {
    for (std::size_t i = 0; i < std::size(table); ++i)
        if (static_cast<std::size_t>(table[i].what) != i) return false;
    return static_cast<std::size_t>(action::last) + 1 == std::size(table);
}
static_assert(is_in_order(), "the table stands in the order of the enumeration, and is complete");

} // namespace

std::span<const action_row> all_actions() noexcept { return table; }

const action_row& row_of(action what) noexcept { return table[static_cast<std::size_t>(what)]; }

const action_row* find_action(std::string_view name) noexcept {
    const auto found = std::find_if(std::begin(table), std::end(table),
                                    [&](const action_row& each) { return each.name == name; });
    return found == std::end(table) ? nullptr : found;
}

std::string_view to_text(entry_class of) noexcept {
    switch (of) {
    case change: return "change";
    case read: return "read";
    case denied: return "denied";
    }
    return "";
}

std::string actions_reference() {
    std::string text = "| Action | Subject | Class | Meaning |\n|---|---|---|---|\n";
    for (const action_row& each : table) {
        text += "| `" + std::string{each.name} + "` | ";
        if (!each.subject.empty()) text += "`" + std::string{each.subject} + "`";
        text += " | " + std::string{to_text(each.is)} + " | " + std::string{each.meaning} + " |\n";
    }
    return text;
}

} // namespace kidevent::audit
