#pragma once
// What routes of messages and preferences need to be answered with success. Part of route_suppliers.hpp.

#include "http/route_suppliers.hpp"
#include "notifications/unsubscribe.hpp"

namespace kidevent::tests {

inline void route_suppliers::add_suppliers_of_notifications() {
    for (const char* each : {"listNotifications", "getNotificationRules", "listSuppressedAddresses",
                             "getNotificationPreferences"})
        suppliers[each] = {belongs::nobody, nothing};
    const auto with_body = [this](std::string_view operation, const json::value& body) {
        suppliers[operation] = {belongs::nobody, [body](route_suppliers&, caller) {
                                    return prepared{"", body, 0, {}};
                                }};
    };
    with_body("putNotificationRules",
              {{"reminders", json::array{json::object{{"minutes_before", 60}, {"channel", "email"}}}},
               {"quiet_from", "22:00"},
               {"quiet_until", "06:30"},
               {"digest_at", "17:00"},
               {"reply_to", nullptr}});
    with_body("updateNotificationPreferences", {{"locale", "fr"}});
    with_body("previewNotification", {{"kind", "session_reminder"}, {"subject_id", alpha.session}});

    // As the background writes them.
    const auto make_row = [this](const organisation& at, bool suppressed) {
        const std::string id = to_string(make_uuid());
        if (suppressed)
            superuser.rows("insert into suppressed_addresses (tenant_id, id, channel, address, reason, "
                           "suppressed_at) values ($1, $2, 'email', $3, 'bounce', now())",
                           {at.id, id, id + "@" + at.slug + ".example"});
        else
            superuser.rows(
                "insert into notifications (tenant_id, id, account_id, kind, channel, subject_id, about, "
                "dedupe_key, scheduled_for, first_due_at) values ($1, $2, $3, 'account_created', 'email', "
                "$3, "
                "now(), $2::uuid::text, now(), now())",
                {at.id, id, at.first.guardian.id});
        return id;
    };
    const auto of_row = [=, this](std::string_view operation, bool suppressed) {
        const auto prepare = [=](route_suppliers& in, caller) {
            return prepared{make_row(in.alpha, suppressed), nullptr, 0, {}};
        };
        suppliers[operation] = {belongs::to_tenant, prepare, "", make_row(beta, suppressed)};
    };
    of_row("getNotification", false);
    of_row("deleteSuppressedAddress", true);

    const auto unsubscribe = [this](std::string_view operation, const std::string& form) {
        suppliers[operation] = {belongs::nobody, [form](route_suppliers& in, caller) {
                                    prepared made;
                                    made.form = form;
                                    made.query = "?token="
                                                 + notifications::make_unsubscribe_token(
                                                     in.with.http.signing_key, "https://alpha." + base_domain,
                                                     {account_id{*parse_uuid(in.alpha.first.guardian.id)},
                                                      notifications::notification_kind::session_reminder});
                                    return made;
                                }};
    };
    unsubscribe("getUnsubscribe", "");
    unsubscribe("unsubscribe", "List-Unsubscribe=One-Click");
}

} // namespace kidevent::tests
