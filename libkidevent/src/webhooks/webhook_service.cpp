#include "webhooks/webhook_service.hpp"

#include "audit/audit_log.hpp"
#include "http_client/guarded_request.hpp"
#include "tenancy/tenant.hpp"
#include "webhooks/webhook_repository.hpp"
#include "webhooks/webhook_signature.hpp"
#include "webhooks/webhook_sink.hpp"

namespace kidevent::webhooks {

namespace {

constexpr std::string_view test_type = "com.kidevent.webhook.test.v1";

result<> check(const webhook_change& values, const webhook_settings& with) {
    refusal why = refuse(errc::invalid_fields);
    if (values.url)
        if (const auto fault = http_client::url_fault(*values.url, with.addresses == "any"); !fault.empty())
            why.fields.push_back({"/url", "bad_format", fault});
    const auto types = list_types(values.types.value_or(""));
    for (std::size_t i = 0; i < types.size(); ++i) {
        const auto* const type = outbox::find_event_type(types[i]);
        if (!type || type->seen_by == outbox::audience::operators)
            why.fields.push_back(
                {"/types/" + std::to_string(i), "not_found", "is no type of an organisation's events"});
    }
    if (why.fields.empty()) return {};
    return why;
}

outbox::published_event test_event(const http::request_context& context, const uuid& id, webhook_id of) {
    return {0,
            id,
            context.tenant->handle.id(),
            context.tenant->slug,
            std::string{test_type},
            "webhooks/" + to_string(of.value),
            R"({"webhook_id":")" + to_string(of.value) + R"("})",
            "",
            clock{}.now()};
}

void note(db::tenant_transaction& in, const http::request_context& context, audit::action what,
          const uuid& id, boost::json::object details = {}) {
    audit::add_entry(in, context.acting, what, audit::subject_of(audit::row_of(what).subject, id),
                     std::move(details));
}

// Locks the webhook, and ends the transaction when that version is not there.
task<result<>> lock_version(db::tenant_transaction& in, webhook_id id, int seen_version) {
    const auto locked = add_lock_webhook(in, id);
    co_await in.run();
    if (!locked.rows().empty() && read_webhooks(locked.rows()).front().version == seen_version)
        co_return result<>{};
    const bool exists = !locked.rows().empty();
    co_await in.rollback();
    co_return refuse(exists ? errc::version_stale : errc::not_found);
}

} // namespace

std::vector<std::string> list_types(const std::string& types) {
    std::vector<std::string> listed;
    for (std::size_t at = 0; at < types.size();) {
        const auto end = std::min(types.find(' ', at), types.size());
        listed.push_back(types.substr(at, end - at));
        at = end + 1;
    }
    return listed;
}

task<result<webhook_with_secret>> create_webhook(const http::request_context& context,
                                                 webhook_change values) {
    const webhook_settings& with = context.parts.with.webhook;
    const auto checked = check(values, with);
    if (!checked) co_return checked.error();
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const auto counted = add_count_webhooks(transaction);
    co_await transaction.run();
    if (counted.rows().front().get<std::int64_t>(0) >= with.per_tenant_max) {
        co_await transaction.rollback();
        co_return refuse(errc::invalid_fields, "/url", "too_many",
                         "there are " + std::to_string(with.per_tenant_max) + " webhooks already");
    }
    const webhook_id id{make_uuid()};
    const std::string signing_secret = make_webhook_secret();
    add_insert_webhook(transaction, id, values, signing_secret, context.acting.account());
    note(transaction, context, audit::action::webhook_created, id.value);
    const auto written = add_find_webhook(transaction, id);
    co_await transaction.commit();
    co_return webhook_with_secret{read_webhooks(written.rows()).front(), secret{signing_secret}};
}

task<result<webhook>> update_webhook(const http::request_context& context, webhook_id id, int seen_version,
                                     webhook_change values) {
    const auto checked = check(values, context.parts.with.webhook);
    if (!checked) co_return checked.error();
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto locking = lock_version(transaction, id, seen_version);
    const auto locked = co_await locking;
    if (!locked) co_return locked.error();
    add_update_webhook(transaction, id, values, context.acting.account());
    boost::json::object details{{"url_changed", values.url.has_value()}};
    if (values.enabled) details["enabled"] = *values.enabled;
    note(transaction, context, audit::action::webhook_updated, id.value, std::move(details));
    const auto written = add_find_webhook(transaction, id);
    co_await transaction.commit();
    co_return read_webhooks(written.rows()).front();
}

task<result<>> delete_webhook(const http::request_context& context, webhook_id id, int seen_version) {
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto locking = lock_version(transaction, id, seen_version);
    const auto locked = co_await locking;
    if (!locked) co_return locked.error();
    add_delete_webhook(transaction, id);
    note(transaction, context, audit::action::webhook_deleted, id.value);
    co_await transaction.commit();
    co_return result<>{};
}

task<result<webhook_with_secret>> rotate_secret(const http::request_context& context, webhook_id id) {
    const std::string signing_secret = make_webhook_secret();
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    add_rotate_secret(transaction, id, signing_secret, context.parts.with.webhook.secret_overlap);
    const auto written = add_find_webhook(transaction, id);
    co_await transaction.run();
    if (written.rows().empty()) {
        co_await transaction.rollback();
        co_return refuse(errc::not_found);
    }
    note(transaction, context, audit::action::webhook_secret_rotated, id.value);
    co_await transaction.commit();
    co_return webhook_with_secret{read_webhooks(written.rows()).front(), secret{signing_secret}};
}

task<result<delivery>> send_test(const http::request_context& context, webhook_id id) {
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const auto found = add_find_webhook(transaction, id);
    co_await transaction.run();
    if (found.rows().empty()) {
        co_await transaction.rollback();
        co_return refuse(errc::not_found);
    }
    const auto happened = test_event(context, make_uuid(), id);
    const delivery_id made{make_uuid()};
    add_insert_delivery(
        transaction, {made, id, happened.id, happened.type, delivery_body(happened, context.tenant->origin)});
    note(transaction, context, audit::action::webhook_tested, id.value);
    const auto written = add_find_delivery(transaction, made);
    co_await transaction.commit();
    co_return read_deliveries(written.rows()).front();
}

task<result<delivery>> replay_delivery(const http::request_context& context, delivery_id id) {
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const auto found = add_find_delivery(transaction, id);
    co_await transaction.run();
    if (found.rows().empty()) {
        co_await transaction.rollback();
        co_return refuse(errc::not_found);
    }
    add_restart_delivery(transaction, id);
    note(transaction, context, audit::action::webhook_replayed, id.value);
    const auto written = add_find_delivery(transaction, id);
    co_await transaction.commit();
    co_return read_deliveries(written.rows()).front();
}

} // namespace kidevent::webhooks
