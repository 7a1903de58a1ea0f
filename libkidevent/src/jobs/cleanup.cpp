#include "jobs/cleanup.hpp"

#include "db/platform_transaction.hpp"
#include "http/idempotent_answers.hpp"
#include "identity/account_repository.hpp"

namespace kidevent::jobs {

namespace {

// Rows that one transaction deletes: it holds no lock for long.
constexpr int batch_max = 1000;

const db::query delete_admin_logins{"admin_logins.delete_all_expired",
                                    "delete from platform.logins where expires_at <= now()",
                                    db::connection_role::platform};

} // namespace

task<job_outcome> cleanup_expired_logins(job_context& of) {
    if (!of.tenant) co_return job_outcome::refusal("a job of an organisation");
    for (bool more = true; more && !of.is_over();) {
        auto beginning = db::tenant_transaction::begin(of.parts.database, *of.tenant);
        auto deleting = co_await beginning;
        const auto logins = identity::add_delete_expired_logins(deleting, batch_max);
        const auto answers = http::add_delete_expired_answers(deleting, batch_max);
        auto deleted = deleting.run();
        co_await deleted;
        more = logins.rows().rows_affected() == batch_max || answers.rows().rows_affected() == batch_max;
        if (!more) of.add_completion(deleting);
        auto done = deleting.commit();
        co_await done;
    }
    co_return job_outcome::done();
}

task<job_outcome> cleanup_admin_logins(job_context& of) {
    auto beginning = db::platform_transaction::begin(of.parts.database);
    auto deleting = co_await beginning;
    deleting.add(delete_admin_logins);
    auto done = deleting.commit();
    co_await done;
    co_return job_outcome::done();
}

} // namespace kidevent::jobs
