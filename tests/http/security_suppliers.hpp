#pragma once
// What routes of second factors, API keys and support need to be answered with success. Part of
// route_suppliers.hpp.

#include "http/route_suppliers.hpp"

namespace kidevent::tests {

// The caller's own factor, made anew; the secret. `confirmed`: it counts.
inline std::string own_factor(route_suppliers& in, caller as, bool confirmed) {
    auto& parts = in.api.served().parts();
    const std::string id = in.who(as, host_kind::tenant).id;
    in.superuser.rows("delete from second_factors where account_id = $1", {id});
    in.superuser.execute("delete from account_tries"); // each call proves the password again
    const auto at = parts.block_on(parts.tenants.resolve_slug(in.alpha.slug)).value();
    const auto begun =
        parts.block_on(parts.second_factors.begin(*at, account_id{parse_uuid(id).value()}, "x"));
    if (confirmed)
        in.superuser.rows("update second_factors set confirmed_at = now() where account_id = $1", {id});
    return begun->secret;
}

// A row of a factor that nobody can use; the account.
inline std::string staff_with_factor(route_suppliers& in) {
    const std::string id = fresh_staff(in, in.alpha);
    in.superuser.rows("insert into second_factors (tenant_id, account_id, sealed_secret, confirmed_at)"
                      " values ($1, $2, 'x', now())",
                      {in.alpha.id, id});
    return id;
}

inline std::string api_key_of(route_suppliers& in, const organisation& at) {
    const std::string id = to_string(make_uuid());
    in.superuser.rows("insert into api_keys (tenant_id, id, name, key_hash, scopes, created_by, expires_at)"
                      " values ($1, $2, 'CANARY-' || $4, sha256(convert_to($4, 'UTF8')), 'events:read', $3,"
                      " now() + interval '1 day')",
                      {at.id, id, at.owner.id, at.slug});
    return id;
}

inline answer opened_support(route_suppliers& in, const std::string& slug) {
    return in.api.post(in.admin, "/api/v1/tenants/" + slug + "/support-sessions",
                       {{"reason", "CANARY-" + slug}, {"minutes", 5}});
}

// An admin of whom nobody else needs anything, signed in; with a factor: its secret, too.
struct fresh_admin {
    std::string token;
    std::string secret;
    person who() const { return {"admin." + base_domain, token}; }
};
inline fresh_admin make_admin(route_suppliers& in, bool with_factor) {
    auto& parts = in.api.served().parts();
    const std::string email = in.fresh("admin") + "@platform.example";
    if (!parts.block_on(parts.admins.create_admin(email, password_of_all)))
        throw std::runtime_error("no admin");
    if (!with_factor) return {in.api.sign_in("admin", email).token, ""};
    const auto factor = parts.block_on(parts.admins.issue_factor(email));
    return {in.api.sign_in("admin", email, factor->recovery_codes.at(0)).token, factor->what.secret};
}

inline void add_suppliers_of_factors(route_suppliers& to) {
    for (const char* const each : {"getSecondFactor", "getSecurityRules", "getAdminSecondFactor"})
        to.suppliers[each] = {belongs::nobody, nothing};
    to.suppliers["createSecondFactor"] = {belongs::nobody, [](route_suppliers& in, caller as) {
                                              own_factor(in, as, false);
                                              return prepared{"", {{"password", password_of_all}}};
                                          }};
    to.suppliers["confirmSecondFactor"] = {belongs::nobody, [](route_suppliers& in, caller as) {
                                               const std::string secret = own_factor(in, as, false);
                                               return prepared{"", {{"code", code_of(secret)}}};
                                           }};
    for (const char* const each : {"createRecoveryCodes", "removeSecondFactor"})
        to.suppliers[each] = {
            belongs::nobody, [](route_suppliers& in, caller as) {
                const std::string secret = own_factor(in, as, true);
                return prepared{"", {{"password", password_of_all}, {"code", code_of(secret)}}};
            }};
    to.suppliers["resetSecondFactor"] = {
        belongs::to_tenant, [](route_suppliers& in, caller) { return prepared{staff_with_factor(in)}; }, "",
        to.beta.staff.id};
    to.suppliers["putSecurityRules"] = {belongs::nobody, [](route_suppliers&, caller) {
                                            return prepared{"", {{"second_factor_for_staff", false}}};
                                        }};
}

inline void add_suppliers_of_admins(route_suppliers& to) {
    to.suppliers["createAdminSecondFactor"] = {
        belongs::nobody, [](route_suppliers& in, caller) {
            return prepared{"", nullptr, 0, make_admin(in, false).token};
        }};
    to.suppliers["confirmAdminSecondFactor"] = {
        belongs::nobody, [](route_suppliers& in, caller) {
            const fresh_admin made = make_admin(in, false);
            const auto begun =
                in.api.send(make_request("POST", made.who(), "/api/v1/admins/me/second-factor"));
            return prepared{"", {{"code", code_of(begun.member("secret"))}}, 0, made.token};
        }};
    to.suppliers["createAdminRecoveryCodes"] = {
        belongs::nobody, [](route_suppliers& in, caller) {
            const fresh_admin made = make_admin(in, true);
            return prepared{"", {{"code", code_of(made.secret)}}, 0, made.token};
        }};
    to.suppliers["createAdmin"] = {belongs::nobody, [](route_suppliers& in, caller) {
                                       const fresh_admin made = make_admin(in, true);
                                       return prepared{"",
                                                       {{"email", in.fresh("added") + "@platform.example"},
                                                        {"password", password_of_all},
                                                        {"code", code_of(made.secret)}},
                                                       0,
                                                       made.token};
                                   }};
    to.suppliers["deactivateAdmin"] = {belongs::to_platform, [](route_suppliers& in, caller) {
                                           auto& parts = in.api.served().parts();
                                           const auto made = parts.block_on(parts.admins.create_admin(
                                               in.fresh("gone") + "@platform.example", password_of_all));
                                           return prepared{to_string(made.value().id.value)};
                                       }};
    to.suppliers["openSupportSession"] = {
        belongs::to_platform, [](route_suppliers&, caller) {
            return prepared{"alpha", {{"reason", "Ticket"}, {"minutes", 5}}};
        }};
}

inline void add_suppliers_of_security(route_suppliers& to) {
    add_suppliers_of_factors(to);
    add_suppliers_of_admins(to);
    for (const char* const each : {"listApiKeys", "listSupportSessions"})
        to.suppliers[each] = {belongs::nobody, nothing};
    to.suppliers["createApiKey"] = {
        belongs::nobody, [](route_suppliers&, caller) {
            return prepared{"", {{"name", "New"}, {"scopes", json::array{"events:read"}}}};
        }};
    for (const char* const each : {"rotateApiKey", "revokeApiKey"})
        to.suppliers[each] = {belongs::to_tenant,
                              [](route_suppliers& in, caller) { return prepared{api_key_of(in, in.alpha)}; },
                              "", api_key_of(to, to.beta)};
    to.suppliers["createSupportLogin"] = {
        belongs::nobody, [](route_suppliers& in, caller) {
            return prepared{"", {{"code", opened_support(in, "alpha").member("code")}}};
        }};
    to.suppliers["endSupportSession"] = {
        belongs::to_tenant,
        [](route_suppliers& in, caller) { return prepared{opened_support(in, "alpha").member("id")}; }, "",
        opened_support(to, "beta").member("id")};
}

} // namespace kidevent::tests
