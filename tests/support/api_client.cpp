#include "support/api_client.hpp"

#include "services.hpp"
#include "support/redis_server.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <stdexcept>

namespace kidevent::tests {

namespace json = boost::json;

person anonymous_at(const std::string& slug) { return {slug + "." + base_domain}; }

person sent_to(const person& who, const std::string& slug) {
    person there = who;
    there.host = slug + "." + base_domain;
    return there;
}

std::string answer::header_value(std::string_view name) const {
    response carrier;
    carrier.headers = headers;
    return std::string{carrier.header_value(name)};
}

std::string answer::member(std::string_view name) const {
    if (!body.is_object()) return "";
    const auto* found = body.as_object().if_contains(name);
    return found && found->is_string() ? std::string{std::string_view{found->as_string()}} : "";
}

std::string answer::code() const { return member("code"); }

std::string answer::faults() const {
    std::string all;
    if (!body.is_object() || !body.as_object().contains("errors")) return all;
    for (const auto& each : body.at("errors").as_array()) {
        if (!all.empty()) all += "; ";
        all += std::string_view{each.at("pointer").as_string()};
        all += ' ';
        all += std::string_view{each.at("code").as_string()};
    }
    return all;
}

std::string answer::comparable() const {
    if (!body.is_object()) return text;
    json::object rest = body.as_object();
    rest.erase("request_id");
    rest.erase("instance");
    return json::serialize(rest);
}

answer to_answer(const response& received) {
    answer made{received.status, received.headers, std::string{received.text()}, nullptr};
    if (made.header_value("Content-Type").find("json") != std::string::npos && !made.text.empty())
        made.body = json::parse(made.text);
    return made;
}

settings settings_for_tests(const database_settings& database) {
    settings with;
    with.db = database;
    with.db.pool_size_max = 4;
    with.http.base_domain = base_domain;
    with.http.signing_key = std::string(32, 'k');
    with.security.encryption_keys = {"test:a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="};
    // Everybody here has one address.
    with.rate_limit.reads_per_minute_per_address = 0;
    with.rate_limit.writes_per_minute_per_address = 0;
    with.rate_limit.credentials_per_minute_per_address = 0;
    with.rate_limit.requests_per_minute_per_account = 0;
    with.identity.sign_ins_per_minute_per_address = 1'000'000;
    with.identity.sign_ins_per_minute_per_account = 1'000'000;
    with.identity.failures_before_delay = 1000;
    with.identity.account_mails_per_hour = 1000;
    // Background work is quick and its receivers are on this machine.
    with.outbox.poll_max = std::chrono::milliseconds{50};
    with.webhook.poll_max = std::chrono::milliseconds{50};
    with.webhook.timeout = std::chrono::milliseconds{700};
    with.webhook.addresses = "any";
    with.webhook.per_tenant_max = 120;
    // Identity providers are on this machine, too.
    with.oidc.addresses = "any";
    with.oidc.attempts_per_minute_per_address = 1'000'000;
    with.oidc.timeout = std::chrono::milliseconds{1500};
    with.audit.signing_keys = {std::string(32, 'a')};
    with.audit.poll_max = std::chrono::milliseconds{50};
    with.log.level = "error";
    if (const auto address = emptied_redis_of_run()) {
        with.redis.address = *address;
        with.realtime.fanout = "redis";
    }
    return with;
}

request make_request(const std::string& method, const person& as, const std::string& target,
                     const std::string& body, const std::vector<header>& headers) {
    request made{method, target, as.host, "192.0.2.1", headers, body};
    if (as.token.starts_with("ke_")) // an API key
        made.headers.push_back({"Authorization", "Bearer " + as.token});
    else if (!as.token.empty())
        made.headers.push_back({"Cookie", "__Host-kidevent=" + as.token});
    const bool has_site =
        made.header_count("Origin") > 0 || made.header_count("Sec-Fetch-Site") > 0 || method == "GET";
    if (!has_site) made.headers.push_back({"Origin", "https://" + as.host});
    if (!body.empty() && made.header_count("Content-Type") == 0)
        made.headers.push_back({"Content-Type", "application/json"});
    return made;
}

api_client::api_client(const settings& with, shared_memory shared)
    : platform_(std::make_unique<platform>(with, std::move(shared))) {
    const int listening = listeners_of_redis_of_run();
    platform_->start();
    if (!std::getenv("KIDEVENT_TEST_REDIS")) return;
    // Who begins to listen forgets what it remembered: it may have missed something. Tests count from then
    // on.
    for (int i = 0; i < 200 && listeners_of_redis_of_run() == listening; ++i)
        run_for(std::chrono::milliseconds{5});
    run_for(std::chrono::milliseconds{20});
}

api_client::~api_client() = default;

answer api_client::send(const request& wanted) {
    const response received = platform_->call(wanted);
    for (const std::string& each : list_violations(wanted, received))
        BOOST_ERROR(wanted.method + " " + wanted.target + " -> " + std::to_string(received.status) + ": "
                    + each);
    return to_answer(received);
}

answer api_client::get(const person& as, const std::string& target, const std::vector<header>& headers) {
    return send(make_request("GET", as, target, "", headers));
}

answer api_client::post(const person& as, const std::string& target, const json::value& body,
                        const std::vector<header>& headers) {
    return send(make_request("POST", as, target, json::serialize(body), headers));
}

answer api_client::put(const person& as, const std::string& target, const json::value& body,
                       const std::vector<header>& headers) {
    return send(
        make_request("PUT", as, target, body.is_null() ? std::string{} : json::serialize(body), headers));
}

namespace {

std::vector<header> if_match(int version) {
    if (version == 0) return {};
    return {{"If-Match", "\"v" + std::to_string(version) + "\""}};
}

person signed_in(const answer& from, const std::string& slug, const std::string& email) {
    if (from.status != 201) throw std::runtime_error("signing in as " + email + " failed: " + from.text);
    const std::string cookie = from.header_value("Set-Cookie");
    const std::size_t begin = cookie.find('=') + 1;
    return {slug + "." + base_domain, cookie.substr(begin, cookie.find(';') - begin), email,
            from.member("id"), from.member("household_id")};
}

} // namespace

answer api_client::patch(const person& as, const std::string& target, int version, const json::value& body) {
    return send(make_request("PATCH", as, target, json::serialize(body), if_match(version)));
}

answer api_client::remove(const person& as, const std::string& target, int version) {
    return send(make_request("DELETE", as, target, "", if_match(version)));
}

person api_client::sign_in(const std::string& slug, const std::string& email, const std::string& code) {
    json::object body{{"email", email}, {"password", password_of_all}};
    if (!code.empty()) body["code"] = code;
    return signed_in(post(anonymous_at(slug), "/api/v1/logins", body), slug, email);
}

person api_client::sign_up(const std::string& slug, const std::string& email) {
    const json::value body{{"email", email},
                           {"password", password_of_all},
                           {"given_name", "CANARY-" + slug},
                           {"family_name", "Guardian"}};
    return signed_in(post(anonymous_at(slug), "/api/v1/accounts", body), slug, email);
}

std::uint64_t api_client::round_trips() { return platform_->parts().database.stats().round_trips; }

void api_client::run_for(std::chrono::milliseconds length) {
    auto& loop = platform_->parts().loop;
    loop.restart();
    loop.run_for(length);
}

} // namespace kidevent::tests
