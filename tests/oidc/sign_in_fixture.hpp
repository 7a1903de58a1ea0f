#pragma once
// Organisations with an identity provider, and what a browser does on the way there and back. For tests only.

#include "support/api_client.hpp"
#include "support/identity_provider.hpp"

#include <boost/test/unit_test.hpp>

namespace kidevent::tests {

// A browser that has set out: where it was sent to, and what it keeps.
struct departure {
    std::string url;
    std::string browser; // the cookie
    std::string state() const { return query_value(url, "state"); }
    std::string nonce() const { return query_value(url, "nonce"); }
};

inline std::string cookie_in(const answer& got, const std::string& name) {
    for (const header& each : got.headers)
        if (each.name == "Set-Cookie" && each.value.starts_with(name + "="))
            return each.value.substr(name.size() + 1, each.value.find(';') - name.size() - 1);
    return "";
}

struct signing_in : two_organisations {
    // Creates the row of a provider, as its owner; the id.
    std::string connect(const organisation& at, const std::string& issuer, boost::json::object more = {}) {
        boost::json::object body{{"name", "The provider"},
                                 {"issuer", issuer},
                                 {"client_id", "kidevent"},
                                 {"client_secret", client_secret},
                                 {"sign_up_allowed", true}};
        for (const auto& member : more)
            body[member.key()] = member.value();
        const auto made = api.post(at.owner, "/api/v1/identity-providers", body);
        BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
        return made.member("id");
    }
    // What a client of npm oidc-provider is told about us.
    boost::json::object client_of(const organisation& at, const std::string& id,
                                  boost::json::object more = {}) const {
        boost::json::object made{{"client_id", "kidevent"},
                                 {"client_secret", client_secret},
                                 {"token_endpoint_auth_method", "client_secret_basic"},
                                 {"redirect_uris", boost::json::array{"https://" + at.slug + "." + base_domain
                                                                      + callback_of(id)}}};
        for (const auto& member : more)
            made[member.key()] = member.value();
        return made;
    }
    static std::string callback_of(const std::string& id) {
        return "/api/v1/identity-providers/" + id + "/callback";
    }

    answer begin(const organisation& at, const std::string& id, const std::string& return_to = "",
                 const std::vector<header>& headers = {}) {
        const std::string query = return_to.empty() ? "" : "?return_to=" + return_to;
        return worker->get(anonymous_at(at.slug),
                           "/api/v1/identity-providers/" + id + "/authorization" + query, headers);
    }
    departure depart(const organisation& at, const std::string& id, const std::string& return_to = "") {
        const auto begun = begin(at, id, return_to);
        BOOST_REQUIRE_MESSAGE(begun.status == 302, begun.text);
        return {begun.header_value("Location"), cookie_in(begun, "__Host-kidevent-provider")};
    }
    // `target` is what the provider sends the browser back to.
    answer arrive(const organisation& at, const std::string& target, const std::string& browser,
                  const person& as = {}, std::vector<header> headers = {}) {
        person sent = as;
        sent.host = at.slug + "." + base_domain;
        if (!browser.empty()) headers.push_back({"Cookie", "__Host-kidevent-provider=" + browser});
        return worker->get(sent, target, headers);
    }
    // The whole way, at the honest provider.
    answer sign_in_at(const organisation& at, const std::string& id, const std::string& who) {
        const departure out = depart(at, id);
        provider_browser elsewhere;
        return arrive(at, target_of(elsewhere.visit(out.url, who)), out.browser);
    }
    // Who is signed in by an answer.
    person signed_in(const organisation& at, const answer& got) {
        BOOST_REQUIRE_MESSAGE(got.status == 302, got.text);
        person made = anonymous_at(at.slug);
        made.token = cookie_in(got, "__Host-kidevent");
        const auto me = api.get(made, "/api/v1/accounts/me");
        BOOST_REQUIRE_MESSAGE(me.status == 200, me.text);
        made.email = me.member("email");
        made.id = me.member("id");
        made.household = me.member("household_id");
        return made;
    }

    api_client* worker = &api; // that answers browsers on their way
    std::string client_secret = "0123456789abcdef0123456789abcdef";
};

} // namespace kidevent::tests
