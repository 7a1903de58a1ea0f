#include "identity/support_endpoints.hpp"

#include "http/answer.hpp"
#include "http/cookie.hpp"
#include "http/id_page.hpp"
#include "http/json_fields.hpp"
#include "identity/admin_service.hpp"
#include "identity/support_service.hpp"
#include "tenancy/tenant_resolver.hpp"

namespace kidevent::identity {

namespace {

void write_members(http::json_writer& out, const support_session& of) {
    out.member("id", of.id)
        .member("admin_email", of.admin_email)
        .member("reason", of.reason)
        .member("opened_at", of.opened_at)
        .member("entered_at", of.entered_at)
        .member("until", of.until)
        .member("ended_at", of.ended_at);
    out.key("ended_by");
    if (of.ended_by.empty())
        out.value(nullptr);
    else
        out.value(of.ended_by);
}

void write_session(http::json_writer& out, const support_session& of) {
    out.begin_object();
    write_members(out, of);
    out.end_object();
}

} // namespace

task<result<response>> handle_open_support_session(http::request_context& context) {
    auto resolving = context.parts.tenants.resolve_slug(std::string{context.parameters[0]});
    const auto at = co_await resolving;
    if (!at) co_return at.error().code == errc::unknown_host ? refuse(errc::not_found) : at.error();
    auto finding = context.parts.admins.find_admin(context.acting.account());
    const auto admin = co_await finding;
    if (!admin) co_return refuse(errc::not_found);
    new_support_session wanted{http::text_or(context.body, "reason"),
                               std::chrono::minutes{http::find_integer(context.body, "minutes").value_or(0)}};
    auto opening = context.parts.support.open(**at, context.acting, admin->email, std::move(wanted));
    const auto opened = co_await opening;
    if (!opened) co_return opened.error();
    std::string text;
    http::json_writer out{text};
    out.begin_object();
    write_members(out, opened->what);
    out.member("origin", (*at)->origin).member("code", opened->code).end_object();
    response answer = http::json_response(201, std::move(text));
    answer.headers.push_back({"Cache-Control", "no-store"});
    co_return answer;
}

task<result<response>> handle_create_support_login(http::request_context& context) {
    auto entering = context.parts.support.enter(*context.tenant, http::text_or(context.body, "code"));
    const auto entered = co_await entering;
    if (!entered) co_return entered.error();
    std::string text;
    http::json_writer out{text};
    write_session(out, entered->what);
    response answer = http::json_response(201, std::move(text));
    answer.headers.push_back({"Set-Cookie", http::login_cookie(entered->token, entered->time_left)});
    co_return answer;
}

task<result<response>> handle_list_support_sessions(http::request_context& context) {
    const auto known = context.query.check_names({"limit", "cursor"});
    if (!known) co_return known.error();
    const auto page = http::id_page<support_session_id>::read(context, context.tenant->handle.id(), "");
    if (!page) co_return page.error();
    auto listing = context.parts.support.list(*context.tenant, page->after(), page->rows_wanted());
    auto listed = co_await listing;
    co_return page->answer(std::move(listed), write_session, [](const support_session& of) { return of.id; });
}

task<result<response>> handle_put_support_session_end(http::request_context& context) {
    const auto id = context.path_id<support_session_id>(0);
    if (!id) co_return id.error();
    auto ending = context.parts.support.end(*context.tenant, context.acting, *id);
    const auto ended = co_await ending;
    if (!ended) co_return ended.error();
    co_return http::empty_response(204);
}

} // namespace kidevent::identity
