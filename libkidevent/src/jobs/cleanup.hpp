#pragma once
// Handlers that delete what has expired. Listed in job_handlers.cpp.

#include "jobs/job_context.hpp"

namespace kidevent::jobs {

// Logins and remembered answers of one organisation, in batches.
task<job_outcome> cleanup_expired_logins(job_context& of);
// Logins of platform admins.
task<job_outcome> cleanup_admin_logins(job_context& of);

} // namespace kidevent::jobs
