#pragma once
// What routes of identity providers need to be answered with success. Part of route_suppliers.hpp.

#include "http/route_suppliers.hpp"
#include "support/identity_provider.hpp"

namespace kidevent::tests {

inline identity_provider& honest_provider() {
    return shared_identity_provider("rogue_provider.mjs"); // it can be honest, too
}

// Connects a provider; the id. One organisation has one, as there is one issuer.
inline std::string provider_of(api_client& through, const person& owner, const std::string& issuer) {
    const auto made = through.post(
        owner, "/api/v1/identity-providers",
        {{"name", "P"}, {"issuer", issuer}, {"client_id", "kidevent"}, {"sign_up_allowed", true}});
    if (made.status != 201) throw std::runtime_error("no identity provider: " + made.text);
    return made.member("id");
}

// A browser that is about to come back.
inline prepared coming_back(route_suppliers& in, const std::string& id) {
    const auto out = in.api.get(anonymous_at("alpha"), "/api/v1/identity-providers/" + id + "/authorization");
    const std::string url = out.header_value("Location");
    const std::string cookie = out.header_value("Set-Cookie");
    prepared made;
    made.id = id;
    made.query = "?code=honest." + query_value(url, "nonce") + "&state=" + query_value(url, "state")
                 + "&iss=" + honest_provider().issuer();
    made.headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}};
    return made;
}

inline std::string identity_of(sql_session& superuser, const std::string& tenant, const person& who) {
    const std::string id = to_string(make_uuid());
    superuser.rows("insert into external_identities (tenant_id, id, issuer, subject, account_id)"
                   " values ($1, $2, 'https://id.example', $2::uuid::text, $3)",
                   {tenant, id, who.id});
    superuser.rows("update accounts set password_hash = coalesce(password_hash, 'x') where id = $1",
                   {who.id});
    return id;
}

inline void add_suppliers_of_identity_providers(route_suppliers& to) {
    const std::string here = provider_of(to.api, to.alpha.owner, honest_provider().issuer());
    const std::string there = provider_of(to.api, to.beta.owner, honest_provider().issuer());
    for (const char* each : {"listSignInProviders", "listIdentityProviders", "listIdentities"})
        to.suppliers[each] = {belongs::nobody, nothing};
    to.suppliers["createIdentityProvider"] = {
        belongs::nobody, [](route_suppliers& in, caller) {
            prepared made;
            made.body = {
                {"name", "New"}, {"issuer", "https://" + in.fresh("id") + ".example"}, {"client_id", "us"}};
            // As many as there may be were made before.
            in.superuser.execute("delete from identity_providers where name = 'New'");
            return made;
        }};
    to.suppliers["beginConnecting"] = {belongs::nobody, [here](route_suppliers&, caller) {
                                           prepared made;
                                           made.body = {{"provider_id", here}};
                                           return made;
                                       }};
    const auto of_provider = [&to, there](std::string_view operation,
                                          std::function<prepared(route_suppliers&, caller)> prepare) {
        to.suppliers[operation] = {belongs::to_tenant, std::move(prepare), "", there};
    };
    of_provider("beginProviderSignIn", [here](route_suppliers&, caller) { return prepared{here}; });
    of_provider("finishProviderSignIn",
                [here](route_suppliers& in, caller) { return coming_back(in, here); });
    of_provider("getIdentityProvider", [here](route_suppliers&, caller) { return prepared{here}; });
    const auto with_version = [](route_suppliers& in, json::value body) {
        in.superuser.execute("delete from identity_providers where name = 'New'");
        return prepared{provider_of(in.api, in.alpha.owner, "https://" + in.fresh("id") + ".example"),
                        std::move(body), 1};
    };
    of_provider("updateIdentityProvider", [with_version](route_suppliers& in, caller) {
        return with_version(in, {{"name", "New"}});
    });
    of_provider("deleteIdentityProvider",
                [with_version](route_suppliers& in, caller) { return with_version(in, nullptr); });
    to.suppliers["deleteIdentity"] = {
        belongs::to_tenant,
        [](route_suppliers& in, caller as) {
            return prepared{identity_of(in.superuser, in.alpha.id, in.who(as, host_kind::tenant))};
        },
        "", identity_of(to.superuser, to.beta.id, to.beta.first.guardian)};
}

} // namespace kidevent::tests
