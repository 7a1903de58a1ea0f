#pragma once
// Who asks the API in the matrix of everybody and everything, and for each route what a request needs to be
// answered with success: objects of its own, a body, a version. For tests only.

#include "routes.hpp"
#include "services.hpp"
#include "support/api_client.hpp"
#include "support/tenant_catalog.hpp"

#include <array>
#include <functional>
#include <map>

namespace kidevent::tests {

namespace json = boost::json;

// Limited staff: to given events. The key: an owner's, with all scopes there are.
enum class caller {
    anonymous,
    guardian,
    staff,
    limited_staff,
    manager,
    owner,
    api_key,
    admin,
    foreign_guardian,
    foreign_staff,
    foreign_key,
    suspended,
};
inline constexpr std::array callers{caller::anonymous,     caller::guardian,    caller::staff,
                                    caller::limited_staff, caller::manager,     caller::owner,
                                    caller::api_key,       caller::admin,       caller::foreign_guardian,
                                    caller::foreign_staff, caller::foreign_key, caller::suspended};
inline constexpr std::array caller_names{
    "anonymous", "guardian",         "staff",         "limited staff",   "manager",  "owner", "API key",
    "admin",     "foreign guardian", "foreign staff", "foreign API key", "suspended"};

enum class object { own, of_household, of_tenant, missing, malformed };
inline constexpr std::array object_names{"own", "of another household", "of another tenant", "missing",
                                         "malformed"};

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
    std::vector<header> headers{};
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
        case caller::limited_staff: return sent_to(limited, host);
        case caller::manager: return sent_to(manager, host);
        case caller::owner: return sent_to(alpha.owner, host);
        case caller::api_key: return sent_to(key, host);
        case caller::admin: return sent_to(admin, host);
        case caller::foreign_guardian: return sent_to(beta.first.guardian, host);
        case caller::foreign_staff: return sent_to(beta.staff, host);
        case caller::foreign_key: return sent_to(foreign_key, host);
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
        const std::map<caller, std::string> names{{caller::guardian, "first"},
                                                  {caller::staff, "staff"},
                                                  {caller::limited_staff, "limited"},
                                                  {caller::manager, "manager"},
                                                  {caller::owner, "owner"}};
        if (as == caller::admin) return sign_in_admin().token;
        return api.sign_in("alpha", names.at(as) + "@alpha.example").token;
    }

    person add_account(const std::string& name, role acts_as);
    // A key of the organisation's owner with all scopes.
    person add_key(const organisation& at);
    // Lets alpha's limited staff work on the event, too.
    void let_reach(const std::string& event);

    person manager = add_account("manager", role::manager);
    person limited = add_account("limited", role::staff);
    person key = add_key(alpha);
    person foreign_key = add_key(beta);
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

// In a file of its own.
void add_suppliers_of_identity_providers(route_suppliers& to);
void add_suppliers_of_accounts(route_suppliers& to);
void add_suppliers_of_security(route_suppliers& to);

inline person route_suppliers::add_account(const std::string& name, role acts_as) {
    auto& parts = api.served().parts();
    const auto at = parts.block_on(parts.tenants.resolve_slug(alpha.slug)).value();
    identity::new_account wanted;
    wanted.email = name + "@alpha.example";
    wanted.password = password_of_all;
    wanted.acts_as = acts_as;
    wanted.given_name = "CANARY-alpha";
    wanted.family_name = name;
    if (!parts.block_on(parts.logins.create_account(*at, wanted))) throw std::runtime_error("no " + name);
    return api.sign_in("alpha", wanted.email);
}

inline person route_suppliers::add_key(const organisation& of) {
    auto& parts = api.served().parts();
    const auto at = parts.block_on(parts.tenants.resolve_slug(of.slug)).value();
    identity::new_api_key wanted;
    wanted.name = "everything";
    for (const permission_row& each : all_permissions())
        if (each.for_api_keys) wanted.scopes.emplace_back(each.text);
    const actor owner = parts.block_on(parts.logins.find_actor(*at, of.owner.token));
    const auto made = parts.block_on(parts.api_keys.create(*at, owner, wanted));
    if (!made) throw std::runtime_error("no API key");
    return {of.owner.host, made->text.reveal()};
}

inline void route_suppliers::let_reach(const std::string& event) {
    superuser.rows("update accounts set limited_to_events = true where tenant_id = $1 and id = $2",
                   {alpha.id, limited.id});
    superuser.rows("insert into account_events (tenant_id, account_id, event_id) values ($1, $2, $3)"
                   " on conflict do nothing",
                   {alpha.id, limited.id, event});
    api.served().parts().remembered.forget_all();
}

inline route_suppliers::route_suppliers() {
    let_reach(alpha.event);
    add_suppliers_without_object();
    add_suppliers_of_households();
    add_suppliers_of_the_calendar();
    add_suppliers_of_the_installation();
    add_suppliers_of_webhooks();
    add_suppliers_of_notifications();
    add_suppliers_of_identity_providers(*this);
    add_suppliers_of_accounts(*this);
    add_suppliers_of_security(*this);
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
    for (const char* each : {"getOrganisation", "getAccount", "listChildren", "listEvents",
                             "listManagedEvents", "listRegistrations", "listAuditEntries", "openStream",
                             "getCorsOrigins", "getAdmin", "listAdmins", "listTenants", "listPlans"})
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
    with_body("createAdminLogin", [=](route_suppliers& in) {
        in.superuser.execute("update platform.second_factors set last_step = 0"); // a code is taken once
        json::value body = admin_login;
        body.as_object()["code"] = code_of(in.admin_secret);
        return body;
    });
    with_body("createChild", [](route_suppliers&) {
        return json::value{{"given_name", "C"}, {"family_name", "C"}, {"birth_date", born_years_ago(8)}};
    });
    with_body("createEvent", [](route_suppliers&) { return json::value{{"title", "New"}}; });
    with_body("createRegistrations", [](route_suppliers& in) {
        return places({{in.fresh_child(), in.alpha.later_session}});
    });
    with_body("putCorsOrigins", [](route_suppliers&) {
        return json::value{{"origins", json::array{json::object{{"origin", "https://www.alpha.example"}}}}};
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
                                [=](route_suppliers& in, caller as) {
                                    const auto made = in.add_event(in.alpha.staff, in.fresh("Event "));
                                    if (as == caller::limited_staff) in.let_reach(made.event);
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
                                [=](route_suppliers& in, caller as) {
                                    const auto made = in.add_event(in.alpha.staff, in.fresh("Event "));
                                    if (as == caller::limited_staff) in.let_reach(made.event);
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

} // namespace kidevent::tests

#include "http/account_suppliers.hpp"
#include "http/identity_provider_suppliers.hpp"
#include "http/notification_suppliers.hpp"
#include "http/security_suppliers.hpp"
