#include "telemetry/otlp.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace kidevent::telemetry {

namespace {

namespace json = boost::json;

constexpr int kind_internal = 1;
constexpr int kind_server = 2;
constexpr int kind_client = 3;
constexpr int code_error = 2;

// 64-bit numbers are strings in OTLP's JSON.
std::string nanoseconds_text(timestamp when, std::chrono::nanoseconds later) {
    return std::to_string((std::chrono::nanoseconds{when.time_since_epoch()} + later).count());
}

json::object attribute(std::string_view key, std::string_view value) {
    return {{"key", key}, {"value", json::object{{"stringValue", value}}}};
}

json::object attribute(std::string_view key, int value) {
    return {{"key", key}, {"value", json::object{{"intValue", std::to_string(value)}}}};
}

json::object server_span(const finished_request& of) {
    std::string name{of.method};
    if (!of.route.empty()) name += " " + std::string{of.route};
    json::object made{{"traceId", to_hex(of.context.trace)},
                      {"spanId", to_hex(of.context.span)},
                      {"name", name},
                      {"kind", kind_server},
                      {"startTimeUnixNano", nanoseconds_text(of.began, {})},
                      {"endTimeUnixNano", nanoseconds_text(of.began, of.took)}};
    if (of.context.has_parent()) made["parentSpanId"] = to_hex(of.context.parent);
    json::array attributes{attribute("http.request.method", of.method),
                           attribute("http.response.status_code", of.status),
                           attribute("kidevent.request_id", of.request_id)};
    if (!of.route.empty()) attributes.push_back(attribute("http.route", of.route));
    if (!of.tenant.empty()) attributes.push_back(attribute("kidevent.tenant", of.tenant));
    made["attributes"] = std::move(attributes);
    if (of.status >= 500) made["status"] = json::object{{"code", code_error}};
    return made;
}

json::object child_span(const finished_request& of, const request_span& from) {
    const uuid fresh = make_uuid();
    const bool asks_database = std::string_view{from.name} == "db";
    const std::string_view detail{from.detail};
    json::object made{{"traceId", to_hex(of.context.trace)},
                      {"spanId", to_hex(fresh.bytes.data() + 8, 8)},
                      {"parentSpanId", to_hex(of.context.span)},
                      {"name", detail.empty() ? std::string_view{from.name} : detail},
                      {"kind", asks_database ? kind_client : kind_internal},
                      {"startTimeUnixNano", nanoseconds_text(of.began, from.begin - of.began_steady)},
                      {"endTimeUnixNano", nanoseconds_text(of.began, from.end - of.began_steady)}};
    if (asks_database) made["attributes"] = json::array{attribute("db.system.name", "postgresql")};
    return made;
}

} // namespace

std::string otlp_traces(const std::vector<finished_request>& finished, std::string_view environment) {
    json::array spans;
    for (const finished_request& each : finished) {
        spans.push_back(server_span(each));
        for (const request_span& inner : each.spans)
            spans.push_back(child_span(each, inner));
    }
    const json::object scope{{"scope", json::object{{"name", "kidevent"}, {"version", KIDEVENT_VERSION}}},
                             {"spans", std::move(spans)}};
    const json::object resource{
        {"attributes",
         json::array{attribute("service.name", "kidevent"), attribute("service.version", KIDEVENT_VERSION),
                     attribute("deployment.environment.name", environment)}}};
    return json::serialize(json::object{
        {"resourceSpans",
         json::array{json::object{{"resource", resource}, {"scopeSpans", json::array{scope}}}}}});
}

std::size_t count_spans(const std::vector<finished_request>& finished) {
    std::size_t count = finished.size();
    for (const finished_request& each : finished)
        count += each.spans.size();
    return count;
}

} // namespace kidevent::telemetry
