#include "telemetry/error_report.hpp"

#include "core/time_text.hpp"

#include <boost/core/demangle.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <typeinfo>

namespace kidevent::telemetry {

namespace {

namespace json = boost::json;

std::string id_text(const uuid& id) {
    std::string text = to_string(id);
    std::erase(text, '-'); // Sentry writes 32 digits
    return text;
}

json::object event_of(const error_report& of) {
    std::string when;
    append_rfc3339(when, of.when);
    const std::string transaction = std::string{of.method} + " " + std::string{of.route};
    json::object tags{{"http.request.method", of.method},
                      {"http.route", of.route},
                      {"operation", of.operation},
                      {"tenant", of.tenant},
                      {"request_id", of.request_id}};
    json::object trace{{"trace_id", of.trace_id}, {"span_id", of.span_id}, {"op", "http.server"}};
    json::object thrown{{"type", of.type}, {"value", of.operation}};
    return {{"event_id", id_text(of.id)},
            {"timestamp", when},
            {"platform", "native"},
            {"level", "error"},
            {"logger", "kidevent"},
            {"release", "kidevent@" KIDEVENT_VERSION},
            {"environment", of.environment},
            {"transaction", transaction},
            {"tags", std::move(tags)},
            {"contexts", json::object{{"trace", std::move(trace)}}},
            {"exception", json::object{{"values", json::array{std::move(thrown)}}}},
            {"fingerprint", json::array{of.type, of.operation}}};
}

} // namespace

std::optional<sentry_target> parse_sentry_dsn(std::string_view dsn) {
    const auto scheme_end = dsn.find("://");
    const auto at = dsn.find('@');
    const auto slash = dsn.rfind('/');
    if (scheme_end == dsn.npos || at == dsn.npos || slash == dsn.npos || slash < at) return std::nullopt;
    const auto key_start = scheme_end + 3;
    if (at < key_start) return std::nullopt;
    // An old DSN carries a secret key behind a colon; it is not used any more.
    auto key = dsn.substr(key_start, at - key_start);
    key = key.substr(0, key.find(':'));
    const auto host = dsn.substr(at + 1, slash - at - 1); // and the path in front of the project, if any
    const auto project = dsn.substr(slash + 1);
    if (key.empty() || host.empty() || project.empty()) return std::nullopt;
    std::string url{dsn.substr(0, key_start)};
    url += std::string{host} + "/api/" + std::string{project} + "/envelope/";
    return sentry_target{std::move(url), std::string{key}};
}

http_client::outgoing_post sentry_envelope(const error_report& of, const sentry_target& to) {
    std::string sent_at;
    append_rfc3339(sent_at, of.when);
    const std::string event = json::serialize(event_of(of));
    http_client::outgoing_post made;
    made.url = to.url;
    made.headers = {{"Content-Type", "application/x-sentry-envelope"},
                    {"X-Sentry-Auth", "Sentry sentry_version=7, sentry_client=kidevent/" KIDEVENT_VERSION
                                      ", sentry_key="
                                          + to.public_key}};
    made.body = json::serialize(json::object{{"event_id", id_text(of.id)}, {"sent_at", sent_at}}) + "\n"
                + json::serialize(json::object{
                    {"type", "event"}, {"content_type", "application/json"}, {"length", event.size()}})
                + "\n" + event + "\n";
    return made;
}

std::string error_type_of(const std::exception& failed, std::string_view sqlstate) {
    std::string type = boost::core::demangle(typeid(failed).name());
    if (!sqlstate.empty()) type += " " + std::string{sqlstate};
    return type;
}

} // namespace kidevent::telemetry
