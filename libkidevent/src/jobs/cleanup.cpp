#include "jobs/cleanup.hpp"

#include "db/platform_transaction.hpp"
#include "http/idempotent_answers.hpp"
#include "identity/account_link_repository.hpp"
#include "identity/account_tries.hpp"
#include "identity/login_repository.hpp"
#include "identity/oidc_repository.hpp"

namespace kidevent::jobs {

namespace {

// Rows that one transaction deletes: it holds no lock for long.
constexpr int batch_max = 1000;

// How long it is known that a link in a message was there, after its time.
constexpr std::chrono::hours links_kept{30 * 24};

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
        const auto attempts = identity::add_delete_expired_attempts(deleting, batch_max);
        const auto tries = identity::add_delete_old_tries(deleting, of.parts.with.identity, batch_max);
        const auto links = identity::add_delete_old_links(deleting, links_kept, batch_max);
        const auto answers = http::add_delete_expired_answers(deleting, batch_max);
        auto deleted = deleting.run();
        co_await deleted;
        more = logins.rows().rows_affected() == batch_max || attempts.rows().rows_affected() == batch_max
               || answers.rows().rows_affected() == batch_max || tries.rows().rows_affected() == batch_max
               || links.rows().rows_affected() == batch_max;
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
