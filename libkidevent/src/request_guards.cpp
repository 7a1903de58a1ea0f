// Who sent a request and whether the route is open to them; what was refused goes to the audit log.

#include "audit/audit_log.hpp"
#include "http/ascii.hpp"
#include "http/cookie.hpp"
#include "http/header_field.hpp"
#include "http/problem.hpp"
#include "routes.hpp"
#include "services.hpp"

namespace kidevent {

using telemetry::metric_named;

task<result<>> services::let_in(const route& of, http::request_context& context) {
    auto identifying = identify(context);
    auto who = co_await identifying;
    if (!who) co_return who.error();
    context.acting = std::move(*who);
    if (context.acting.must_enrol() && !is_for_enrolment(of))
        co_return refuse(errc::second_factor_enrolment_required);
    if (!of.who.admits(context.acting)) co_return refuse(errc::forbidden);
    if (context.acting.acts_as() != role::support) co_return result<>{};
    counts.add(metric_named("kidevent_support_requests_total"));
    auto noting =
        support.note_request(*context.tenant, context.acting, std::string{of.operation}, context.path);
    co_await noting;
    co_return result<>{};
}

task<result<actor>> services::identify(http::request_context& context) {
    const timed_span finding{"login"};
    const auto authorization = http::find_single_header(context.incoming, "Authorization");
    if (!authorization) co_return authorization.error();
    if (*authorization && context.tenant) {
        const auto cookie = http::find_cookie(context.incoming, http::login_cookie_name);
        if (!cookie || *cookie)
            co_return refuse(errc::malformed_request, "Authorization", "not_allowed",
                             "send a login cookie or an API key, not both");
        auto asking = identify_by_key(context, **authorization);
        auto found = co_await asking;
        co_return found;
    }
    const auto cookie = http::find_cookie(context.incoming, http::login_cookie_name);
    if (!cookie) co_return cookie.error();
    if (!*cookie) co_return refuse(errc::sign_in_required);
    context.login_token = std::string{**cookie};
    actor found;
    if (!context.tenant) {
        auto asking = admins.find_actor(context.login_token);
        found = co_await asking;
    } else if (context.login_token.starts_with(identity::support_token_prefix)) {
        auto asking = support.find_actor(*context.tenant, context.login_token);
        found = co_await asking;
    } else {
        auto asking = logins.find_actor(*context.tenant, context.login_token);
        found = co_await asking;
    }
    if (!found.is_signed_in()) co_return refuse(errc::sign_in_required);
    co_return found;
}

task<result<actor>> services::identify_by_key(const http::request_context& context,
                                              std::string_view authorization) {
    constexpr std::string_view scheme = "Bearer ";
    const bool is_key = http::equal_ignoring_case(authorization.substr(0, scheme.size()), scheme);
    std::string key{is_key ? authorization.substr(scheme.size()) : std::string_view{}};
    auto asking = api_keys.find_actor(*context.tenant, std::move(key));
    auto found = co_await asking;
    counts.add(metric_named("kidevent_api_key_requests_total"), found ? "accepted" : "refused");
    co_return found;
}

// Failed sign-ins are written where the account is known.
void services::note_denied(const route& of, const http::request_context& context, errc reason) {
    switch (reason) {
    case errc::forbidden:
    case errc::cross_site_request:
    case errc::second_factor_enrolment_required:
    case errc::api_key_unknown: break;
    default: return;
    }
    if (!context.tenant) return;
    boost::json::object details{{"operation", of.operation}, {"reason", http::problem_of(reason).code}};
    if (const auto target = parse_uuid(context.parameters[0])) details["target"] = to_string(*target);
    denied.note(context.tenant->handle, context.acting, audit::action::request_denied, "",
                std::move(details));
}

} // namespace kidevent
