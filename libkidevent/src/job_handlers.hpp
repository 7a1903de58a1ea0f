#pragma once
// Which code runs which kind of job, in one table. Read by the composition root and the command line.

#include "jobs/job_context.hpp"

namespace kidevent {

std::span<const jobs::job_registration> all_job_handlers();

} // namespace kidevent
