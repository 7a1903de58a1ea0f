#pragma once
// Handlers that write messages and send them. Listed in job_handlers.cpp.

#include "jobs/job_context.hpp"

namespace kidevent::notifications {

// What follows a registration: its household is told, once for all that one request registered.
task<jobs::job_outcome> process_registration(jobs::job_context& of);
// Sends one message, e-mail or other: at most once, but for the moment between the server's yes and our
// commit; who dies then sends again, under the same Message-ID. Throws when it is to be tried again.
task<jobs::job_outcome> send_message(jobs::job_context& of);
task<jobs::job_outcome> send_due_reminders(jobs::job_context& of);
task<jobs::job_outcome> send_digests(jobs::job_context& of);
task<jobs::job_outcome> cleanup_notifications(jobs::job_context& of);

} // namespace kidevent::notifications
