#pragma once
// Every route of the table, asked by somebody whom it lets in, with whatever a test wants to put into it. For
// tests only.

#include "attacks/example_body.hpp"
#include "support/tenant_catalog.hpp"

namespace kidevent::tests {

struct route_walk : two_organisations {
    route_walk() {
        const auto webhook =
            api.post(alpha.owner, "/api/v1/webhooks", {{"url", "https://receiver.example/"}});
        ids = {{"event_id", alpha.event},
               {"session_id", alpha.session},
               {"child_id", alpha.first.child},
               {"registration_id", alpha.first.registration},
               {"account_id", alpha.second.guardian.id},
               {"webhook_id", webhook.member("id")},
               {"slug", "delta"},
               {"plan", "standard"},
               // What has to fit the rest of a body, or an installation.
               {"currency", "EUR"},
               {"locale", "de-AT"},
               {"ends_at", instant_in_days(61)},
               {"password", password_of_all},
               {"new_password", password_of_all},
               {"current_password", password_of_all}};
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

    static std::vector<std::string_view> words_of(std::string_view text) {
        std::vector<std::string_view> words;
        while (!text.empty()) {
            words.push_back(text.substr(0, text.find(' ')));
            text.remove_prefix(std::min(text.size(), words.back().size() + 1));
        }
        return words;
    }
    // The names in braces.
    static std::vector<std::string> parameters_of(const route& of) {
        std::vector<std::string> names;
        for (auto open = of.path.find('{'); open != of.path.npos; open = of.path.find('{', open + 1))
            names.emplace_back(of.path.substr(open + 1, of.path.find('}', open) - open - 1));
        return names;
    }
    std::string target_of(const route& of, const std::map<std::string, std::string>& instead = {}) const {
        std::string target{of.path};
        for (const std::string& name : parameters_of(of)) {
            const auto other = instead.find(name);
            const auto own = ids.find(name);
            const std::string value = other != instead.end() ? other->second
                                      : own != ids.end()     ? own->second
                                                             : "019a0000-0000-7000-8000-000000000000";
            target.replace(target.find('{' + name), name.size() + 2, value);
        }
        return target;
    }

    // A stranger where strangers are let in, else whoever holds the most.
    person& sender_of(const route& of) {
        if (of.host == host_kind::platform) return of.who == access::everyone ? nobody_ : admin_;
        if (of.who == access::everyone) return stranger_;
        if (const auto needed = of.who.needed(); needed && probe(of) == 403) return guardian_;
        return owner_;
    }

    // Not a word of the others, and no fault of ours. A sender whose login the route ended signs in again.
    answer ask(const route& of, person& as, const std::string& target, const std::string& body = "") {
        answer got = send(of, as, target, body);
        if (got.status == 401 && !as.token.empty() && of.who != access::everyone) {
            const std::string slug = as.host.substr(0, as.host.find('.'));
            as.token = (slug == "admin" ? sign_in_admin() : api.sign_in(slug, as.email)).token;
            got = send(of, as, target, body);
        }
        ++asked;
        const std::string what = std::string{of.operation} + " " + target + " " + body + " -> "
                                 + std::to_string(got.status) + " " + got.text;
        BOOST_TEST((got.status < 500 || got.code() == "encryption_not_configured"
                    || got.code() == "identity_provider_unavailable"),
                   what);
        for (const organisation* each : {&beta, &gamma})
            for (const std::string& secret : {"CANARY-" + each->slug, "@" + each->slug + ".example"})
                if (of.host == host_kind::tenant)
                    BOOST_TEST(got.text.find(secret) == std::string::npos, what);
        return got;
    }

    std::map<std::string, std::string> ids;
    int asked = 0;

private:
    answer send(const route& of, const person& as, const std::string& target, const std::string& body) {
        std::vector<header> headers;
        if (of.needs_if_match) headers.push_back({"If-Match", "\"v1\""});
        if (!body.empty()) headers.push_back({"Content-Type", std::string{of.request_media_type}});
        return api.send(make_request(std::string{of.method}, as, target, body, headers));
    }
    int probe(const route& of) {
        const auto known = probed_.find(of.operation);
        if (known != probed_.end()) return known->second;
        // Nothing is there, so nothing happens: with a body that no route takes.
        std::map<std::string, std::string> nowhere;
        for (const std::string& name : parameters_of(of))
            nowhere[name] = "019a0000-0000-7000-8000-000000000000";
        const int status = send(of, owner_, target_of(of, nowhere), of.method == "GET" ? "" : "[]").status;
        return probed_[of.operation] = status;
    }

    person owner_ = api.sign_in("alpha", "owner@alpha.example");
    person guardian_ = api.sign_in("alpha", "first@alpha.example");
    person admin_ = sign_in_admin();
    person stranger_ = anonymous_at("alpha");
    person nobody_ = anonymous_at("admin");
    std::map<std::string_view, int> probed_;
};

} // namespace kidevent::tests
