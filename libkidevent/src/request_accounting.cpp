#include "request_accounting.hpp"

#include "telemetry/exposition.hpp"
#include "telemetry/log.hpp"

#include <cstdio>

namespace kidevent {

namespace {

using std::chrono::milliseconds;
using telemetry::metric_named;

constexpr int error_reports_per_minute = 10;
constexpr std::size_t traces_per_post = 64;

constexpr std::array<std::string_view, 8> methods{"GET",   "HEAD",   "POST",    "PUT",
                                                  "PATCH", "DELETE", "OPTIONS", "_OTHER"};

std::string_view known_method(std::string_view given) {
    const auto found = std::find(methods.begin(), methods.end(), given);
    return found == methods.end() ? methods.back() : *found;
}

double as_ms(std::chrono::nanoseconds length) {
    return std::chrono::duration<double, std::milli>(length).count();
}

// "db events.find 0.4+1.2" : name, start and length in milliseconds.
std::string spans_text(const request_record& of) {
    std::string text;
    char times[64];
    for (const request_span& each : of.spans.list()) {
        std::snprintf(times, sizeof(times), " %.2f+%.2f", as_ms(each.begin - of.began),
                      as_ms(each.end - each.begin));
        if (!text.empty()) text += "; ";
        text += each.name;
        if (*each.detail != '\0') text += std::string{" "} + each.detail;
        text += times;
    }
    return text;
}

std::string_view text_of(db::db_error::kind kind) noexcept {
    using enum db::db_error::kind;
    switch (kind) {
    case unavailable: return "unavailable";
    case timeout: return "timeout";
    case conflict: return "conflict";
    case constraint: return "constraint";
    case capability: return "capability";
    case statement: return "statement";
    }
    return "";
}

} // namespace

std::size_t request_accounting::series_hash::operator()(const series_key& of) const noexcept {
    const std::hash<const void*> hash;
    return hash(of.route) * 31 + hash(of.method) * 7 + static_cast<std::size_t>(of.status);
}

request_accounting::request_accounting(const settings& with, telemetry::metrics& counts, std::size_t slot)
    : with_(with), counts_(counts), collector_(counts.slots()) {
    collector_.watch(slot);
    durations_.reserve(256);
    if (with.telemetry.sentry_dsn.empty()) return;
    sentry_ = telemetry::parse_sentry_dsn(with.telemetry.sentry_dsn);
    if (!sentry_) throw std::runtime_error("telemetry.sentry_dsn is not https://KEY@HOST/PROJECT");
}

std::shared_ptr<request_record> request_accounting::begin(const request& incoming) {
    auto made = std::make_shared<request_record>();
    made->id = make_uuid();
    made->request_id = to_string(made->id);
    made->began = request_span::clock::now();
    made->method = known_method(incoming.method);
    const bool exports = !with_.telemetry.traces_url.empty();
    const bool told = incoming.header_count("traceparent") == 1;
    made->trace =
        telemetry::begin_trace(made->id, told ? incoming.header_value("traceparent") : std::string_view{},
                               exports ? with_.telemetry.traces_per_thousand : 0);
    made->spans.traceparent = telemetry::traceparent_of(made->trace);
    made->spans.request_id = made->request_id;
    made->spans.came_from(incoming.remote_address);
    const bool is_traced = exports && made->trace.sampled;
    if (is_traced) made->began_at = clock{}.now();
    if (is_traced || with_.log.slow_request.count() > 0) made->spans.keep();
    counts_.set(metric_named("http_server_active_requests"), ++active_);
    return made;
}

void request_accounting::end(request_record& of, const response& made) {
    const auto took = request_span::clock::now() - of.began;
    telemetry::metrics::observe(duration_series(of, made.status), took);
    counts_.set(metric_named("http_server_active_requests"), --active_);
    if (made.status == 429) counts_.add(metric_named("kidevent_requests_limited_total"));
    if (!of.tenant.empty() && with_.fastcgi.metrics_tenants_max > 0) counts_.count_tenant(of.tenant);
    if (with_.log.slow_request.count() > 0 && took > with_.log.slow_request) log_slow(of, made.status, took);
    if (with_.log.requests == "all" || (with_.log.requests == "errors" && made.status >= 500))
        log_request(of, made.status, took);
    if (of.trace.sampled && !with_.telemetry.traces_url.empty()) keep_trace(of, made.status, took);
}

telemetry::metric_series& request_accounting::duration_series(const request_record& of, int status) {
    auto& known = durations_[{of.route.data(), of.method.data(), status}];
    if (!known)
        known = &counts_.series(metric_named("http_server_request_duration_seconds"),
                                {of.method, of.route.empty() ? "(none)" : of.route, std::to_string(status)});
    return *known;
}

void request_accounting::log_request(const request_record& of, int status,
                                     std::chrono::nanoseconds took) const {
    log::info("request", {{"trace_id", telemetry::to_hex(of.trace.trace)},
                          {"span_id", telemetry::to_hex(of.trace.span)},
                          {"request_id", of.request_id},
                          {"http.request.method", of.method},
                          {"http.route", of.route},
                          {"http.response.status_code", status},
                          {"tenant", of.tenant},
                          {"duration_ms", as_ms(took)}});
}

void request_accounting::log_slow(const request_record& of, int status, std::chrono::nanoseconds took) const {
    counts_.add(metric_named("kidevent_slow_requests_total"));
    log::warn("slow request", {{"trace_id", telemetry::to_hex(of.trace.trace)},
                               {"span_id", telemetry::to_hex(of.trace.span)},
                               {"request_id", of.request_id},
                               {"http.request.method", of.method},
                               {"http.route", of.route},
                               {"http.response.status_code", status},
                               {"tenant", of.tenant},
                               {"duration_ms", as_ms(took)},
                               {"spans", spans_text(of)},
                               {"spans_left_out", of.spans.left_out()}});
}

void request_accounting::keep_trace(const request_record& of, int status, std::chrono::nanoseconds took) {
    telemetry::finished_request made{of.trace, of.request_id, of.method, of.route, of.tenant,
                                     status,   of.began_at,   of.began,  took,     {}};
    made.spans.assign(of.spans.list().begin(), of.spans.list().end());
    finished_.push_back(std::move(made));
    if (finished_.size() >= traces_per_post) export_traces();
}

void request_accounting::export_traces() {
    if (finished_.empty()) return;
    const auto spans = telemetry::count_spans(finished_);
    sender_.submit(
        [url = with_.telemetry.traces_url, environment = with_.telemetry.environment,
         finished = std::exchange(finished_, {})] {
            http_client::outgoing_post made;
            made.url = url;
            made.headers = {{"Content-Type", "application/json"}};
            made.body = telemetry::otlp_traces(finished, environment);
            return made;
        },
        spans, spans_);
}

void request_accounting::count_database_error(db::db_error::kind kind) noexcept {
    counts_.add(metric_named("kidevent_db_errors_total"), text_of(kind));
}

void request_accounting::report_fault(const request_record& of, const std::exception& failed,
                                      std::string_view sqlstate) {
    if (!sentry_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - reports_since_ > std::chrono::minutes{1}) {
        reports_since_ = now;
        reports_made_ = 0;
    }
    if (++reports_made_ > error_reports_per_minute) {
        ++reports_limited_;
        return;
    }
    telemetry::error_report made{make_uuid(),
                                 clock{}.now(),
                                 telemetry::error_type_of(failed, sqlstate),
                                 of.method,
                                 of.route,
                                 of.operation,
                                 of.tenant,
                                 of.request_id,
                                 telemetry::to_hex(of.trace.trace),
                                 telemetry::to_hex(of.trace.span),
                                 with_.telemetry.environment};
    sender_.submit([made = std::move(made), to = *sentry_] { return telemetry::sentry_envelope(made, to); },
                   1, reports_);
}

void request_accounting::publish() {
    export_traces();
    counts_.set(metric_named("kidevent_spans_total"), "exported", spans_.sent);
    counts_.set(metric_named("kidevent_spans_total"), "dropped", spans_.dropped);
    counts_.set(metric_named("kidevent_error_reports_total"), "sent", reports_.sent);
    counts_.set(metric_named("kidevent_error_reports_total"), "limited", reports_limited_);
    counts_.set(metric_named("kidevent_error_reports_total"), "dropped", reports_.dropped);
}

std::string request_accounting::exposition() const {
    auto all = collector_.read();
    for (const auto& each :
         collector_.list_tenants(static_cast<std::size_t>(with_.fastcgi.metrics_tenants_max)))
        telemetry::add_reading(all, metric_named("kidevent_tenant_requests_total"), {each.slug},
                               static_cast<double>(each.count));
    return telemetry::exposition_text(all);
}

} // namespace kidevent
