#include "webhooks/webhook_repository.hpp"

namespace kidevent::webhooks {

namespace {

const db::query list_webhooks{"webhooks.list", R"sql(
    select id, url, description, types, version, created_at, disabled_at, disabled_reason
    from webhook_endpoints
    where tenant_id = (select tenancy.current_tenant()) and id < $1 order by id desc limit $2
)sql"};

const db::query find_webhook{"webhooks.find", R"sql(
    select id, url, description, types, version, created_at, disabled_at, disabled_reason
    from webhook_endpoints where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query lock_webhook{"webhooks.lock", R"sql(
    select id, url, description, types, version, created_at, disabled_at, disabled_reason
    from webhook_endpoints where tenant_id = (select tenancy.current_tenant()) and id = $1 for update
)sql"};

const db::query count_webhooks{"webhooks.count", R"sql(
    select count(*) from webhook_endpoints where tenant_id = (select tenancy.current_tenant())
)sql"};

const db::query insert_webhook{"webhooks.insert", R"sql(
    insert into webhook_endpoints (id, url, description, types, secret, created_by) values ($1, $2, $3, $4, $5, $6)
)sql"};

const db::query update_webhook{"webhooks.update", R"sql(
    update webhook_endpoints set url = coalesce($2, url), description = coalesce($3, description),
           types = coalesce($4, types), version = version + 1, updated_at = now(),
           disabled_at = case $5::boolean when true then null when false then coalesce(disabled_at, now())
                         else disabled_at end,
           disabled_by = case $5::boolean when true then null when false then coalesce(disabled_by, $6)
                         else disabled_by end,
           disabled_reason = case $5::boolean when true then null
                             when false then coalesce(disabled_reason, 'by an owner') else disabled_reason end
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query rotate_secret{"webhooks.rotate_secret", R"sql(
    update webhook_endpoints set previous_secret = secret, secret = $2,
           previous_secret_until = now() + $3 * interval '1 second', version = version + 1, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query delete_webhook{"webhooks.delete", R"sql(
    delete from webhook_endpoints where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query disable_webhook{"webhooks.disable", R"sql(
    update webhook_endpoints set disabled_at = now(), disabled_reason = $2, version = version + 1, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and disabled_at is null
)sql"};

const db::query list_deliveries{"webhook_deliveries.list", R"sql(
    select id, endpoint_id, event_id, type, attempts, status_code, error, created_at, attempted_at, next_attempt_at,
           delivered_at
    from webhook_deliveries
    where tenant_id = (select tenancy.current_tenant()) and endpoint_id = $1 and id < $2 order by id desc limit $3
)sql"};

const db::query find_delivery{"webhook_deliveries.find", R"sql(
    select id, endpoint_id, event_id, type, attempts, status_code, error, created_at, attempted_at, next_attempt_at,
           delivered_at
    from webhook_deliveries where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query insert_delivery{"webhook_deliveries.insert", R"sql(
    insert into webhook_deliveries (id, endpoint_id, event_id, type, body, next_attempt_at)
    values ($1, $2, $3, $4, $5, now())
)sql"};

const db::query schedule_delivery{"webhook_deliveries.schedule",
                                  "select platform.schedule_webhook($1, now())"};

const db::query restart_delivery{"webhook_deliveries.restart", R"sql(
    update webhook_deliveries set attempts = 0, delivered_at = null, next_attempt_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

// Not what is there already: the relay may bring an event twice.
const db::query find_receivers{"webhooks.find_receivers", R"sql(
    select e.id from webhook_endpoints e
    where e.tenant_id = (select tenancy.current_tenant()) and e.disabled_at is null and e.created_at <= $2
      and (e.types = '' or position(' ' || $1::text || ' ' in ' ' || e.types || ' ') > 0)
      and not exists (select from webhook_deliveries d
                      where d.tenant_id = e.tenant_id and d.endpoint_id = e.id and d.event_id = $3)
    order by e.id
)sql"};

const db::query find_outgoing{"webhook_deliveries.find_outgoing", R"sql(
    select d.endpoint_id, d.event_id, d.body, d.attempts, e.url, e.secret,
           case when e.previous_secret_until > now() then e.previous_secret else '' end,
           d.next_attempt_at is not null and e.disabled_at is null
    from webhook_deliveries d join webhook_endpoints e on e.tenant_id = d.tenant_id and e.id = d.endpoint_id
    where d.tenant_id = (select tenancy.current_tenant()) and d.id = $1
)sql"};

const db::query record_attempt{"webhook_deliveries.record_attempt", R"sql(
    update webhook_deliveries set attempts = attempts + 1, attempted_at = now(), status_code = $2, error = $3,
           delivered_at = case when $4::boolean then now() end,
           next_attempt_at = now() + $5::bigint * interval '1 millisecond'
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query give_up{"webhook_deliveries.give_up", R"sql(
    update webhook_deliveries set next_attempt_at = null
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query settle{"webhook_deliveries.settle", R"sql(
    select platform.settle_webhook($1, $2, now() + $3::bigint * interval '1 millisecond')
)sql"};

const db::query claim{"webhook_deliveries.claim", R"sql(
    select tenant_id, slug, delivery_id, fence from platform.claim_webhooks($1, $2, $3)
)sql",
                      db::connection_role::jobs};
const db::query postpone{"webhook_deliveries.postpone", "select platform.postpone_webhook($1, $2, $3, $4)",
                         db::connection_role::jobs};

// Newest first: before the largest id there is.
template<class Id> Id last_of(const std::optional<Id>& before) {
    Id last;
    last.value.bytes.fill(0xff);
    return before.value_or(last);
}

} // namespace

db::pending_rows add_list_webhooks(db::tenant_batch& in, const std::optional<webhook_id>& before, int limit) {
    return in.add(list_webhooks, last_of(before), limit);
}
db::pending_rows add_find_webhook(db::tenant_batch& in, webhook_id id) { return in.add(find_webhook, id); }
db::pending_rows add_find_webhook(db::tenant_transaction& in, webhook_id id) {
    return in.add(find_webhook, id);
}
db::pending_rows add_lock_webhook(db::tenant_transaction& in, webhook_id id) {
    return in.add(lock_webhook, id);
}
db::pending_rows add_count_webhooks(db::tenant_transaction& in) { return in.add(count_webhooks); }

std::vector<webhook> read_webhooks(const db::result_set& found) {
    std::vector<webhook> read;
    for (const db::row from : found)
        read.push_back({from.get<webhook_id>(0), from.get<std::string>(1), from.get<std::string>(2),
                        from.get<std::string>(3), from.get<int>(4), from.get<timestamp>(5),
                        from.get<std::optional<timestamp>>(6), from.get<std::optional<std::string>>(7)});
    return read;
}

void add_insert_webhook(db::tenant_transaction& in, webhook_id id, const webhook_change& values,
                        const std::string& secret, account_id by) {
    in.add(insert_webhook, id, values.url, values.description.value_or(""), values.types.value_or(""), secret,
           by);
}

void add_update_webhook(db::tenant_transaction& in, webhook_id id, const webhook_change& values,
                        account_id by) {
    in.add(update_webhook, id, values.url, values.description, values.types, values.enabled, by);
}

void add_rotate_secret(db::tenant_transaction& in, webhook_id id, const std::string& secret,
                       std::chrono::seconds overlap) {
    in.add(rotate_secret, id, secret, overlap);
}
void add_delete_webhook(db::tenant_transaction& in, webhook_id id) { in.add(delete_webhook, id); }
void add_disable_webhook(db::tenant_transaction& in, webhook_id id, const std::string& reason) {
    in.add(disable_webhook, id, reason);
}

db::pending_rows add_list_deliveries(db::tenant_batch& in, webhook_id of,
                                     const std::optional<delivery_id>& before, int limit) {
    return in.add(list_deliveries, of, last_of(before), limit);
}
db::pending_rows add_find_delivery(db::tenant_transaction& in, delivery_id id) {
    return in.add(find_delivery, id);
}

std::vector<delivery> read_deliveries(const db::result_set& found) {
    std::vector<delivery> read;
    for (const db::row from : found)
        read.push_back({from.get<delivery_id>(0), from.get<webhook_id>(1), from.get<uuid>(2),
                        from.get<std::string>(3), from.get<int>(4), from.get<std::optional<int>>(5),
                        from.get<std::optional<std::string>>(6), from.get<timestamp>(7),
                        from.get<std::optional<timestamp>>(8), from.get<std::optional<timestamp>>(9),
                        from.get<std::optional<timestamp>>(10)});
    return read;
}

namespace {
void add_schedule(db::tenant_transaction& in, delivery_id id) {
    in.leaves(db::work::deliveries);
    in.add(schedule_delivery, id);
}
} // namespace

void add_insert_delivery(db::tenant_transaction& in, const new_delivery& made) {
    in.add(insert_delivery, made.id, made.of, made.event, made.type, made.body);
    add_schedule(in, made.id);
}

void add_restart_delivery(db::tenant_transaction& in, delivery_id id) {
    in.add(restart_delivery, id);
    add_schedule(in, id);
}

db::pending_rows add_find_receivers(db::tenant_transaction& in, const std::string& type,
                                    timestamp happened_at, uuid event) {
    return in.add(find_receivers, type, happened_at, event);
}

db::pending_rows add_find_outgoing(db::tenant_batch& in, delivery_id id) { return in.add(find_outgoing, id); }

std::optional<outgoing> read_outgoing(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    const db::row from = found.front();
    return outgoing{from.get<webhook_id>(0),          from.get<uuid>(1),
                    from.get<std::string>(2),         from.get<int>(3),
                    from.get<std::string>(4),         secret{from.get<std::string>(5)},
                    secret{from.get<std::string>(6)}, from.get<bool>(7)};
}

db::pending_rows add_settle(db::tenant_transaction& in, delivery_id id, std::int64_t fence,
                            const attempt& made) {
    std::optional<std::int64_t> pause_ms;
    if (made.pause) pause_ms = made.pause->count();
    std::optional<std::int64_t> status;
    if (made.status_code) status = *made.status_code;
    in.add(record_attempt, id, status, made.error, made.delivered, pause_ms);
    return in.add(settle, id, fence, pause_ms);
}

db::pending_rows add_drop(db::tenant_transaction& in, delivery_id id, std::int64_t fence) {
    return in.add(settle, id, fence, std::nullopt);
}
void add_give_up(db::tenant_transaction& in, delivery_id id) { in.add(give_up, id); }

db::pending_rows add_claim(db::jobs_transaction& in, std::chrono::milliseconds lease, int per_tenant,
                           int most) {
    return in.add(claim, static_cast<std::int64_t>(lease.count()), per_tenant, most);
}

std::vector<claimed_delivery> read_claimed(const db::result_set& found) {
    std::vector<claimed_delivery> read;
    for (const db::row from : found)
        read.push_back({from.get<tenant_id>(0), from.get<std::string>(1), from.get<delivery_id>(2),
                        from.get<std::int64_t>(3)});
    return read;
}

void add_postpone(db::jobs_transaction& in, const claimed_delivery& of, std::chrono::milliseconds pause) {
    in.add(postpone, of.tenant, of.id, of.fence, static_cast<std::int64_t>(pause.count()));
}

} // namespace kidevent::webhooks
