#include "registrations/registration_endpoints.hpp"

#include "events/event_service.hpp"
#include "http/answer.hpp"
#include "http/id_cursor.hpp"
#include "http/json_fields.hpp"
#include "registrations/registration_service.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::registrations {

namespace {

void write_registration(http::json_writer& out, const registration& of) {
    out.begin_object()
        .member("id", of.id)
        .member("session_id", of.session)
        .member("event_id", of.event)
        .member("child_id", of.child)
        .member("state", of.cancelled_at ? "cancelled" : "registered");
    out.key("price")
        .begin_object()
        .member("amount_minor", of.price_minor)
        .member("currency", of.currency)
        .end_object();
    out.member("registered_at", of.registered_at).member("cancelled_at", of.cancelled_at);
    if (!of.event_title.empty())
        out.member("event_title", of.event_title).member("session_starts_at", of.session_starts_at);
    out.member("version", of.version).end_object();
}

response created_response(const std::vector<registration>& made) {
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("data").begin_array();
    for (const registration& each : made)
        write_registration(out, each);
    out.end_array().end_object();
    return http::json_response(201, std::move(text));
}

response registration_response(const registration& of) {
    std::string text;
    http::json_writer out{text};
    write_registration(out, of);
    response answer = http::json_response(200, std::move(text));
    http::append_etag(answer, of.version);
    return answer;
}

} // namespace

task<result<response>> handle_create_registrations(http::request_context& context) {
    std::vector<place> wished;
    for (const auto& each : context.body.at("places").as_array())
        wished.push_back(
            {child_id{*http::find_uuid(each, "child_id")}, session_id{*http::find_uuid(each, "session_id")}});
    auto registering = register_children(context, std::move(wished), created_response);
    auto answer = co_await registering;
    co_return answer;
}

task<result<response>> handle_list_registrations(http::request_context& context) {
    const auto known = context.query.check_names({"limit", "cursor"});
    if (!known) co_return known.error();
    const auto limit = http::page_limit(context.query);
    if (!limit) co_return limit.error();
    const std::string tenant_text = to_string(context.tenant->handle.id().value);
    const std::string household_text = to_string(context.acting.household()->value);
    const http::cursor_scope scope{tenant_text, context.operation, household_text};
    const auto before = http::read_id_cursor<registration_id>(context, scope);
    if (!before) co_return before.error();

    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_list_of_household(batch, *context.acting.household(), *before, *limit + 1);
    auto running = batch.run();
    co_await running;
    auto listed = read_registrations(found.rows());
    std::string next;
    if (std::ssize(listed) > *limit) {
        listed.pop_back();
        next = context.parts.cursors.encode(scope, {to_string(listed.back().id.value)});
    }
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("data").begin_array();
    for (const registration& each : listed)
        write_registration(out, each);
    out.end_array();
    http::write_page(out, *limit, next);
    out.end_object();
    co_return http::json_response(200, std::move(text));
}

task<result<response>> handle_get_registration(http::request_context& context) {
    const auto id = context.path_id<registration_id>(0);
    if (!id) co_return id.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_find(batch, context.acting, *id);
    auto running = batch.run();
    co_await running;
    if (found.rows().empty()) co_return refuse(errc::not_found);
    co_return registration_response(read_registrations(found.rows()).front());
}

task<result<response>> handle_put_cancellation(http::request_context& context) {
    const auto id = context.path_id<registration_id>(0);
    if (!id) co_return id.error();
    const auto cancelled = co_await cancel_registration(context, *id);
    if (!cancelled) co_return cancelled.error();
    co_return registration_response(*cancelled);
}

task<result<response>> handle_get_roster(http::request_context& context) {
    const auto id = context.path_id<session_id>(0);
    if (!id) co_return id.error();
    const auto known = context.query.check_names({"limit", "cursor"});
    if (!known) co_return known.error();
    const auto limit = http::page_limit(context.query);
    if (!limit) co_return limit.error();
    const std::string tenant_text = to_string(context.tenant->handle.id().value);
    const http::cursor_scope scope{tenant_text, context.operation, context.parameters[0]};
    const auto after = http::read_id_cursor<registration_id>(context, scope);
    if (!after) co_return after.error();

    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto session = events::session_lookup(batch, *id);
    const auto found = add_list_roster(batch, *id, *after, *limit + 1);
    auto running = batch.run();
    co_await running;
    if (session.rows().empty()) co_return refuse(errc::not_found);
    auto listed = read_roster(found.rows());
    std::string next;
    if (std::ssize(listed) > *limit) {
        listed.pop_back();
        next = context.parts.cursors.encode(scope, {to_string(listed.back().registration.value)});
    }
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("data").begin_array();
    for (const roster_line& each : listed)
        out.begin_object()
            .member("registration_id", each.registration)
            .member("child_id", each.child)
            .member("given_name", each.given_name)
            .member("family_name", each.family_name)
            .member("birth_date", each.birth_date)
            .member("guardian_name", each.guardian_name)
            .member("guardian_email", each.guardian_email)
            .member("registered_at", each.registered_at)
            .end_object();
    out.end_array();
    http::write_page(out, *limit, next);
    out.end_object();
    co_return http::json_response(200, std::move(text));
}

} // namespace kidevent::registrations
