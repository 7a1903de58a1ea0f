#pragma once
// The rows of messages of one tenant: the queue and log of them.

#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "notifications/notification.hpp"
#include "notifications/transport.hpp"

#include <kidevent/settings.hpp>

namespace kidevent::notifications {

struct log_filter {
    std::optional<std::string> state;
    std::optional<account_id> account;
};
// Newest first.
db::pending_rows add_list_notifications(db::tenant_batch& in, const log_filter& wanted,
                                        const std::optional<notification_id>& before, int limit);
db::pending_rows add_find_notification(db::tenant_batch& in, notification_id id);
std::vector<notification> read_notifications(const db::result_set& found);

// Rows of state, channel and their number.
db::pending_rows add_count_notifications(db::tenant_batch& in);

// One row: the organisation that was entered, with its rules.
db::pending_rows add_find_profile(db::tenant_batch& in);
db::pending_rows add_find_profile(db::tenant_transaction& in);
// Throws std::runtime_error when its time zone is unknown here.
sender_profile read_profile(const db::result_set& found, const settings& with);

// From now on these hold.
void add_insert_rules(db::tenant_transaction& in, const notification_rules& wanted, account_id by);

// No row when there is a message with its dedupe key.
db::pending_rows add_insert_notification(db::tenant_transaction& in, notification_id id,
                                         const planned_message& planned, timestamp first_due,
                                         timestamp scheduled_for);

// A message that is to be sent, and whom to.
struct due_message {
    notification_id id;
    message_subject what;
    channel by;
    std::string state;
    timestamp scheduled_for;
    timestamp first_due;
    account_id to;
    std::optional<household_id> household;
    std::string given_name;
    std::optional<std::string> address; // on that channel; none: there is none any more
    std::optional<std::string> locale;  // none: the organisation's
    bool is_disabled;                   // the account
    bool is_wanted;                     // by the account
    bool is_suppressed;                 // the address
    bool is_superseded;                 // a later message of the kind about the same thing waits, too
};
// One row, or none.
db::pending_rows add_find_due(db::tenant_batch& in, notification_id id);
due_message read_due(const db::result_set& found);

// What came of an attempt. `message_id` is the one that it was sent with.
void add_record_attempt(db::tenant_transaction& in, notification_id id, std::string_view state,
                        const delivery_report& came, const std::string& message_id);
// It is not sent: the state, and why.
void add_end(db::tenant_transaction& in, notification_id id, std::string_view state, std::string_view why);
void add_postpone(db::tenant_transaction& in, notification_id id, timestamp until);
// It came back, long after it was sent. One row with the account's address, when there is such a message.
db::pending_rows add_mark_bounced(db::tenant_transaction& in, notification_id id, std::string_view why);
// Puts one that was not sent into the queue again, due now. One row with its channel; none when there is no
// such message, or it was sent.
db::pending_rows add_requeue(db::tenant_transaction& in, notification_id id, timestamp now);
// Messages that were made before then and have ended.
db::pending_rows add_delete_ended(db::tenant_transaction& in, timestamp before, std::int64_t limit);

} // namespace kidevent::notifications
