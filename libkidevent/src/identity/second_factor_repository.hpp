#pragma once
// The rows of second factors, recovery codes and security rules of one tenant.

#include "crypto/envelope.hpp"
#include "crypto/sha256.hpp"
#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "identity/second_factor_service.hpp"

#include <chrono>

namespace kidevent::identity {

struct stored_factor {
    std::string sealed_secret;
    std::int64_t last_step;
    bool is_confirmed;
    std::int64_t failures;              // in a row
    std::chrono::seconds blocked_for{}; // 0: codes are taken
};

// Locks the factor: of two requests with one code the second sees that it is spent.
db::pending_rows add_lock_factor(db::tenant_transaction& in, account_id of);
std::optional<stored_factor> read_factor(const db::result_set& found);

db::pending_rows add_find_factor_state(db::tenant_batch& in, account_id of);
second_factor_state read_factor_state(const db::result_set& found);

// Replaces one that waits for its confirmation; one that is confirmed stays and no row comes back.
db::pending_rows add_begin_factor(db::tenant_transaction& in, account_id of, const std::string& sealed);
void add_take_step(db::tenant_transaction& in, account_id of, std::int64_t step);
void add_confirm_factor(db::tenant_transaction& in, account_id of);
void add_note_failure(db::tenant_transaction& in, account_id of, std::chrono::seconds blocked_for);
void add_forget_failures(db::tenant_transaction& in, account_id of);
// One row when there was a factor.
db::pending_rows add_delete_factor(db::tenant_transaction& in, account_id of);

void add_delete_recovery_codes(db::tenant_transaction& in, account_id of);
void add_insert_recovery_code(db::tenant_transaction& in, account_id of, const crypto::digest& hash);
// One row when the code was there and had not been used.
db::pending_rows add_use_recovery_code(db::tenant_transaction& in, account_id of, const crypto::digest& hash);

// One row when the account has a password.
db::pending_rows add_find_has_password(db::tenant_batch& in, account_id of);
// Role of an account.
db::pending_rows add_find_role(db::tenant_transaction& in, account_id of);

db::pending_rows add_find_rules(db::tenant_batch& in);
security_rules read_rules(const db::result_set& found);
void add_put_rules(db::tenant_transaction& in, const security_rules& wanted, account_id by);

} // namespace kidevent::identity
