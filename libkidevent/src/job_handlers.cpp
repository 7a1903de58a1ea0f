#include "job_handlers.hpp"

#include "jobs/cleanup.hpp"

namespace kidevent {

namespace {

using jobs::job_kind;

constexpr jobs::job_registration table[] = {
    {job_kind::cleanup_expired_logins, jobs::cleanup_expired_logins},
    {job_kind::cleanup_admin_logins, jobs::cleanup_admin_logins},
};

} // namespace

std::span<const jobs::job_registration> all_job_handlers() { return table; }

} // namespace kidevent
