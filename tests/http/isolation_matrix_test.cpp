// Every route of the table, asked by everybody for everything. The expected status follows from the table's
// own `who`; a route that the suppliers below do not know fails the test, so that none is forgotten.

#include "routes.hpp"
#include "support/api_client.hpp"
#include "support/tenant_catalog.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <functional>
#include <map>

using namespace kidevent;
using namespace kidevent::tests;
namespace json = boost::json;

namespace {

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
};

struct matrix;
struct supplier {
    belongs object_is;
    std::function<prepared(matrix&, caller)> prepare;
    // The ids of the same kind of object elsewhere.
    std::string of_household{};
    std::string of_tenant{};
};

const std::string missing_id = "019a0000-0000-7000-8000-000000000000";

struct matrix : two_organisations {
    matrix();

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

    answer call(const route& of, const person& as, const std::string& id, const prepared& with_it);
    void check(const route& of, caller as);
    void check_secrecy(const route& of, caller as, const answer& got);

    std::map<std::string_view, supplier> suppliers;

private:
    void add_suppliers_without_object();
    void add_suppliers_of_households();
    void add_suppliers_of_the_calendar();
    void add_suppliers_of_the_installation();
    void add_suppliers_of_webhooks();

    int count_ = 0;
};

prepared nothing(matrix&, caller) { return {}; }

matrix::matrix() {
    add_suppliers_without_object();
    add_suppliers_of_households();
    add_suppliers_of_the_calendar();
    add_suppliers_of_the_installation();
    add_suppliers_of_webhooks();
}

void matrix::add_suppliers_without_object() {
    const json::value guardian_login{{"email", "first@alpha.example"}, {"password", password_of_all}};
    const json::value admin_login{{"email", "operator@platform.example"}, {"password", password_of_all}};
    const auto plain = [this](std::string_view operation) {
        suppliers[operation] = {belongs::nobody, nothing};
    };
    const auto with_body = [this](std::string_view operation, std::function<json::value(matrix&)> body) {
        suppliers[operation] = {belongs::nobody, [body](matrix& in, caller) {
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
        suppliers[each] = {belongs::nobody, [](matrix& in, caller as) {
                               prepared made;
                               made.token = in.fresh_login(as);
                               return made;
                           }};
    with_body("createAccount", [](matrix& in) {
        return json::value{{"email", in.fresh("n") + "@new.example"},
                           {"password", password_of_all},
                           {"given_name", "N"},
                           {"family_name", "N"}};
    });
    with_body("createLogin", [=](matrix&) { return guardian_login; });
    with_body("createAdminLogin", [=](matrix&) { return admin_login; });
    with_body("createChild", [](matrix&) {
        return json::value{{"given_name", "C"}, {"family_name", "C"}, {"birth_date", born_years_ago(8)}};
    });
    with_body("createEvent", [](matrix&) { return json::value{{"title", "New"}}; });
    with_body("createRegistrations", [](matrix& in) {
        return places({{in.fresh_child(), in.alpha.later_session}});
    });
    with_body("createTenant", [](matrix& in) {
        return json::value{
            {"slug", in.fresh("sigma")}, {"name", "Sigma"}, {"owner_email", "s@sigma.example"}};
    });
}

void matrix::add_suppliers_of_households() {
    const auto of_child = [this](std::string_view operation, json::value body, int version) {
        suppliers[operation] = {belongs::to_household,
                                [=](matrix& in, caller) {
                                    return prepared{in.fresh_child(), body, version, {}};
                                },
                                alpha.second.child, beta.first.child};
    };
    of_child("getChild", nullptr, 0);
    of_child("updateChild", {{"given_name", "Changed"}}, 1);
    of_child("deleteChild", nullptr, 1);
    for (const char* each : {"getRegistration", "cancelRegistration"})
        suppliers[each] = {belongs::to_household,
                           [](matrix& in, caller) {
                               return prepared{in.alpha.first.registration, nullptr, 0, {}};
                           },
                           alpha.second.registration, beta.first.registration};
}

void matrix::add_suppliers_of_the_calendar() {
    const json::value session{
        {"starts_at", instant_in_days(100)}, {"ends_at", instant_in_days(101)}, {"capacity", 5}};
    const auto of_event = [this](std::string_view operation, const std::string& foreign, json::value body,
                                 int version) {
        suppliers[operation] = {belongs::to_tenant,
                                [=](matrix& in, caller) {
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
                                [=](matrix& in, caller) {
                                    const auto made = in.add_event(in.alpha.staff, in.fresh("Event "));
                                    return prepared{made.session, body, version, {}};
                                },
                                "", beta.session};
    };
    of_session("updateSession", {{"capacity", 9}}, 1);
    of_session("getRoster", nullptr, 0);
}

void matrix::add_suppliers_of_the_installation() {
    const auto of_installation = [this](std::string_view operation, json::value body) {
        suppliers[operation] = {belongs::to_platform, [=](matrix& in, caller) {
                                    return prepared{in.fresh_tenant(), body, 0, {}};
                                }};
    };
    of_installation("getTenant", nullptr);
    of_installation("suspendTenant", {{"reason", "unpaid"}});
    of_installation("resumeTenant", nullptr);
    for (const char* each : {"getPlan", "listPlanChanges"})
        suppliers[each] = {belongs::to_platform, [](matrix&, caller) {
                               return prepared{"standard", nullptr, 0, {}};
                           }};
    suppliers["putPlan"] = {belongs::nobody, [](matrix& in, caller) {
                                return prepared{in.fresh("plan"), json::value{{"weight", 20}}, 0, {}};
                            }};
    suppliers["putTenant"] = {belongs::nobody, [](matrix& in, caller) {
                                  const json::value body{{"name", "T"}, {"owner_email", "t@tau.example"}};
                                  return prepared{in.fresh_tenant(), body, 0, {}};
                              }};
}

void matrix::add_suppliers_of_webhooks() {
    const json::value webhook{{"url", "https://receiver.example/hook"}};
    const auto make = [webhook](api_client& through, const person& owner, bool delivery) {
        const std::string id = through.post(owner, "/api/v1/webhooks", webhook).member("id");
        const auto sent = make_request("POST", owner, "/api/v1/webhooks/" + id + "/deliveries");
        return delivery ? through.send(sent).member("id") : id;
    };
    const auto of_webhook = [=, this](std::string_view operation, json::value body, int version,
                                      bool delivery) {
        const auto prepare = [=](matrix& in, caller) {
            return prepared{make(in.api, in.alpha.owner, delivery), body, version, {}};
        };
        suppliers[operation] = {belongs::to_tenant, prepare, "", make(api, beta.owner, delivery)};
    };
    suppliers["listWebhooks"] = {belongs::nobody, nothing};
    suppliers["createWebhook"] = {belongs::nobody, [webhook](matrix&, caller) {
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

// 0: the guards let the caller in.
int refused_with(const route& of, caller as) {
    if (of.host == host_kind::tenant && as == caller::suspended) return 403;
    if (of.who == access::everyone) return 0;
    if (of.host == host_kind::platform) return as == caller::admin ? 0 : 401;
    const bool is_guardian = as == caller::guardian;
    const bool is_staff = as == caller::staff || as == caller::owner;
    if (!is_guardian && !is_staff) return 401;
    switch (of.who) {
    case access::everyone:
    case access::account: return 0;
    case access::guardian: return is_guardian ? 0 : 403;
    case access::staff: return is_staff ? 0 : 403;
    case access::owner: return as == caller::owner ? 0 : 403;
    case access::platform_admin: return 403;
    }
    return -1;
}

// Status for an object, of somebody whom the guards let in; 0: there is no such object.
int status_for(const route& of, belongs object_is, caller as, object wanted) {
    const bool is_staff = as == caller::staff || as == caller::owner;
    switch (wanted) {
    case object::own: return of.success;
    case object::of_household:
        if (object_is != belongs::to_household) return 0;
        return is_staff ? of.success : 404;
    case object::of_tenant:
        return object_is == belongs::to_household || object_is == belongs::to_tenant ? 404 : 0;
    case object::missing:
    case object::malformed: return object_is == belongs::nobody ? 0 : 404;
    }
    return -1;
}

answer matrix::call(const route& of, const person& as, const std::string& id, const prepared& given) {
    std::string target{of.path};
    if (const auto open = target.find('{'); open != std::string::npos)
        target.replace(open, target.find('}') - open + 1, id);
    person sender = as;
    if (!given.token.empty()) sender.token = given.token;
    std::vector<header> headers;
    if (given.version > 0) headers.push_back({"If-Match", "\"v" + std::to_string(given.version) + "\""});
    return api.send(make_request(std::string{of.method}, sender, target,
                                 given.body.is_null() ? std::string{} : json::serialize(given.body),
                                 headers));
}

void matrix::check_secrecy(const route& of, caller as, const answer& got) {
    if (of.host == host_kind::platform && as == caller::admin) return;
    std::string text = got.comparable();
    for (const header& each : got.headers)
        text += each.value + "\n";
    for (const organisation* each : {&beta, &gamma})
        for (const std::string& secret :
             {"CANARY-" + each->slug, "@" + each->slug + ".example", each->id, each->event, each->session,
              each->draft, each->first.child, each->first.guardian.household, each->first.registration})
            BOOST_TEST(text.find(secret) == std::string::npos, secret << " is in " << text);
}

void matrix::check(const route& of, caller as) {
    const auto found = suppliers.find(of.operation);
    BOOST_REQUIRE_MESSAGE(found != suppliers.end(), "no supplier for the route " << of.operation);
    const supplier& from = found->second;
    const person sender = who(as, of.host);
    const int refused = refused_with(of, as);
    std::string missing_body;
    std::string refused_body;
    for (const object wanted :
         {object::missing, object::own, object::of_household, object::of_tenant, object::malformed}) {
        const int reached = status_for(of, from.object_is, as, wanted);
        if (reached == 0) continue;
        prepared given;
        given.id = wanted == object::of_household ? from.of_household
                   : wanted == object::of_tenant  ? from.of_tenant
                   : wanted == object::malformed  ? "No%20Such%27Thing"
                                                  : missing_id;
        if (refused == 0) {
            prepared made = from.prepare(*this, as);
            if (wanted != object::own) made.id = given.id;
            given = made;
        }
        const answer got = call(of, sender, given.id, given);
        const int expected = refused != 0 ? refused : reached;
        BOOST_TEST(got.status == expected,
                   of.operation << " by " << caller_names[static_cast<std::size_t>(as)] << " for one that is "
                                << object_names[static_cast<std::size_t>(wanted)] << ": " << got.status
                                << " instead of " << expected << " " << got.text);
        check_secrecy(of, as, got);
        if (refused == 0 && expected == 404) {
            if (wanted == object::missing) missing_body = got.comparable();
            BOOST_TEST(got.comparable() == missing_body);
        }
        if (refused != 0) {
            if (refused_body.empty()) refused_body = got.comparable();
            BOOST_TEST(got.comparable() == refused_body);
        }
    }
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_isolation, matrix)

BOOST_AUTO_TEST_CASE(every_route_answers_to_everybody_as_the_table_says) {
    const std::string beta_before = rows_of(beta.id);
    const std::string gamma_before = rows_of(gamma.id);
    for (const route& each : all_routes())
        for (const caller as : callers)
            check(each, as);
    // Whatever was tried at alpha, nothing of the others has changed.
    BOOST_TEST(rows_of(beta.id) == beta_before);
    BOOST_TEST(rows_of(gamma.id) == gamma_before);
}

BOOST_AUTO_TEST_CASE(the_suppliers_know_the_routes_of_the_table_and_no_others) {
    std::map<std::string_view, int> known;
    for (const route& each : all_routes())
        ++known[each.operation];
    for (const auto& [operation, from] : suppliers)
        BOOST_TEST(known.count(operation) == 1u, operation);
    for (const auto& [operation, count] : known)
        BOOST_TEST(suppliers.count(operation) == 1u, operation << " has no supplier");
}

BOOST_AUTO_TEST_CASE(the_canaries_would_be_seen) {
    const auto own = api.get(beta.staff, "/api/v1/sessions/" + beta.session + "/roster");
    BOOST_TEST(own.text.find("CANARY-beta") != std::string::npos);
    BOOST_TEST(own.text.find("@beta.example") != std::string::npos);
    BOOST_TEST(own.text.find(beta.first.child) != std::string::npos);
    const std::string before = rows_of(beta.id);
    api.put(beta.staff, "/api/v1/events/" + beta.draft + "/publication");
    BOOST_TEST(rows_of(beta.id) != before);
}

BOOST_AUTO_TEST_SUITE_END()
