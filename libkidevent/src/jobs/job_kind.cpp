#include "jobs/job_kind.hpp"

#include <algorithm>
#include <stdexcept>

namespace kidevent::jobs {

namespace {

using namespace std::chrono_literals;

constexpr job_rule rules[] = {
    {job_kind::cleanup_expired_logins, "cleanup_expired_logins", 5, 60s, 3600s, 120s, 8,
     "Deletes an organisation's expired logins, links in messages, counts of tries and remembered answers"},
    {job_kind::cleanup_admin_logins, "cleanup_admin_logins", 5, 60s, 3600s, 120s, 8,
     "Deletes expired logins of platform admins"},
    {job_kind::process_registration, "process_registration", 20, 5s, 600s, 60s, 3,
     "Has a household told of a registration"},
    // Their last attempts lie behind notifications.give_up_after, which ends them.
    {job_kind::send_email, "send_email", 1000, 60s, 3600s, 180s, 3, "Sends one e-mail"},
    {job_kind::send_short_message, "send_short_message", 1000, 60s, 3600s, 180s, 3,
     "Sends one text message or push"},
    {job_kind::send_due_reminders, "send_due_reminders", 3, 20s, 60s, 120s, 4,
     "Writes the reminders whose time has come"},
    {job_kind::send_digests, "send_digests", 3, 60s, 600s, 120s, 5,
     "Writes the digests of the day, once its time has come"},
    {job_kind::cleanup_notifications, "cleanup_notifications", 5, 60s, 3600s, 120s, 8,
     "Deletes what is known of messages after notifications.retention"},
    // Somebody sits in front of a screen and waits for it. Links end, so it is not tried for days.
    {job_kind::send_account_mail, "send_account_mail", 30, 10s, 600s, 180s, 1,
     "Sends one message about an account: a link, or a notice"},
};

} // namespace

std::span<const job_rule> all_job_rules() { return rules; }

const job_rule& rule_of(job_kind kind) {
    for (const job_rule& each : rules)
        if (each.kind == kind) return each;
    throw std::logic_error("a kind of job without a rule");
}

const job_rule* find_job_rule(std::string_view name) {
    for (const job_rule& each : rules)
        if (each.name == name) return &each;
    return nullptr;
}

std::chrono::milliseconds retry_delay(const job_rule& of, int attempts, double random) {
    const int doublings = std::clamp(attempts - 1, 0, 30);
    const double longest = static_cast<double>(std::chrono::milliseconds{of.backoff_max}.count());
    const double base = static_cast<double>(std::chrono::milliseconds{of.backoff_base}.count());
    const double usual = std::min(base * static_cast<double>(1U << doublings), longest);
    return std::chrono::milliseconds{static_cast<std::int64_t>(usual * (0.9 + 0.2 * random))};
}

std::string job_kind_reference() {
    std::string text = "| Kind | Attempts | Pause between them | Timeout | Priority | What it does |\n"
                       "|---|---|---|---|---|---|\n";
    for (const job_rule& each : rules)
        text += "| `" + std::string{each.name} + "` | " + std::to_string(each.attempts_max) + " | "
                + std::to_string(each.backoff_base.count()) + " s, doubled, at most "
                + std::to_string(each.backoff_max.count()) + " s | " + std::to_string(each.timeout.count())
                + " s | " + std::to_string(each.priority) + " | " + std::string{each.meaning} + " |\n";
    return text;
}

} // namespace kidevent::jobs
