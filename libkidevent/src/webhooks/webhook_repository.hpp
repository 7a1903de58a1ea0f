#pragma once
// The rows of webhooks and their deliveries of one tenant, and the queue of what is due.

#include "db/jobs_transaction.hpp"
#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "webhooks/webhook.hpp"

namespace kidevent::webhooks {

db::pending_rows add_list_webhooks(db::tenant_batch& in, const std::optional<webhook_id>& before, int limit);
db::pending_rows add_find_webhook(db::tenant_batch& in, webhook_id id);
db::pending_rows add_find_webhook(db::tenant_transaction& in, webhook_id id);
db::pending_rows add_lock_webhook(db::tenant_transaction& in, webhook_id id);
std::vector<webhook> read_webhooks(const db::result_set& found);
// One row: how many there are.
db::pending_rows add_count_webhooks(db::tenant_transaction& in);

void add_insert_webhook(db::tenant_transaction& in, webhook_id id, const webhook_change& values,
                        const std::string& secret, account_id by);
// `enabled` false takes the account and the reason "by an owner".
void add_update_webhook(db::tenant_transaction& in, webhook_id id, const webhook_change& values,
                        account_id by);
// The secret so far goes on signing beside the new one for that long.
void add_rotate_secret(db::tenant_transaction& in, webhook_id id, const std::string& secret,
                       std::chrono::seconds overlap);
void add_delete_webhook(db::tenant_transaction& in, webhook_id id);
// What the sender says: nobody is there any more.
void add_disable_webhook(db::tenant_transaction& in, webhook_id id, const std::string& reason);

db::pending_rows add_list_deliveries(db::tenant_batch& in, webhook_id of,
                                     const std::optional<delivery_id>& before, int limit);
db::pending_rows add_find_delivery(db::tenant_transaction& in, delivery_id id);
std::vector<delivery> read_deliveries(const db::result_set& found);

struct new_delivery {
    delivery_id id;
    webhook_id of;
    uuid event;
    std::string type;
    std::string body;
};
// And puts it into the queue, due now.
void add_insert_delivery(db::tenant_transaction& in, const new_delivery& made);
// Has it tried again now, with its attempts counted from 0.
void add_restart_delivery(db::tenant_transaction& in, delivery_id id);

// The enabled webhooks that an event of this type is for, created before it: their ids.
db::pending_rows add_find_receivers(db::tenant_transaction& in, const std::string& type,
                                    timestamp happened_at, uuid event);

db::pending_rows add_find_outgoing(db::tenant_batch& in, delivery_id id);
std::optional<outgoing> read_outgoing(const db::result_set& found);

struct attempt {
    std::optional<int> status_code;
    std::optional<std::string> error;
    bool delivered;
    std::optional<std::chrono::milliseconds> pause; // none: nothing more will be tried
};
// One row with a bool: false when the claim was lost; then the transaction is to be rolled back.
db::pending_rows add_settle(db::tenant_transaction& in, delivery_id id, std::int64_t fence,
                            const attempt& made);

// The same for one that is not to be tried any more; add_give_up follows when it is still ours.
db::pending_rows add_drop(db::tenant_transaction& in, delivery_id id, std::int64_t fence);
void add_give_up(db::tenant_transaction& in, delivery_id id);

struct claimed_delivery {
    tenant_id tenant;
    std::string slug;
    delivery_id id;
    std::int64_t fence;
};
db::pending_rows add_claim(db::jobs_transaction& in, std::chrono::milliseconds lease, int per_tenant,
                           int most);
std::vector<claimed_delivery> read_claimed(const db::result_set& found);
void add_postpone(db::jobs_transaction& in, const claimed_delivery& of, std::chrono::milliseconds pause);

} // namespace kidevent::webhooks
