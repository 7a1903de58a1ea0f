#pragma once
// The rows of logins of one tenant: which browsers an account is signed in with.

#include "core/actor.hpp"
#include "crypto/sha256.hpp"
#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"

#include <kidevent/settings.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace kidevent::identity {

// Names a login, and is no right to use it.
using login_id = strong_id<struct login_tag>;

struct login_owner {
    account_id account;
    role acts_as;
    std::optional<household_id> household;
    std::chrono::milliseconds time_left; // of the login
    login_id login;
    event_limit limited_to;
    bool must_verify;
    bool was_seen_long_ago; // by identity.last_seen_step
    bool must_enrol;        // staff without a second factor where one is demanded
};
// `verification_grace` is none where nobody can verify an address, because no mail is sent.
db::pending_rows add_find_login(db::tenant_batch& in, const crypto::digest& token_hash,
                                const std::optional<std::chrono::seconds>& verification_grace,
                                std::chrono::seconds last_seen_step);
std::optional<login_owner> read_login_owner(const db::result_set& found);

// Ends the account's oldest logins when it has more than logins_per_account_max.
void add_insert_login(db::tenant_transaction& in, account_id of, login_id id,
                      const crypto::digest& token_hash, const std::string& device,
                      const identity_settings& with);
// It was used. That of staff then lasts for another identity.staff_idle_max, within identity.login_lifetime.
void add_touch_login(db::tenant_transaction& in, login_id id, const identity_settings& with);

// What is remembered of a login depends on it; see db::tenant_transaction::changes().
std::string login_topic(const crypto::digest& token_hash);
void add_delete_login(db::tenant_transaction& in, const crypto::digest& token_hash);
// One row when the account has it.
db::pending_rows add_delete_login(db::tenant_transaction& in, account_id of, login_id id);
// All but one; none: all. For who changes how an account is got into: see add_forget_logins().
void add_delete_other_logins(db::tenant_transaction& in, account_id of, const std::optional<login_id>& but);
// At most so many of the tenant's logins that have expired.
db::pending_rows add_delete_expired_logins(db::tenant_transaction& in, int at_most);

struct listed_login {
    login_id id;
    timestamp created_at;
    timestamp last_seen_at; // coarse
    std::optional<std::string> device;
};
// Of an account, the one used last first; expired ones are not among them.
db::pending_rows add_list_logins(db::tenant_batch& in, account_id of);
std::vector<listed_login> read_logins(const db::result_set& found);

} // namespace kidevent::identity
