#include "job_handlers.hpp"

#include "jobs/cleanup.hpp"
#include "notifications/account_mail_jobs.hpp"
#include "notifications/notification_jobs.hpp"

namespace kidevent {

namespace {

using jobs::job_kind;

constexpr jobs::job_registration table[] = {
    {job_kind::cleanup_expired_logins, jobs::cleanup_expired_logins},
    {job_kind::cleanup_admin_logins, jobs::cleanup_admin_logins},
    {job_kind::process_registration, notifications::process_registration},
    {job_kind::send_email, notifications::send_message},
    {job_kind::send_short_message, notifications::send_message},
    {job_kind::send_due_reminders, notifications::send_due_reminders},
    {job_kind::send_digests, notifications::send_digests},
    {job_kind::cleanup_notifications, notifications::cleanup_notifications},
    {job_kind::send_account_mail, notifications::send_account_mail},
};

} // namespace

std::span<const jobs::job_registration> all_job_handlers() { return table; }

} // namespace kidevent
