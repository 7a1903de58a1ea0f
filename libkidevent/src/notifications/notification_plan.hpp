#pragma once
// Who is to be told of what: from the things that happen to messages in the queue. Each way may be gone
// twice; a message is made once.

#include "core/tenant_handle.hpp"
#include "db/database.hpp"
#include "notifications/notification.hpp"
#include "notifications/transports.hpp"

#include <kidevent/settings.hpp>

namespace kidevent::notifications {

// What planning works with; outlives it.
struct planning {
    const settings& with;
    db::database& database;
    const clock& time;
    const transports& ways; // what goes by none of them is not planned
};

// All give the number of messages that were made; what was made is in the queue, and the job that sends it as
// well. `of` is entered by the transactions.
task<int> plan_registration_confirmed(const planning& by, tenant_handle of, registration_id id);
task<int> plan_registration_cancelled(const planning& by, tenant_handle of, registration_id id);
task<int> plan_event_cancelled(const planning& by, tenant_handle of, event_id id);
// `change` is the id of the event that told of it.
task<int> plan_session_changed(const planning& by, tenant_handle of, session_id id, uuid change,
                               timestamp at);
task<int> plan_account_created(const planning& by, tenant_handle of, account_id id);
// Reminders that are due: from the start of a session less the rule's time on, until it starts. At most
// notifications.batch_max at a time: the caller calls again while there are some. Who registered later than
// that is not reminded. What moved or was cancelled is not found any more, or anew.
task<int> plan_due_reminders(const planning& by, tenant_handle of);
// Digests of what comes up on the next day, from the hour of the organisation until midnight.
task<int> plan_digests(const planning& by, tenant_handle of);

// The next day on that clock from the moment `at`, when its digests are due then.
struct day {
    timestamp begins;
    timestamp ends;
};
std::optional<day> day_of_digest(std::chrono::minutes digest_at, const events::time_zone& on, timestamp at);

} // namespace kidevent::notifications
