#pragma once
// The rows of accounts, households and logins of one tenant.

#include "crypto/sha256.hpp"
#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "identity/account.hpp"

namespace kidevent::identity {

// What a sign-in compares.
struct stored_password {
    account person;
    std::optional<std::string> hash; // none: the person has not chosen a password yet
};

db::pending_rows add_find_by_email(db::tenant_batch& in, const std::string& email);
db::pending_rows add_find_by_email(db::tenant_transaction& in, const std::string& email);
std::optional<stored_password> read_stored_password(const db::result_set& found);

db::pending_rows add_find_login(db::tenant_batch& in, const crypto::digest& token_hash);
struct login_owner {
    account_id account;
    role acts_as;
    std::optional<household_id> household;
    std::chrono::milliseconds time_left; // of the login
};
std::optional<login_owner> read_login_owner(const db::result_set& found);

db::pending_rows add_find_account(db::tenant_batch& in, account_id id);
std::optional<account> read_account(const db::result_set& found);

// A guardian gets a household of their own.
void add_insert_account(db::tenant_transaction& in, account_id id, const new_account& from,
                        const std::string& password_hash, std::optional<household_id> household);
void add_set_password(db::tenant_transaction& in, account_id id, const std::string& password_hash);
void add_claim_account(db::tenant_transaction& in, account_id id, const new_account& from,
                       const std::string& password_hash);
void add_insert_login(db::tenant_transaction& in, account_id id, const crypto::digest& token_hash,
                      std::chrono::seconds lifetime);
// What is remembered of a login depends on it, and on the accounts; see db::tenant_transaction::changes().
std::string login_topic(const crypto::digest& token_hash);
inline constexpr std::string_view accounts_topic = "accounts";
void add_delete_login(db::tenant_transaction& in, const crypto::digest& token_hash);
// At most so many of the tenant's logins that have expired.
db::pending_rows add_delete_expired_logins(db::tenant_transaction& in, int at_most);

} // namespace kidevent::identity
