#include "identity/provider_sign_in_endpoints.hpp"

#include "http/answer.hpp"
#include "http/cookie.hpp"
#include "http/header_field.hpp"
#include "http/json_fields.hpp"
#include "http/origin.hpp"
#include "identity/device_text.hpp"
#include "identity/identity_provider_service.hpp"
#include "identity/login_service.hpp"
#include "identity/oidc_repository.hpp"
#include "identity/oidc_service.hpp"
#include "telemetry/metrics.hpp"

namespace kidevent::identity {

namespace {

response redirect_to(std::string url) {
    response made = http::empty_response(302);
    made.headers.push_back({"Location", std::move(url)});
    made.headers.push_back({"Cache-Control", "no-store"});
    return made;
}

std::string text_in(const http::request_context& context, std::string_view name) {
    return std::string{context.query.find(name).value_or("")};
}

// A frame, an image or a script is no sign-in. Browsers that say nothing of it are believed.
result<> check_is_page(const request& incoming) {
    const std::pair<std::string_view, std::string_view> wanted[] = {{"Sec-Fetch-Mode", "navigate"},
                                                                    {"Sec-Fetch-Dest", "document"}};
    for (const auto& [name, value] : wanted) {
        const auto said = http::find_single_header(incoming, name);
        if (!said) return said.error();
        if (*said && **said != value) return refuse(errc::cross_site_request);
    }
    return {};
}

std::string_view outcome_of(const result<provider_sign_in>& done) {
    if (done) return done->token.empty() ? "connected" : done->is_new ? "created" : "succeeded";
    switch (done.error().code) {
    case errc::identity_provider_cancelled: return "cancelled";
    case errc::identity_provider_refused: return "refused";
    case errc::identity_provider_unavailable: return "unavailable";
    default: return "other";
    }
}

// Whoever is signed in to the browser; nobody, when that is not so.
task<actor> find_signed_in(http::request_context& context) {
    const auto cookie = http::find_cookie(context.incoming, http::login_cookie_name);
    if (!cookie || !*cookie) co_return actor{};
    auto finding = context.parts.logins.find_actor(*context.tenant, std::string{**cookie});
    auto found = co_await finding;
    co_return found;
}

provider_return read_return(const http::request_context& context) {
    const auto agent = http::find_single_header(context.incoming, "User-Agent");
    const std::string_view text = agent && *agent ? **agent : std::string_view{};
    return {text_in(context, "state"), text_in(context, "code"), text_in(context, "iss"),
            text_in(context, "error"), device_text(text)};
}

} // namespace

task<result<response>> handle_begin_provider_sign_in(http::request_context& context) {
    const auto known = context.query.check_names({"return_to"});
    if (!known) co_return known.error();
    const auto from_here = http::check_origin(context.incoming, context.tenant->origin);
    if (!from_here) co_return from_here.error();
    const auto id = context.path_id<identity_provider_id>(0);
    if (!id) co_return id.error();
    std::string return_to{context.query.find("return_to").value_or("/")};
    auto beginning = context.parts.oidc.begin(*context.tenant, *id, std::move(return_to), std::nullopt,
                                              context.incoming.remote_address);
    const auto begun = co_await beginning;
    if (!begun) co_return begun.error();
    response answer = redirect_to(begun->url);
    answer.headers.push_back(
        {"Set-Cookie", http::provider_cookie(begun->browser, context.parts.with.oidc.attempt_lifetime)});
    co_return answer;
}

// What else a provider may add to the query is passed over (RFC 6749, 4.1.2).
task<result<response>> handle_finish_provider_sign_in(http::request_context& context) {
    const auto is_page = check_is_page(context.incoming);
    if (!is_page) co_return is_page.error();
    const auto id = context.path_id<identity_provider_id>(0);
    if (!id) co_return id.error();
    const auto browser = http::find_cookie(context.incoming, http::provider_cookie_name);
    if (!browser) co_return browser.error();
    auto finding = find_signed_in(context);
    actor acting = co_await finding;
    auto finishing = context.parts.oidc.finish(*context.tenant, *id, read_return(context),
                                               std::string{browser->value_or("")}, std::move(acting));
    const auto done = co_await finishing;
    context.parts.counts.add(telemetry::metric_named("kidevent_provider_sign_ins_total"), outcome_of(done));
    if (!done) co_return done.error();
    if (done->is_new) context.parts.counts.add(telemetry::metric_named("kidevent_accounts_created_total"));
    response answer = redirect_to(done->return_to);
    answer.headers.push_back({"Set-Cookie", http::expired_provider_cookie()});
    if (!done->token.empty())
        answer.headers.push_back(
            {"Set-Cookie", http::login_cookie(done->token, context.parts.logins.login_lifetime())});
    co_return answer;
}

task<result<response>> handle_list_identities(http::request_context& context) {
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_list_identities(batch, context.acting.account());
    auto running = batch.run();
    co_await running;
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("data").begin_array();
    for (const external_identity& each : read_identities(found.rows()))
        out.begin_object()
            .member("id", each.id)
            .member("issuer", each.issuer)
            .member("provider_name", each.provider_name)
            .member("email", each.email)
            .member("created_at", each.created_at)
            .member("last_used_at", each.last_used_at)
            .end_object();
    out.end_array().end_object();
    co_return http::json_response(200, std::move(text));
}

task<result<response>> handle_begin_connecting(http::request_context& context) {
    // A connection lasts; a key's does not begin one.
    if (context.acting.is_api_key()) co_return refuse(errc::forbidden);
    const auto id = http::find_uuid(context.body, "provider_id");
    if (!id) co_return refuse(errc::not_found);
    auto beginning = context.parts.oidc.begin(*context.tenant, identity_provider_id{*id},
                                              http::text_or(context.body, "return_to", "/"),
                                              context.acting.account(), context.incoming.remote_address);
    const auto begun = co_await beginning;
    if (!begun) co_return begun.error();
    std::string text;
    http::json_writer out{text};
    out.begin_object().member("authorization_url", begun->url).end_object();
    response answer = http::json_response(200, std::move(text));
    answer.headers.push_back(
        {"Set-Cookie", http::provider_cookie(begun->browser, context.parts.with.oidc.attempt_lifetime)});
    co_return answer;
}

task<result<response>> handle_delete_identity(http::request_context& context) {
    if (context.acting.is_api_key()) co_return refuse(errc::forbidden);
    const auto id = context.path_id<external_identity_id>(0);
    if (!id) co_return id.error();
    auto disconnecting = disconnect_identity(context, *id);
    const auto done = co_await disconnecting;
    if (!done) co_return done.error();
    co_return http::empty_response(204);
}

} // namespace kidevent::identity
