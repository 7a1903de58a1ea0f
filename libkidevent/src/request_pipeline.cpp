// A request's way through the library, top to bottom: health, host's own routes, tenant, route, login,
// guards, body, handler.

#include "services.hpp"

#include "db/db_error.hpp"
#include "http/accept.hpp"
#include "http/answer.hpp"
#include "http/cookie.hpp"
#include "http/form_body.hpp"
#include "http/header_field.hpp"
#include "http/host.hpp"
#include "http/json_body.hpp"
#include "http/origin.hpp"
#include "http/problem.hpp"
#include "http/security_headers.hpp"
#include "http/target.hpp"
#include "http/well_known.hpp"
#include "http/wiped_body.hpp"
#include "identity/provider_failure_page.hpp"
#include "routes.hpp"
#include "telemetry/log.hpp"
#include "tenancy/slug.hpp"

#include <boost/json/serialize.hpp>

namespace kidevent {

namespace {

// A page of another site that the owner lets in acts by what it sends itself, such as an API key. The cookie
// of a login counts from there only where the owner allowed that, too.
result<> check_site(const http::request_context& context, std::string_view origin) {
    const auto* const other =
        context.tenant ? http::find_cors_origin(context.incoming, context.tenant->cors_origins) : nullptr;
    const auto cookie = http::find_cookie(context.incoming, http::login_cookie_name);
    // No page makes a browser send this header to another site without asking that site first.
    const bool has_key = context.incoming.header_count("Authorization") > 0 && cookie && !*cookie;
    if (!other && has_key) return {};
    if (!other) return http::check_same_origin(context.incoming, origin);
    if (other->allows_cookies) return {};
    if (!cookie) return cookie.error();
    if (*cookie) return refuse(errc::cross_site_request);
    return {};
}

http::request_class class_of(std::string_view method) {
    return http::is_safe_method(method) ? http::request_class::reads : http::request_class::writes;
}

http::request_class class_of(const route& of) {
    const bool proves = of.group == service::identity && of.who == access::everyone;
    const auto usual = class_of(of.method);
    return proves && usual == http::request_class::writes ? http::request_class::credentials : usual;
}

// In the organisation's name and language, whatever it was that failed.
void show_to_person(response& made, const request& incoming, const tenancy::tenant_resolver& tenants) {
    const auto host = http::normalised_host(incoming.host);
    const auto found = host ? tenants.find_remembered(*host) : std::nullopt;
    identity::show_failure(made, incoming, found && *found ? (**found).get() : nullptr);
}

// The platform's own API: operators, few and always let in before tenants.
constexpr http::tenant_share platform_share{.weight = 1000};

result<> check_body(const route& of, http::request_context& context, const http::schema_set& schemas,
                    const settings& with) {
    if (std::ssize(context.incoming.body) > with.http.body_bytes_max) return refuse(errc::body_too_large);
    if (of.request_schema.empty()) {
        if (context.incoming.body.empty()) return {};
        return refuse(errc::malformed_request, "", "unexpected", "this operation takes no body");
    }
    auto parsed =
        of.request_media_type == "application/json"
            ? http::parse_json_body(context.incoming, static_cast<std::size_t>(with.http.json_depth_max))
            : http::parse_form_body(context.incoming);
    if (!parsed) return parsed.error();
    context.body = std::move(*parsed);
    return schemas.check(of.request_schema, context.body);
}

} // namespace

task<> services::answer(request incoming, record_ptr record, platform::on_response done) {
    request_spans::current = {record, &record->spans}; // lives as long as the record
    const std::string path = incoming.target.substr(0, incoming.target.find('?'));
    const bool is_head = incoming.method == "HEAD";
    if (is_head) incoming.method = "GET";
    const http::wiped_on_exit wiping{incoming.body};
    response made;
    std::exception_ptr failed;
    try {
        made = co_await answer_or_throw(incoming, *record, path);
    } catch (...) {
        failed = std::current_exception();
    }
    request_spans::current = nullptr;
    if (failed) made = failure_response(failed, *record);
    if (made.status >= 400 && identity::is_provider_step(path)) show_to_person(made, incoming, tenants);
    http::append_limit_headers(record->headers, record->counted);
    http::append_door_headers(made, std::move(record->headers));
    complete(made, record->request_id);
    if (is_head) made.body = std::string{};
    done(std::move(made));
}

void services::complete(response& made, const std::string& request_id) const {
    // Problems carry it already.
    if (made.header_value("X-Request-Id").empty()) made.headers.push_back({"X-Request-Id", request_id});
    http::append_security_headers(made, with.http.scheme == "https");
}

task<response> services::answer_or_throw(const request& incoming, request_record& record,
                                         const std::string& path) {
    if (path == "/livez" || path == "/readyz") {
        record.route = path == "/livez" ? "/livez" : "/readyz";
        const std::string_view target = incoming.target;
        auto checking = answer_health(path, target.substr(std::min(path.size() + 1, target.size())));
        auto answered = co_await checking;
        co_return answered;
    }
    for (const host_route& each : host_routes_) {
        if (each.path != path || each.method != incoming.method) continue;
        record.route = each.path;
        co_return each.handler(incoming);
    }
    std::optional<result<response>> routed;
    try {
        auto routing = route_request(incoming, record);
        routed.emplace(co_await routing);
    } catch (const db::db_error& refused) {
        if (refused.what_kind() != db::db_error::kind::capability) throw;
        // What we remember of the tenant is out of date. Entering it is the first statement of everything, so
        // nothing was done; the request starts over, once.
        accounting.count_database_error(refused.what_kind());
        tenants.forget("");
    }
    if (!routed) {
        auto routing = route_request(incoming, record);
        routed.emplace(co_await routing);
    }
    if (*routed) co_return std::move(**routed);
    co_return http::problem_response(routed->error(), record.request_id, path);
}

task<result<response>> services::route_request(const request& incoming, request_record& record) {
    record.headers.clear();
    record.counted.clear();
    const auto single = http::check_single_headers(incoming);
    if (!single) co_return single.error();
    const auto host = http::normalised_host(incoming.host);
    if (!host) co_return refuse(errc::unknown_host);
    const bool is_platform = tenants.is_platform_host(*host);
    tenancy::tenant_ptr tenant;
    if (!is_platform) {
        auto found = tenants.find_remembered(*host);
        if (!found) {
            const timed_span resolving{"resolve"};
            found = co_await tenants.resolve_host(*host);
        }
        if (!*found) co_return found->error();
        tenant = **found;
        record.tenant = tenant->slug;
    }
    if (tenant) greet_other_site(incoming, *tenant, record);
    const auto target = http::parse_target(incoming.target);
    if (!target) co_return target.error();
    const auto origin = tenant ? tenant->origin : tenants.origin_of(tenancy::platform_slug);
    auto known = http::find_well_known(incoming, target->path, origin, with.http);
    if (known) co_return std::move(*known);
    const auto match = (is_platform ? platform_routes_ : tenant_routes_).match(incoming.method, target->path);
    const bool is_found = match.is == http::route_match::outcome::found;
    auto counting = count_request(is_found ? class_of(all_routes()[match.index]) : class_of(incoming.method),
                                  incoming, record);
    auto turned_away = co_await counting;
    if (turned_away) co_return std::move(*turned_away);
    if (match.is == http::route_match::outcome::not_found) co_return refuse(errc::not_found);
    if (!is_found && http::is_preflight(incoming) && tenant
        && http::find_cors_origin(incoming, tenant->cors_origins))
        co_return http::preflight_answer(match.allow, with.http.cors_max_age);
    if (!is_found) co_return http::method_not_allowed_response(match.allow, record.request_id, target->path);
    record.matched(all_routes()[match.index]);
    auto query = http::query_string::parse(target->query_text);
    if (!query) co_return query.error();

    const route& wanted = all_routes()[match.index];
    auto sharing = count_tenant(tenant.get(), incoming, record);
    turned_away = co_await sharing;
    if (turned_away) co_return std::move(*turned_away);
    auto entering = admissions.enter(tenant ? tenant->handle.id() : tenant_id{},
                                     tenant ? tenant->share : platform_share, urgency_of(wanted));
    auto place = co_await entering;
    if (!place && place.error().code == errc::too_many_requests)
        co_return http::quota_response(place.error().retry_after_seconds, {"tenant"}, record.request_id,
                                       target->path);
    if (!place) co_return place.error();

    http::request_context context{
        incoming, record.request_id, target->path, std::move(*query), {}, match.parameters, wanted.operation,
        "",       std::move(tenant), actor{},      handler_parts};
    auto running = run_route(match.index, context, record);
    auto answered = co_await running;
    if (!answered) note_denied(wanted, context, answered.error().code);
    co_return answered;
}

task<result<response>> services::run_route(std::size_t index, http::request_context& context,
                                           request_record& record) {
    const route& of = all_routes()[index];
    const std::string origin =
        context.tenant ? context.tenant->origin : tenants.origin_of(tenancy::platform_slug);
    if (!of.from_any_origin) {
        const auto is_let_in = check_site(context, origin);
        if (!is_let_in) co_return is_let_in.error();
    }
    if (!http::accepts(context.incoming, of.media_type)) co_return refuse(errc::not_acceptable);
    if (of.query_parameters.empty()) {
        const auto none = context.query.check_names({});
        if (!none) co_return none.error();
    }
    if (of.who != access::everyone) {
        auto guarding = let_in(of, context);
        const auto admitted = co_await guarding;
        if (!admitted) co_return admitted.error();
        auto counting = count_account(context, record);
        auto turned_away = co_await counting;
        if (turned_away) co_return std::move(*turned_away);
    }
    const auto needed = required_feature(of);
    if (needed && !context.tenant->features.has(*needed)) co_return refuse(errc::feature_not_in_plan);
    const http::wiped_on_exit wiping{context.body};
    const auto checked = check_body(of, context, schemas_, with);
    if (!checked) co_return checked.error();
    const timed_span running{"handler"};
    auto handling = of.handler(context);
    auto answered = co_await handling;
    co_return answered;
}

response services::failure_response(std::exception_ptr failed, const request_record& record) {
    const std::string& request_id = record.request_id;
    try {
        std::rethrow_exception(failed);
    } catch (const db::db_error& broken) {
        using kind = db::db_error::kind;
        log::error("database error", {{"trace_id", telemetry::to_hex(record.trace.trace)},
                                      {"span_id", telemetry::to_hex(record.trace.span)},
                                      {"request_id", request_id},
                                      {"error.type", broken.sqlstate()},
                                      {"detail", broken.what()}});
        accounting.count_database_error(broken.what_kind());
        // A capability that is refused means that what we remember of the tenant is out of date.
        if (broken.what_kind() == kind::capability) tenants.forget("");
        switch (broken.what_kind()) {
        case kind::unavailable:
        case kind::conflict:
        case kind::capability: return http::unavailable_response(request_id, 1);
        case kind::timeout: return http::timeout_response(request_id);
        case kind::constraint:
        case kind::statement: accounting.report_fault(record, broken, broken.sqlstate()); break;
        }
    } catch (const std::exception& broken) {
        log::error("request failed", {{"trace_id", telemetry::to_hex(record.trace.trace)},
                                      {"span_id", telemetry::to_hex(record.trace.span)},
                                      {"request_id", request_id},
                                      {"detail", broken.what()}});
        accounting.report_fault(record, broken);
    } catch (...) {
        log::error("request failed", {{"request_id", request_id}});
    }
    return http::internal_error_response(request_id);
}

} // namespace kidevent
