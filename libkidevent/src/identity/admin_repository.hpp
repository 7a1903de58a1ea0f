#pragma once
// The rows of platform admins: accounts, logins, second factors, failed sign-ins. In the schema platform,
// which no tenant's connection reaches.

#include "crypto/sha256.hpp"
#include "db/platform_transaction.hpp"
#include "identity/admin_service.hpp"
#include "identity/second_factor_repository.hpp"

#include <chrono>
#include <optional>

namespace kidevent::identity {

struct stored_admin {
    admin person;
    std::string password_hash;
};

// Of those that are not disabled.
db::pending_rows add_find_admin_by_email(db::platform_transaction& in, const std::string& email);
db::pending_rows add_find_admin(db::platform_transaction& in, account_id id);
std::optional<stored_admin> read_admin(const db::result_set& found);
// For who changes one that is not disabled; when there is none, the transaction ends. `email` as it was
// given.
task<std::optional<stored_admin>> find_active_admin(db::platform_transaction& in, std::string email);
// The ids of those that are not disabled, locked.
db::pending_rows add_lock_active_admins(db::platform_transaction& in);
db::pending_rows add_list_admins(db::platform_transaction& in);
std::vector<admin> read_admins(const db::result_set& found);

void add_insert_admin(db::platform_transaction& in, account_id id, const std::string& email,
                      const std::string& password_hash);
void add_set_admin_password(db::platform_transaction& in, account_id id, const std::string& password_hash);
// One row, the id, when there was one that was not disabled.
db::pending_rows add_disable_admin(db::platform_transaction& in, account_id id);

// One row: the id, and whether there is a confirmed factor.
db::pending_rows add_find_admin_login(db::platform_transaction& in, const crypto::digest& token_hash);
void add_insert_admin_login(db::platform_transaction& in, account_id id, const crypto::digest& token_hash,
                            std::chrono::seconds lifetime);
void add_delete_admin_login(db::platform_transaction& in, const crypto::digest& token_hash);
void add_delete_admin_logins(db::platform_transaction& in, account_id id);

// A try to sign in, counted before the password is looked at: see account_tries.hpp, whose read_counted()
// reads it.
db::pending_rows add_count_admin_try(db::platform_transaction& in, const std::string& email,
                                     const identity_settings& with);
void add_forget_admin_tries(db::platform_transaction& in, const std::string& email);

// As the functions of second_factor_repository.hpp.
db::pending_rows add_lock_factor(db::platform_transaction& in, account_id of);
db::pending_rows add_find_factor_state(db::platform_transaction& in, account_id of);
db::pending_rows add_begin_factor(db::platform_transaction& in, account_id of, const std::string& sealed);
void add_take_step(db::platform_transaction& in, account_id of, std::int64_t step);
void add_confirm_factor(db::platform_transaction& in, account_id of);
void add_note_failure(db::platform_transaction& in, account_id of, std::chrono::seconds blocked_for);
void add_forget_failures(db::platform_transaction& in, account_id of);
void add_delete_factor(db::platform_transaction& in, account_id of);
void add_delete_recovery_codes(db::platform_transaction& in, account_id of);
void add_insert_recovery_code(db::platform_transaction& in, account_id of, const crypto::digest& hash);
db::pending_rows add_use_recovery_code(db::platform_transaction& in, account_id of,
                                       const crypto::digest& hash);

} // namespace kidevent::identity
