#include "webhooks/webhook_sink.hpp"

#include "webhooks/webhook_repository.hpp"

#include <boost/json/serialize.hpp>

namespace kidevent::webhooks {

std::string delivery_body(const outbox::published_event& of, const std::string& origin) {
    auto body = outbox::make_cloud_event(of, origin);
    body["timestamp"] = body.at("time");
    return boost::json::serialize(body);
}

task<> webhook_sink::accept(const outbox::published_event& happened) {
    const outbox::event_type* const type = outbox::find_event_type(happened.type);
    if (!happened.tenant || !type || type->seen_by == outbox::audience::operators) co_return;
    auto resolving = tenants_.resolve_slug(happened.slug);
    const auto tenant = co_await resolving;
    // Nobody can enter a suspended organisation, and it has no say in what happens to it.
    if (!tenant || !(*tenant)->features.has(tenancy::feature::webhooks)) co_return;
    auto transaction = co_await db::tenant_transaction::begin(database_, (*tenant)->handle);
    const auto receivers = add_find_receivers(transaction, happened.type, happened.created_at, happened.id);
    co_await transaction.run();
    if (receivers.rows().empty()) {
        co_await transaction.rollback();
        co_return;
    }
    const std::string body = delivery_body(happened, (*tenant)->origin);
    for (const db::row each : receivers.rows())
        add_insert_delivery(transaction, {delivery_id{make_uuid()}, each.get<webhook_id>(0), happened.id,
                                          happened.type, body});
    co_await transaction.commit();
}

} // namespace kidevent::webhooks
