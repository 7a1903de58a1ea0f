#pragma once
// Who asks the API in the matrix of everybody and everything, and for each route what a request needs to be
// answered with success: objects of its own, a body, a version. For tests only.

#include "notifications/unsubscribe.hpp"
#include "routes.hpp"
#include "support/api_client.hpp"
#include "support/tenant_catalog.hpp"

#include <array>
#include <functional>
#include <map>

namespace kidevent::tests {

namespace json = boost::json;

enum class caller { anonymous, guardian, staff, owner, admin, foreign_guardian, foreign_staff, suspended };
constexpr std::array callers{caller::anonymous,     caller::guardian, caller::staff,
                             caller::owner,         caller::admin,    caller::foreign_guardian,
                             caller::foreign_staff, caller::suspended};
constexpr std::array caller_names{"anonymous", "guardian",         "staff",         "owner",
                                  "admin",     "foreign guardian", "foreign staff", "suspended"};

enum class object { own, of_household, of_tenant, missing, malformed };
constexpr std::array object_names{"own", "of another household", "of another tenant", "missing", "malformed"};

// Whose the object in a route's path is.
enum class belongs { nobody, to_household, to_tenant, to_platform };

// What a route needs to be called with success.
struct prepared {
    std::string id{}; // of an own object
    json::value body = nullptr;
    int version = 0;     // for If-Match
    std::string token{}; // "": the caller's
    std::string query{}; // from its question mark on
    std::string form{};  // instead of a body of JSON
};

struct route_suppliers;
struct supplier {
    belongs object_is;
    std::function<prepared(route_suppliers&, caller)> prepare;
    // The ids of the same kind of object elsewhere.
    std::string of_household{};
    std::string of_tenant{};
};

inline const std::string missing_id = "019a0000-0000-7000-8000-000000000000";

struct route_suppliers : two_organisations {
    route_suppliers();

    person who(caller as, host_kind at) {
        const std::string host = at == host_kind::platform ? "admin" : "alpha";
        switch (as) {
        case caller::anonymous: return anonymous_at(host);
        case caller::guardian: return sent_to(alpha.first.guardian, host);
        case caller::staff: return sent_to(alpha.staff, host);
        case caller::owner: return sent_to(alpha.owner, host);
        case caller::admin: return sent_to(admin, host);
        case caller::foreign_guardian: return sent_to(beta.first.guardian, host);
        case caller::foreign_staff: return sent_to(beta.staff, host);
        case caller::suspended: return at == host_kind::platform ? sent_to(gamma.owner, host) : gamma.owner;
        }
        throw std::logic_error("an unknown caller");
    }

    // Fingerprints of all rows of a tenant.
    std::string rows_of(const std::string& tenant) {
        std::string all;
        for (const auto& table : list_tenant_tables(superuser))
            all += table.name + "="
                   + superuser.value("select md5(string_agg(t::text, '|' order by t::text)) from "
                                         + table.name + " t where tenant_id = $1",
                                     {tenant})
                   + "\n";
        return all;
    }

    std::string fresh(const std::string& prefix) { return prefix + std::to_string(++count_); }
    std::string fresh_child() { return add_child(alpha.first.guardian, born_years_ago(8)); }
    std::string fresh_tenant() {
        const std::string slug = fresh("omega");
        api.post(admin, "/api/v1/tenants",
                 {{"slug", slug}, {"name", "Omega"}, {"owner_email", "o@omega.example"}});
        return slug;
    }
    std::string fresh_login(caller as) {
        const std::map<caller, std::string> names{
            {caller::guardian, "first"}, {caller::staff, "staff"}, {caller::owner, "owner"}};
        if (as == caller::admin) return api.sign_in("admin", "operator@platform.example").token;
        return api.sign_in("alpha", names.at(as) + "@alpha.example").token;
    }

    std::map<std::string_view, supplier> suppliers;

private:
    void add_suppliers_without_object();
    void add_suppliers_of_households();
    void add_suppliers_of_the_calendar();
    void add_suppliers_of_the_installation();
    void add_suppliers_of_webhooks();
    void add_suppliers_of_notifications();

    int count_ = 0;
};

inline prepared nothing(route_suppliers&, caller) { return {}; }

inline route_suppliers::route_suppliers() {
    add_suppliers_without_object();
    add_suppliers_of_households();
    add_suppliers_of_the_calendar();
    add_suppliers_of_the_installation();
    add_suppliers_of_webhooks();
    add_suppliers_of_notifications();
}

inline void route_suppliers::add_suppliers_without_object() {
    const json::value guardian_login{{"email", "first@alpha.example"}, {"password", password_of_all}};
    const json::value admin_login{{"email", "operator@platform.example"}, {"password", password_of_all}};
    const auto plain = [this](std::string_view operation) {
        suppliers[operation] = {belongs::nobody, nothing};
    };
    const auto with_body = [this](std::string_view operation,
                                  std::function<json::value(route_suppliers&)> body) {
        suppliers[operation] = {belongs::nobody, [body](route_suppliers& in, caller) {
                                    prepared made;
                                    made.body = body(in);
                                    return made;
                                }};
    };
    for (const char* each :
         {"getOrganisation", "getAccount", "listChildren", "listEvents", "listManagedEvents",
          "listRegistrations", "openStream", "getAdmin", "listTenants", "listPlans"})
        plain(each);
    for (const char* each : {"deleteLogin", "deleteAdminLogin"})
        suppliers[each] = {belongs::nobody, [](route_suppliers& in, caller as) {
                               prepared made;
                               made.token = in.fresh_login(as);
                               return made;
                           }};
    with_body("createAccount", [](route_suppliers& in) {
        return json::value{{"email", in.fresh("n") + "@new.example"},
                           {"password", password_of_all},
                           {"given_name", "N"},
                           {"family_name", "N"}};
    });
    with_body("createLogin", [=](route_suppliers&) { return guardian_login; });
    with_body("createAdminLogin", [=](route_suppliers&) { return admin_login; });
    with_body("createChild", [](route_suppliers&) {
        return json::value{{"given_name", "C"}, {"family_name", "C"}, {"birth_date", born_years_ago(8)}};
    });
    with_body("createEvent", [](route_suppliers&) { return json::value{{"title", "New"}}; });
    with_body("createRegistrations", [](route_suppliers& in) {
        return places({{in.fresh_child(), in.alpha.later_session}});
    });
    with_body("createTenant", [](route_suppliers& in) {
        return json::value{
            {"slug", in.fresh("sigma")}, {"name", "Sigma"}, {"owner_email", "s@sigma.example"}};
    });
}

inline void route_suppliers::add_suppliers_of_households() {
    const auto of_child = [this](std::string_view operation, json::value body, int version) {
        suppliers[operation] = {belongs::to_household,
                                [=](route_suppliers& in, caller) {
                                    return prepared{in.fresh_child(), body, version, {}};
                                },
                                alpha.second.child, beta.first.child};
    };
    of_child("getChild", nullptr, 0);
    of_child("updateChild", {{"given_name", "Changed"}}, 1);
    of_child("deleteChild", nullptr, 1);
    for (const char* each : {"getRegistration", "cancelRegistration"})
        suppliers[each] = {belongs::to_household,
                           [](route_suppliers& in, caller) {
                               return prepared{in.alpha.first.registration, nullptr, 0, {}};
                           },
                           alpha.second.registration, beta.first.registration};
}

inline void route_suppliers::add_suppliers_of_the_calendar() {
    const json::value session{
        {"starts_at", instant_in_days(100)}, {"ends_at", instant_in_days(101)}, {"capacity", 5}};
    const auto of_event = [this](std::string_view operation, const std::string& foreign, json::value body,
                                 int version) {
        suppliers[operation] = {belongs::to_tenant,
                                [=](route_suppliers& in, caller) {
                                    const auto made = in.add_event(in.alpha.staff, in.fresh("Event "));
                                    return prepared{made.event, body, version, {}};
                                },
                                "", foreign};
    };
    of_event("getEvent", beta.event, nullptr, 0);
    of_event("getManagedEvent", beta.draft, nullptr, 0);
    of_event("updateEvent", beta.event, {{"title", "Changed"}}, 2);
    of_event("publishEvent", beta.draft, nullptr, 0);
    of_event("cancelEvent", beta.event, nullptr, 0);
    of_event("createSession", beta.event, session, 0);
    const auto of_session = [this](std::string_view operation, json::value body, int version) {
        suppliers[operation] = {belongs::to_tenant,
                                [=](route_suppliers& in, caller) {
                                    const auto made = in.add_event(in.alpha.staff, in.fresh("Event "));
                                    return prepared{made.session, body, version, {}};
                                },
                                "", beta.session};
    };
    of_session("updateSession", {{"capacity", 9}}, 1);
    of_session("getRoster", nullptr, 0);
}

inline void route_suppliers::add_suppliers_of_the_installation() {
    const auto of_installation = [this](std::string_view operation, json::value body) {
        suppliers[operation] = {belongs::to_platform, [=](route_suppliers& in, caller) {
                                    return prepared{in.fresh_tenant(), body, 0, {}};
                                }};
    };
    of_installation("getTenant", nullptr);
    of_installation("suspendTenant", {{"reason", "unpaid"}});
    of_installation("resumeTenant", nullptr);
    for (const char* each : {"getPlan", "listPlanChanges"})
        suppliers[each] = {belongs::to_platform, [](route_suppliers&, caller) {
                               return prepared{"standard", nullptr, 0, {}};
                           }};
    suppliers["putPlan"] = {belongs::nobody, [](route_suppliers& in, caller) {
                                const std::string name = in.fresh("plan");
                                in.api.put(in.admin, "/api/v1/plans/" + name, {{"weight", 10}});
                                return prepared{name, json::value{{"weight", 20}}, 0, {}};
                            }};
    suppliers["putTenant"] = {belongs::nobody, [](route_suppliers& in, caller) {
                                  const json::value body{{"name", "T"}, {"owner_email", "t@tau.example"}};
                                  return prepared{in.fresh_tenant(), body, 0, {}};
                              }};
}

inline void route_suppliers::add_suppliers_of_webhooks() {
    const json::value webhook{{"url", "https://receiver.example/hook"}};
    const auto make = [webhook](api_client& through, const person& owner, bool delivery) {
        const std::string id = through.post(owner, "/api/v1/webhooks", webhook).member("id");
        const auto sent = make_request("POST", owner, "/api/v1/webhooks/" + id + "/deliveries");
        return delivery ? through.send(sent).member("id") : id;
    };
    const auto of_webhook = [=, this](std::string_view operation, json::value body, int version,
                                      bool delivery) {
        const auto prepare = [=](route_suppliers& in, caller) {
            return prepared{make(in.api, in.alpha.owner, delivery), body, version, {}};
        };
        suppliers[operation] = {belongs::to_tenant, prepare, "", make(api, beta.owner, delivery)};
    };
    suppliers["listWebhooks"] = {belongs::nobody, nothing};
    suppliers["createWebhook"] = {belongs::nobody, [webhook](route_suppliers&, caller) {
                                      return prepared{"", webhook, 0, {}};
                                  }};
    of_webhook("getWebhook", nullptr, 0, false);
    of_webhook("updateWebhook", {{"description", "Changed"}}, 1, false);
    of_webhook("deleteWebhook", nullptr, 1, false);
    of_webhook("createWebhookSecret", nullptr, 0, false);
    of_webhook("listWebhookDeliveries", nullptr, 0, false);
    of_webhook("createWebhookTest", nullptr, 0, false);
    of_webhook("replayWebhookDelivery", nullptr, 0, true);
}

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
