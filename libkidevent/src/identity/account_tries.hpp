#pragma once
// What was tried with an e-mail address, counted in PostgreSQL: it holds over all workers and over restarts,
// and the same for addresses that nobody has. Counted before it is looked at what was tried, so that tries at
// the same time count each other.

#include "core/result.hpp"
#include "crypto/sha256.hpp"
#include "db/tenant_transaction.hpp"

#include <kidevent/settings.hpp>

#include <string>

namespace kidevent::identity {

// What stands for the address in the table: it cannot be read from there.
crypto::digest tries_subject(const http_settings& keys, tenant_id at, const std::string& email);

// A try to sign in. After identity.failures_before_delay of them each one makes the next wait, for twice as
// long as the one before, at most identity.sign_in_delay_max; one that comes too early counts for nothing.
db::pending_rows add_count_sign_in(db::tenant_transaction& in, const crypto::digest& subject,
                                   const identity_settings& with);
struct counted_try {
    bool allowed;
    int wait_seconds; // until the next try, 0 when there is no wait
};
counted_try read_counted(const db::result_set& found);
// It succeeded, or the person has shown otherwise who they are.
void add_forget_sign_ins(db::tenant_transaction& in, const crypto::digest& subject);

// A message with a link that somebody who is not signed in asks for: at most identity.account_mails_per_hour.
db::pending_rows add_count_mail(db::tenant_transaction& in, const crypto::digest& subject,
                                const identity_settings& with);

// At most so many that have been forgotten.
db::pending_rows add_delete_old_tries(db::tenant_transaction& in, const identity_settings& with, int at_most);

} // namespace kidevent::identity
