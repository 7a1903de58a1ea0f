#include "routes.hpp"

#include "audit/audit_endpoints.hpp"
#include "events/event_endpoints.hpp"
#include "families/child_endpoints.hpp"
#include "identity/cors_endpoints.hpp"
#include "identity_routes.hpp"
#include "notifications/notification_endpoints.hpp"
#include "notifications/preferences_endpoints.hpp"
#include "realtime/stream_endpoints.hpp"
#include "registrations/registration_endpoints.hpp"
#include "tenancy/plan_endpoints.hpp"
#include "tenancy/platform_endpoints.hpp"
#include "webhooks/webhook_endpoints.hpp"

#include <array>
#include <utility>

namespace kidevent {

namespace {

using enum service;
constexpr auto at_tenant = host_kind::tenant;
constexpr auto at_platform = host_kind::platform;

// clang-format off
constexpr route other_rows[] = {
    {"GET", "/api/v1/organisation", platform, at_tenant, access::everyone, 200, "", "Organisation",
     tenancy::handle_get_organisation, "getOrganisation", "The organisation's public profile", "", false,
         false},

    {"GET", "/api/v1/children", families, at_tenant, permission::children_read, 200, "", "ChildList",
     families::handle_list_children, "listChildren", "The household's children", "limit cursor", false, false},
    {"POST", "/api/v1/children", families, at_tenant, permission::children_write, 201, "NewChild", "Child",
     families::handle_create_child, "createChild", "Add a child to the household", "", false, false},
    {"GET", "/api/v1/children/{child_id}", families, at_tenant, permission::children_read, 200, "", "Child",
     families::handle_get_child, "getChild", "One child of the household", "", false, false},
    {"PATCH", "/api/v1/children/{child_id}", families, at_tenant, permission::children_write, 200, "ChildChange",
        "Child",
     families::handle_update_child, "updateChild", "Change a child", "", true, false},
    {"DELETE", "/api/v1/children/{child_id}", families, at_tenant, permission::children_write, 204, "", "",
     families::handle_delete_child, "deleteChild", "Remove a child without coming registrations", "", true,
         false},

    {"GET", "/api/v1/events", events, at_tenant, access::everyone, 200, "", "EventList",
     events::handle_list_events, "listEvents", "Published events that are not over, by start",
     "limit cursor from to age category q", false, false},
    {"GET", "/api/v1/events/{event_id}", events, at_tenant, access::everyone, 200, "", "Event",
     events::handle_get_event, "getEvent", "A published event with its sessions", "", false, false},
    {"GET", "/api/v1/managed-events", events, at_tenant, permission::events_read, 200, "", "ManagedEventList",
     events::handle_list_managed_events, "listManagedEvents", "All events, newest first",
         "limit cursor state", false, false},
    {"GET", "/api/v1/managed-events/{event_id}", events, at_tenant, permission::events_read, 200, "", "Event",
     events::handle_get_managed_event, "getManagedEvent", "An event, also a draft", "", false, false},
    {"POST", "/api/v1/events", events, at_tenant, permission::events_create, 201, "NewEvent", "Event",
     events::handle_create_event, "createEvent", "Create a draft, with sessions", "", false, false},
    {"PATCH", "/api/v1/events/{event_id}", events, at_tenant, permission::events_write, 200, "EventChange", "Event",
     events::handle_update_event, "updateEvent", "Change an event", "", true, false},
    {"PUT", "/api/v1/events/{event_id}/publication", events, at_tenant, permission::events_write, 200, "", "Event",
     events::handle_put_publication, "publishEvent", "Publish an event", "", false, false},
    {"PUT", "/api/v1/events/{event_id}/cancellation", events, at_tenant, permission::events_write, 200, "", "Event",
     events::handle_put_cancellation, "cancelEvent", "Cancel an event", "", false, false},
    {"POST", "/api/v1/events/{event_id}/sessions", events, at_tenant, permission::sessions_write, 201, "NewSession",
        "Session",
     events::handle_create_session, "createSession", "Add a session to an event", "", false, false},
    {"PATCH", "/api/v1/sessions/{session_id}", events, at_tenant, permission::sessions_write, 200, "SessionChange",
        "Session",
     events::handle_update_session, "updateSession", "Change a session", "", true, false},

    {"POST", "/api/v1/registrations", registrations, at_tenant, permission::registrations_create, 201, "NewRegistrations",
        "RegistrationsMade",
     registrations::handle_create_registrations, "createRegistrations",
     "Register children for sessions, all or nothing", "", false, true},
    {"GET", "/api/v1/registrations", registrations, at_tenant, permission::own_registrations_read, 200, "", "RegistrationList",
     registrations::handle_list_registrations, "listRegistrations",
     "The household's registrations, newest first",
     "limit cursor", false, false},
    {"GET", "/api/v1/registrations/{registration_id}", registrations, at_tenant, permission::registrations_read, 200, "",
        "Registration",
     registrations::handle_get_registration, "getRegistration", "One registration", "", false, false},
    {"PUT", "/api/v1/registrations/{registration_id}/cancellation", registrations, at_tenant,
        permission::registrations_cancel, 200, "",
     "Registration", registrations::handle_put_cancellation, "cancelRegistration",
     "Cancel, and free the place", "",
     false, false},
    {"GET", "/api/v1/sessions/{session_id}/roster", registrations, at_tenant, permission::roster_read, 200, "",
        "Roster",
     registrations::handle_get_roster, "getRoster", "Who takes part in a session", "limit cursor", false,
         false},

    {"GET", "/api/v1/stream", events, at_tenant, access::everyone, 200, "", "",
     realtime::handle_open_stream, "openStream",
     "Changes as they happen, as server-sent events; what is not public needs a login", "topics", false,
         false, "text/event-stream"},

    {"GET", "/api/v1/notifications", notifications, at_tenant, permission::notifications_read, 200, "", "NotificationList",
     notifications::handle_list_notifications, "listNotifications",
     "What was sent to whom, newest first", "limit cursor state account_id", false, false},
    {"GET", "/api/v1/notifications/{notification_id}", notifications, at_tenant, permission::notifications_read, 200, "",
        "Notification",
     notifications::handle_get_notification, "getNotification", "One message", "", false, false},
    {"POST", "/api/v1/notification-previews", notifications, at_tenant, permission::notifications_preview, 200,
        "NewNotificationPreview", "NotificationPreview",
     notifications::handle_preview, "previewNotification", "What a message would say; nothing is sent", "",
     false, false},
    {"GET", "/api/v1/notification-rules", notifications, at_tenant, permission::notification_rules_read, 200, "", "NotificationRules",
     notifications::handle_get_rules, "getNotificationRules",
     "When reminders and digests are sent, and when it is quiet", "", false, false},
    {"PUT", "/api/v1/notification-rules", notifications, at_tenant, permission::notification_rules_write, 200, "NotificationRules",
        "NotificationRules",
     notifications::handle_put_rules, "putNotificationRules", "Choose other rules", "", false, false},
    {"GET", "/api/v1/suppressed-addresses", notifications, at_tenant, permission::suppressed_addresses_read, 200, "",
        "SuppressedAddressList",
     notifications::handle_list_suppressed, "listSuppressedAddresses",
     "Addresses that messages came back from, newest first", "limit cursor", false, false},
    {"DELETE", "/api/v1/suppressed-addresses/{address_id}", notifications, at_tenant, permission::suppressed_addresses_write, 204, "",
        "",
     notifications::handle_delete_suppressed, "deleteSuppressedAddress", "Send to the address again", "",
     false, false},
    {"GET", "/api/v1/accounts/me/notification-preferences", notifications, at_tenant, access::account, 200, "",
        "NotificationPreferences",
     notifications::handle_get_preferences, "getNotificationPreferences",
     "What the account that is signed in wants to hear of", "", false, false},
    {"PATCH", "/api/v1/accounts/me/notification-preferences", notifications, at_tenant, access::account, 200,
        "NotificationPreferencesChange", "NotificationPreferences",
     notifications::handle_update_preferences, "updateNotificationPreferences",
     "Change what it wants to hear of, and where it can be reached", "", false, false},
    {"GET", "/api/v1/unsubscribe", notifications, at_tenant, access::everyone, 200, "", "",
     notifications::handle_get_unsubscribe, "getUnsubscribe",
     "The page behind a link in a message; looking at it changes nothing", "token", false, false,
     "text/html; charset=utf-8"},
    {"POST", "/api/v1/unsubscribe", notifications, at_tenant, access::everyone, 200, "UnsubscribeForm", "",
     notifications::handle_unsubscribe, "unsubscribe",
     "No more e-mails of the kind, as the token in the link says (RFC 8058)", "token", false, false,
     "text/html; charset=utf-8", "application/x-www-form-urlencoded", true},

    {"GET", "/api/v1/cors-origins", platform, at_tenant, permission::cors_origins_read, 200, "", "CorsOrigins",
     identity::handle_get_cors_origins, "getCorsOrigins", "Other sites whose pages may use the API", "", false,
         false},
    {"PUT", "/api/v1/cors-origins", platform, at_tenant, permission::cors_origins_write, 200, "CorsOrigins", "CorsOrigins",
     identity::handle_put_cors_origins, "putCorsOrigins", "Choose these other sites", "", false, false},

    {"GET", "/api/v1/audit", platform, at_tenant, permission::audit_read, 200, "", "AuditEntryList",
     audit::handle_list_entries, "listAuditEntries", "Who did what, newest first; each reading is an entry",
     "limit cursor actor action subject from to", false, false},

    {"GET", "/api/v1/webhooks", platform, at_tenant, permission::webhooks_read, 200, "", "WebhookList",
     webhooks::handle_list_webhooks, "listWebhooks", "The organisation's webhooks, newest first",
     "limit cursor", false, false},
    {"POST", "/api/v1/webhooks", platform, at_tenant, permission::webhooks_write, 201, "NewWebhook", "WebhookWithSecret",
     webhooks::handle_create_webhook, "createWebhook", "Have events posted to an address", "", false, false},
    {"GET", "/api/v1/webhooks/{webhook_id}", platform, at_tenant, permission::webhooks_read, 200, "", "Webhook",
     webhooks::handle_get_webhook, "getWebhook", "One webhook", "", false, false},
    {"PATCH", "/api/v1/webhooks/{webhook_id}", platform, at_tenant, permission::webhooks_write, 200, "WebhookChange",
        "Webhook",
     webhooks::handle_update_webhook, "updateWebhook", "Change, disable or enable a webhook", "", true,
         false},
    {"DELETE", "/api/v1/webhooks/{webhook_id}", platform, at_tenant, permission::webhooks_write, 204, "", "",
     webhooks::handle_delete_webhook, "deleteWebhook", "Delete a webhook and its deliveries", "", true,
         false},
    {"POST", "/api/v1/webhooks/{webhook_id}/secrets", platform, at_tenant, permission::webhooks_write, 201, "",
        "WebhookWithSecret",
     webhooks::handle_rotate_secret, "createWebhookSecret",
     "Replace the secret; the one so far signs for a while, too", "", false, false},
    {"GET", "/api/v1/webhooks/{webhook_id}/deliveries", platform, at_tenant, permission::webhooks_read, 200, "",
        "WebhookDeliveryList",
     webhooks::handle_list_deliveries, "listWebhookDeliveries", "What was and will be posted, newest first",
     "limit cursor", false, false},
    {"POST", "/api/v1/webhooks/{webhook_id}/deliveries", platform, at_tenant, permission::webhooks_write, 202, "",
        "WebhookDelivery",
     webhooks::handle_send_test, "createWebhookTest", "Send a test event", "", false, false},
    {"POST", "/api/v1/webhook-deliveries/{delivery_id}/attempts", platform, at_tenant, permission::webhooks_write, 202, "",
        "WebhookDelivery",
     webhooks::handle_replay_delivery, "replayWebhookDelivery", "Try a delivery again from the start", "",
     false, false},

    {"GET", "/api/v1/tenants", platform, at_platform, permission::tenants_read, 200, "", "TenantList",
     tenancy::handle_list_tenants, "listTenants", "All organisations, by slug", "limit cursor", false, false},
    {"POST", "/api/v1/tenants", platform, at_platform, permission::tenants_write, 201, "NewTenant", "Tenant",
     tenancy::handle_create_tenant, "createTenant", "Provision an organisation", "", false, false},
    {"GET", "/api/v1/tenants/{slug}", platform, at_platform, permission::tenants_read, 200, "", "Tenant",
     tenancy::handle_get_tenant, "getTenant", "One organisation", "", false, false},
    {"PUT", "/api/v1/tenants/{slug}", platform, at_platform, permission::tenants_write, 200,
        "TenantDescriptor", "Tenant",
     tenancy::handle_put_tenant, "putTenant", "Create an organisation or give it these values", "", false,
         false},
    {"PUT", "/api/v1/tenants/{slug}/suspension", platform, at_platform, permission::tenants_write, 200,
        "NewSuspension",
     "Tenant", tenancy::handle_put_suspension, "suspendTenant", "Suspend an organisation", "", false, false},
    {"DELETE", "/api/v1/tenants/{slug}/suspension", platform, at_platform, permission::tenants_write, 200, "",
        "Tenant",
     tenancy::handle_delete_suspension, "resumeTenant", "Let a suspended organisation go on", "", false,
         false},
    {"GET", "/api/v1/plans", platform, at_platform, permission::plans_read, 200, "", "PlanList",
     tenancy::handle_list_plans, "listPlans", "All plans, by name", "", false, false},
    {"GET", "/api/v1/plans/{plan}", platform, at_platform, permission::plans_read, 200, "", "Plan",
     tenancy::handle_get_plan, "getPlan", "One plan", "", false, false},
    {"PUT", "/api/v1/plans/{plan}", platform, at_platform, permission::plans_write, 200, "PlanDescriptor",
        "Plan",
     tenancy::handle_put_plan, "putPlan", "Create a plan or give it these values", "", false, false},
    {"GET", "/api/v1/plans/{plan}/changes", platform, at_platform, permission::plans_read, 200, "",
        "PlanChangeList",
     tenancy::handle_list_plan_changes, "listPlanChanges", "Who changed the plan, newest first", "limit",
         false, false},
};
// clang-format on

template<std::size_t... First, std::size_t... Second>
constexpr auto joined(std::index_sequence<First...>, std::index_sequence<Second...>) {
    return std::array{identity_routes::rows[First]..., other_rows[Second]...};
}
constexpr auto table = joined(std::make_index_sequence<std::size(identity_routes::rows)>{},
                              std::make_index_sequence<std::size(other_rows)>{});

} // namespace

std::span<const route> all_routes() { return table; }

http::urgency urgency_of(const route& of) noexcept {
    const bool changes = of.method != "GET";
    const bool completes = of.group == service::registrations || of.method == "DELETE";
    const bool urgent = of.host == host_kind::platform || (changes && completes);
    return urgent ? http::urgency::urgent : http::urgency::usual;
}

bool is_for_enrolment(const route& of) noexcept {
    return of.path.starts_with("/api/v1/accounts/me/second-factor")
           || of.path.starts_with("/api/v1/admins/me/second-factor") || of.operation == "getAccount"
           || of.operation == "getAdmin" || of.operation == "deleteLogin"
           || of.operation == "deleteAdminLogin";
}

std::optional<tenancy::feature> required_feature(const route& of) noexcept {
    if (of.path == "/api/v1/stream") return tenancy::feature::realtime;
    if (of.path.starts_with("/api/v1/webhook")) return tenancy::feature::webhooks;
    return std::nullopt;
}

std::string_view to_text(service of) noexcept {
    switch (of) {
    case service::identity: return "identity";
    case service::families: return "families";
    case service::events: return "events";
    case service::registrations: return "registrations";
    case service::notifications: return "notifications";
    case service::platform: return "platform";
    }
    return "";
}

std::string_view to_text(access of) noexcept {
    if (const auto needed = of.needed()) return to_text(*needed);
    if (of == access::login) return "login";
    return of == access::everyone ? "everyone" : "account";
}

} // namespace kidevent
