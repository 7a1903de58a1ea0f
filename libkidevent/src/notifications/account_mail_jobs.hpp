#pragma once
// Sends messages about accounts: links, and notices of what was done. Listed in job_handlers.cpp.

#include "jobs/job_context.hpp"

namespace kidevent::notifications {

// Sends one: at most once, but for the moment between the server's yes and our commit. Of a password that is
// to be chosen anew it first makes the link, if anybody has the address. Throws when it is to be tried again.
task<jobs::job_outcome> send_account_mail(jobs::job_context& of);

} // namespace kidevent::notifications
