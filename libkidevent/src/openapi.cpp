// Prints the route table as an OpenAPI 3.1 document.

#include "routes.hpp"

#include "http/problem.hpp"

#include <map>

namespace kidevent {

namespace json = boost::json;

namespace {

json::object reference_to(std::string_view schema) {
    return {{"$ref", "#/components/schemas/" + std::string{schema}}};
}

json::object body_of(std::string_view media_type, std::string_view schema) {
    return {{"content", json::object{{media_type, json::object{{"schema", reference_to(schema)}}}}}};
}

json::object path_parameter(std::string_view name) {
    json::object schema{{"type", "string"}};
    if (name.ends_with("_id")) schema["format"] = "uuid";
    return {{"name", name}, {"in", "path"}, {"required", true}, {"schema", std::move(schema)}};
}

json::object query_parameter(const route& of, std::string_view name) {
    static const std::map<std::string, json::object> schemas{
        {"limit", {{"type", "integer"}, {"minimum", 1}, {"maximum", 100}}},
        {"cursor", {{"type", "string"}}},
        {"from", {{"type", "string"}, {"format", "date"}}},
        {"to", {{"type", "string"}, {"format", "date"}}},
        {"age", {{"type", "integer"}, {"minimum", 0}, {"maximum", 25}}},
        {"category", {{"type", "string"}, {"maxLength", 60}}},
        {"q", {{"type", "string"}, {"maxLength", 100}}},
        {"topics", {{"type", "string"}, {"default", "events"}}},
        {"account_id", {{"type", "string"}, {"format", "uuid"}}},
        {"role", {{"type", "string"}, {"enum", json::array{"guardian", "staff", "manager", "owner"}}}},
        {"token", {{"type", "string"}, {"maxLength", 300}}},
        {"return_to", {{"type", "string"}, {"maxLength", 500}, {"default", "/"}}},
        {"code", {{"type", "string"}}},
        {"iss", {{"type", "string"}}},
        {"error", {{"type", "string"}}},
        {"finishProviderSignIn.state", {{"type", "string"}}},
        {"state", {{"type", "string"}, {"enum", json::array{"draft", "published", "cancelled"}}}},
        {"actor", {{"type", "string"}, {"maxLength", 100}}},
        {"action", {{"type", "string"}, {"maxLength", 100}}},
        {"subject", {{"type", "string"}, {"maxLength", 100}}},
        {"listAuditEntries.from", {{"type", "string"}, {"format", "date-time"}}},
        {"listAuditEntries.to", {{"type", "string"}, {"format", "date-time"}}},
        {"listNotifications.state",
         {{"type", "string"},
          {"enum", json::array{"queued", "deferred", "sent", "failed", "suppressed", "bounced"}}}},
    };
    const auto own = schemas.find(std::string{of.operation} + "." + std::string{name});
    const json::object& schema = own == schemas.end() ? schemas.at(std::string{name}) : own->second;
    return {{"name", name}, {"in", "query"}, {"required", false}, {"schema", schema}};
}

json::object header_parameter(std::string_view name, bool required) {
    return {{"name", name},
            {"in", "header"},
            {"required", required},
            {"schema", json::object{{"type", "string"}}}};
}

// Public answers, which clients keep and ask about.
bool honours_if_none_match(const route& of) {
    return of.operation == "listEvents" || of.operation == "getEvent";
}

json::array parameters_of(const route& of) {
    json::array listed;
    for (std::size_t open = of.path.find('{'); open != std::string_view::npos;
         open = of.path.find('{', open + 1))
        listed.push_back(path_parameter(of.path.substr(open + 1, of.path.find('}', open) - open - 1)));
    for (std::string_view rest = of.query_parameters; !rest.empty();) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        listed.push_back(query_parameter(of, rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (of.needs_if_match) listed.push_back(header_parameter("If-Match", true));
    if (honours_if_none_match(of)) listed.push_back(header_parameter("If-None-Match", false));
    if (of.honours_idempotency_key) listed.push_back(header_parameter("Idempotency-Key", false));
    return listed;
}

json::object responses_of(const route& of) {
    json::object success{{"description", of.summary}};
    if (!of.response_schema.empty())
        success["content"] = body_of("application/json", of.response_schema)["content"];
    if (of.media_type != "application/json")
        success["content"] = json::object{{of.media_type, {{"schema", {{"type", "string"}}}}}};
    json::object all{{std::to_string(of.success), success}};
    // Creating by PUT answers 201 when there was nothing before.
    if (of.operation == "putTenant" || of.operation == "putPlan") all["201"] = success;
    if (honours_if_none_match(of))
        all["304"] = json::object{{"description", "The client has this answer already"}};
    // A range of its own for what the client can mend; generated clients tell it from what it cannot.
    for (const char* status : {"4XX", "default"})
        all[status] = json::object{{"$ref", "#/components/responses/Problem"}};
    // Behind a link, and on the way to a provider and back, a person is told on a page why it does not work.
    const bool is_link = of.path == "/api/v1/account-link";
    if (is_link || of.operation.ends_with("ProviderSignIn")) {
        json::object refused{
            {"description", is_link ? "Why the link cannot be followed" : "Why the way does not lead on"}};
        refused["content"] = body_of("application/problem+json", "Problem")["content"];
        refused["content"].as_object()["text/html; charset=utf-8"] =
            json::object{{"schema", json::object{{"type", "string"}}}};
        all["4XX"] = std::move(refused);
        if (!is_link) all["default"] = all["4XX"];
    }
    return all;
}

// A login, or an API key where keys may carry the permission.
json::array security_of(const route& of) {
    json::array ways;
    if (of.who != access::everyone) ways.push_back(json::object{{"login", json::array{}}});
    const auto needed = of.who.needed();
    if (needed && api_key_scopes().has(*needed)) ways.push_back(json::object{{"api_key", json::array{}}});
    return ways;
}

json::object operation_of(const route& of) {
    json::object operation{{"operationId", of.operation},
                           {"summary", of.summary},
                           {"tags", json::array{to_text(of.group)}},
                           {"x-permission", to_text(of.who)}};
    if (const auto needed = required_feature(of)) {
        tenancy::feature_set only;
        only.add(*needed);
        operation["x-feature"] = only.to_text();
    }
    if (auto parameters = parameters_of(of); !parameters.empty())
        operation["parameters"] = std::move(parameters);
    if (!of.request_schema.empty()) {
        operation["requestBody"] = body_of(of.request_media_type, of.request_schema);
        operation["requestBody"].as_object()["required"] = true;
    }
    operation["security"] = security_of(of);
    operation["responses"] = responses_of(of);
    return operation;
}

// Several hosts share paths, so the platform's are listed under a path item of their own with its server.
json::object paths_of(host_kind host) {
    json::object paths;
    for (const route& each : all_routes()) {
        if (each.host != host) continue;
        auto& item = paths[each.path];
        if (!item.is_object()) item = json::object{};
        std::string verb{each.method};
        std::transform(verb.begin(), verb.end(), verb.begin(),
                       [](char c) { return static_cast<char>(c - 'A' + 'a'); });
        item.as_object()[verb] = operation_of(each);
    }
    return paths;
}

json::array tags() {
    const auto tag = [](service of, std::string_view about) {
        return json::object{{"name", to_text(of)}, {"description", about}};
    };
    return {tag(service::identity, "Accounts, and signing in and out"),
            tag(service::families, "The children of a household"),
            tag(service::events, "What is offered: events and their sessions"),
            tag(service::registrations, "Who takes part"),
            tag(service::notifications, "What people are told, and how"),
            tag(service::platform, "The organisations themselves")};
}

json::array problem_codes() {
    json::array listed;
    for (const http::problem_entry& each : http::list_problems())
        listed.push_back(json::object{{"code", each.code}, {"status", each.status}, {"title", each.title}});
    return listed;
}

} // namespace

json::object openapi_document() {
    json::object problem{{"description", "Why the request was refused (RFC 9457)"}};
    problem["content"] = body_of("application/problem+json", "Problem")["content"];
    json::object components{
        {"schemas", api_schemas()},
        {"responses", json::object{{"Problem", problem}}},
        {"securitySchemes",
         json::object{
             {"login", json::object{{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-kidevent"}}},
             {"api_key", json::object{{"type", "http"}, {"scheme", "bearer"}}}}}};
    return {{"openapi", "3.1.0"},
            {"info",
             json::object{{"title", "KidEvent"},
                          {"version", "1"},
                          {"summary", "Children's events of many organisations"},
                          {"license", json::object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
            {"servers", json::array{json::object{{"url", "/"}}}},
            {"tags", tags()},
            {"paths", paths_of(host_kind::tenant)},
            {"x-platform-paths", paths_of(host_kind::platform)},
            {"x-problem-codes", problem_codes()},
            {"components", components}};
}

} // namespace kidevent
