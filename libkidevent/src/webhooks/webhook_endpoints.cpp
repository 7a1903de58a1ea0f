#include "webhooks/webhook_endpoints.hpp"

#include "http/answer.hpp"
#include "http/id_page.hpp"
#include "http/json_fields.hpp"
#include "tenancy/tenant.hpp"
#include "webhooks/webhook_repository.hpp"
#include "webhooks/webhook_service.hpp"

namespace kidevent::webhooks {

namespace {

void write_members(http::json_writer& out, const webhook& of) {
    out.member("id", of.id).member("url", of.url).member("description", of.description);
    out.key("types").begin_array();
    for (const std::string& each : list_types(of.types))
        out.value(each);
    out.end_array();
    out.member("enabled", !of.disabled_at)
        .member("disabled_at", of.disabled_at)
        .member("disabled_reason", of.disabled_reason)
        .member("created_at", of.created_at)
        .member("version", of.version);
}

void write_webhook(http::json_writer& out, const webhook& of) {
    out.begin_object();
    write_members(out, of);
    out.end_object();
}

void write_delivery(http::json_writer& out, const delivery& of) {
    out.begin_object()
        .member("id", of.id)
        .member("webhook_id", of.of)
        .member("event_id", of.event)
        .member("type", of.type)
        .member("state", of.state())
        .member("attempts", of.attempts)
        .member("status_code", of.status_code)
        .member("error", of.error)
        .member("created_at", of.created_at)
        .member("attempted_at", of.attempted_at)
        .member("next_attempt_at", of.next_attempt_at)
        .member("delivered_at", of.delivered_at)
        .end_object();
}

response webhook_response(const webhook& of) {
    return http::versioned_response(200, of.version, write_webhook, of);
}

void write_with_secret(http::json_writer& out, const webhook_with_secret& made) {
    out.begin_object();
    write_members(out, made.what);
    out.member("secret", made.signing_secret.reveal()).end_object();
}

// The only answers that ever hold a secret: to whoever has just made it.
response secret_response(const webhook_with_secret& made) {
    response answer = http::versioned_response(201, made.what.version, write_with_secret, made);
    answer.headers.push_back({"Location", "/api/v1/webhooks/" + to_string(made.what.id.value)});
    return answer;
}

response delivery_response(const delivery& of) {
    std::string text;
    http::json_writer out{text};
    write_delivery(out, of);
    return http::json_response(202, std::move(text));
}

webhook_change read_change(const boost::json::value& body) {
    webhook_change read{http::find_text(body, "url"), http::find_text(body, "description"), {}, {}};
    if (const auto* types = http::find_member(body, "types")) {
        read.types = "";
        for (const auto& each : types->as_array())
            *read.types += (read.types->empty() ? "" : " ") + std::string{std::string_view{each.as_string()}};
    }
    if (const auto* enabled = http::find_member(body, "enabled")) read.enabled = enabled->as_bool();
    return read;
}

} // namespace

task<result<response>> handle_list_webhooks(http::request_context& context) {
    const auto known = context.query.check_names({"limit", "cursor"});
    if (!known) co_return known.error();
    const auto page = http::id_page<webhook_id>::read(context, context.tenant->handle.id(), "");
    if (!page) co_return page.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_list_webhooks(batch, page->after(), page->rows_wanted());
    auto running = batch.run();
    co_await running;
    co_return page->answer(read_webhooks(found.rows()), write_webhook,
                           [](const webhook& of) { return of.id; });
}

task<result<response>> handle_create_webhook(http::request_context& context) {
    auto creating = create_webhook(context, read_change(context.body));
    const auto made = co_await creating;
    if (!made) co_return made.error();
    co_return secret_response(*made);
}

task<result<response>> handle_get_webhook(http::request_context& context) {
    const auto id = context.path_id<webhook_id>(0);
    if (!id) co_return id.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_find_webhook(batch, *id);
    auto running = batch.run();
    co_await running;
    if (found.rows().empty()) co_return refuse(errc::not_found);
    co_return webhook_response(read_webhooks(found.rows()).front());
}

task<result<response>> handle_update_webhook(http::request_context& context) {
    const auto id = context.path_id<webhook_id>(0);
    if (!id) co_return id.error();
    const auto seen_version = http::required_version(context.incoming);
    if (!seen_version) co_return seen_version.error();
    auto updating = update_webhook(context, *id, *seen_version, read_change(context.body));
    const auto written = co_await updating;
    if (!written) co_return written.error();
    co_return webhook_response(*written);
}

task<result<response>> handle_delete_webhook(http::request_context& context) {
    const auto id = context.path_id<webhook_id>(0);
    if (!id) co_return id.error();
    const auto seen_version = http::required_version(context.incoming);
    if (!seen_version) co_return seen_version.error();
    auto deleting = delete_webhook(context, *id, *seen_version);
    const auto done = co_await deleting;
    if (!done) co_return done.error();
    co_return http::empty_response(204);
}

task<result<response>> handle_rotate_secret(http::request_context& context) {
    const auto id = context.path_id<webhook_id>(0);
    if (!id) co_return id.error();
    auto rotating = rotate_secret(context, *id);
    const auto made = co_await rotating;
    if (!made) co_return made.error();
    co_return secret_response(*made);
}

task<result<response>> handle_list_deliveries(http::request_context& context) {
    const auto id = context.path_id<webhook_id>(0);
    if (!id) co_return id.error();
    const auto known = context.query.check_names({"limit", "cursor"});
    if (!known) co_return known.error();
    const auto page =
        http::id_page<delivery_id>::read(context, context.tenant->handle.id(), to_string(id->value));
    if (!page) co_return page.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto parent = add_find_webhook(batch, *id);
    const auto found = add_list_deliveries(batch, *id, page->after(), page->rows_wanted());
    auto running = batch.run();
    co_await running;
    if (parent.rows().empty()) co_return refuse(errc::not_found);
    co_return page->answer(read_deliveries(found.rows()), write_delivery,
                           [](const delivery& of) { return of.id; });
}

task<result<response>> handle_send_test(http::request_context& context) {
    const auto id = context.path_id<webhook_id>(0);
    if (!id) co_return id.error();
    auto sending = send_test(context, *id);
    const auto made = co_await sending;
    if (!made) co_return made.error();
    co_return delivery_response(*made);
}

task<result<response>> handle_replay_delivery(http::request_context& context) {
    const auto id = context.path_id<delivery_id>(0);
    if (!id) co_return id.error();
    auto replaying = replay_delivery(context, *id);
    const auto made = co_await replaying;
    if (!made) co_return made.error();
    co_return delivery_response(*made);
}

} // namespace kidevent::webhooks
