#pragma once
// Puts messages into the queue: a row of the log and the job that sends it, in one transaction.

#include "db/tenant_transaction.hpp"
#include "jobs/job_queue.hpp"
#include "notifications/notification.hpp"

#include <span>

namespace kidevent::notifications {

// The job that sends the message, not before `run_at`. Goes with the transaction's next run() or commit().
void add_sending(db::tenant_transaction& in, notification_id id, channel by, timestamp run_at);
// The message that such a job is about; std::nullopt for a payload that add_sending() did not write.
std::optional<notification_id> sent_by(const std::string& payload);

// Those whose dedupe keys are new, after the quiet time where they wait for it; their number. Makes one round
// trip; what is left goes with the commit.
task<int> queue_messages(db::tenant_transaction& in, const std::vector<planned_message>& planned,
                         const sender_profile& sender, timestamp now);

// When it may be sent: `now`, or when the quiet time that it respects has ended.
timestamp earliest_time(notification_kind kind, channel by, const sender_profile& sender, timestamp now);

} // namespace kidevent::notifications
