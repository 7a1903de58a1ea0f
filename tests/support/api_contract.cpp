#include "support/api_contract.hpp"

#include "http/ascii.hpp"
#include "http/schema_set.hpp"
#include "support/api_client.hpp"

#include <algorithm>
#include <set>

namespace kidevent::tests {

namespace json = boost::json;

namespace {

using complaints = std::vector<std::string>;

bool matches(std::string_view pattern, std::string_view path) {
    while (!pattern.empty() && !path.empty()) {
        const std::string_view wanted = pattern.substr(0, pattern.find('/', 1));
        const std::string_view given = path.substr(0, path.find('/', 1));
        if (!wanted.starts_with("/{") && wanted != given) return false;
        pattern.remove_prefix(wanted.size());
        path.remove_prefix(given.size());
    }
    return pattern.empty() && path.empty();
}

const http::schema_set& schemas() {
    static const http::schema_set all{api_schemas()};
    return all;
}

void check_headers(const response& received, bool is_https, complaints& out) {
    std::multiset<std::string> names;
    for (const header& each : received.headers) {
        std::string name = each.name;
        std::transform(name.begin(), name.end(), name.begin(), http::to_lower);
        names.insert(name);
        if (each.value.find_first_of("\r\n") != std::string::npos) out.push_back(name + " has a line break");
    }
    for (const std::string& each : names)
        if (names.count(each) != 1 && each != "set-cookie" && each != "vary")
            out.push_back(each + " is there twice");
    for (const char* required :
         {"content-security-policy", "cross-origin-opener-policy", "cross-origin-resource-policy",
          "referrer-policy", "x-content-type-options", "x-frame-options", "cache-control", "x-request-id"})
        if (names.count(required) == 0) out.push_back(std::string{required} + " is missing");
    if (names.contains("strict-transport-security") != is_https)
        out.push_back("Strict-Transport-Security does not go with the scheme");
    if (received.header_value("X-Content-Type-Options") != "nosniff")
        out.push_back("X-Content-Type-Options is not nosniff");
    if (received.header_value("X-Request-Id").size() != 36) out.push_back("X-Request-Id is no UUID");
}

// What belongs to the statement, the server or the source and not in front of people.
void check_leaks(std::string_view text, complaints& out) {
    for (const char* forbidden : {"select ", "insert into", "tenancy.", "SQLSTATE", "ERROR:", "kidevent_app",
                                  "pg_", "constraint", ".cpp", "terminating connection", "socket"})
        if (text.find(forbidden) != std::string_view::npos)
            out.push_back("the body tells of the inside: " + std::string{forbidden});
}

void check_schema(std::string_view name, const json::value& body, complaints& out) {
    for (const field_error& each : schemas().validate(name, body))
        out.push_back(std::string{name} + each.pointer + " " + each.code + ": " + each.detail);
}

void check_problem(const response& received, const json::value& body, complaints& out) {
    if (received.header_value("Content-Type") != "application/problem+json")
        out.push_back("a problem has the wrong Content-Type");
    check_leaks(received.text(), out);
    check_schema("Problem", body, out);
    if (!body.is_object() || !body.as_object().contains("code")) return;
    if (body.at("status").to_number<int>() != received.status) out.push_back("body and status differ");
    const auto* id = body.as_object().if_contains("request_id");
    if (!id || std::string_view{id->as_string()} != received.header_value("X-Request-Id"))
        out.push_back("request_id is not the header's");
    const int status = received.status;
    if ((status == 429 || status == 503) && received.header_value("Retry-After").empty())
        out.push_back("Retry-After is missing");
    if (status == 405 && received.header_value("Allow").empty()) out.push_back("Allow is missing");
    if (status == 401 && received.header_value("WWW-Authenticate").empty())
        out.push_back("WWW-Authenticate is missing");
    if (status == 500) out.push_back("an internal error");
}

void check_success(const route* of, const response& received, const json::value& body, complaints& out) {
    if (!of) return out.push_back("a success without a route");
    const bool may_create = of->operation == "putTenant" || of->operation == "putPlan";
    const bool created_by_put = may_create && received.status == 201;
    if (received.status != of->success && !created_by_put)
        out.push_back("the success should be " + std::to_string(of->success));
    if (of->media_type != "application/json") {
        if (received.header_value("Content-Type") != of->media_type) out.push_back("the wrong Content-Type");
        return;
    }
    if (of->response_schema.empty()) {
        if (!received.text().empty()) out.push_back("there is a body");
        if (!received.header_value("Content-Type").empty()) out.push_back("a Content-Type without a body");
        return;
    }
    if (received.header_value("Content-Type") != "application/json") out.push_back("the wrong Content-Type");
    check_schema(of->response_schema, body, out);
}

} // namespace

const route* find_route(std::string_view method, std::string_view host, std::string_view target) {
    const auto on = host.starts_with("admin.") ? host_kind::platform : host_kind::tenant;
    const std::string_view path = target.substr(0, target.find('?'));
    for (const route& each : all_routes())
        if (each.host == on && each.method == method && matches(each.path, path)) return &each;
    return nullptr;
}

std::vector<std::string> list_violations_of_problem(const response& received) {
    complaints out;
    boost::system::error_code broken;
    const json::value body = json::parse(received.text(), broken);
    if (broken) return {"the body is not JSON"};
    check_leaks(received.text(), out);
    check_schema("Problem", body, out);
    if (out.empty() && body.at("status").to_number<int>() != received.status)
        out.push_back("body and status differ");
    return out;
}

std::vector<std::string> list_violations(const request& sent, const response& received, bool is_https) {
    complaints out;
    check_headers(received, is_https, out);
    const std::string_view path = std::string_view{sent.target}.substr(0, sent.target.find('?'));
    // Of every host, and no routes of the API.
    if (path == "/livez" || path == "/readyz" || path == "/robots.txt" || path.starts_with("/.well-known/"))
        return out;
    if (sent.method == "OPTIONS" && received.status == 204) return out;
    if (sent.method == "HEAD" || received.status == 304) {
        if (!received.text().empty()) out.push_back("there is a body");
        return out;
    }
    const route* const of = find_route(sent.method, sent.host, sent.target);
    // Behind a link in a message, and on the way to an identity provider and back, a person is told on a page
    // why it does not work.
    const bool may_be_page =
        of && (of->path == "/api/v1/account-link" || of->operation.ends_with("ProviderSignIn"));
    if (may_be_page && received.status >= 400
        && received.header_value("Content-Type") == "text/html; charset=utf-8") {
        check_leaks(received.text(), out);
        return out;
    }
    const bool is_json = received.status >= 400 || !of || of->media_type == "application/json";
    json::value body;
    if (is_json && !received.text().empty()) {
        boost::system::error_code broken;
        body = json::parse(received.text(), broken);
        if (broken) {
            out.push_back("the body is not JSON");
            return out;
        }
    }
    if (received.status >= 400)
        check_problem(received, body, out);
    else
        check_success(of, received, body, out);
    return out;
}

} // namespace kidevent::tests
