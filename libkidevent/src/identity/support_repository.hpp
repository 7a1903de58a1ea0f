#pragma once
// The rows of support sessions of one tenant.

#include "crypto/sha256.hpp"
#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "identity/support_service.hpp"

#include <chrono>
#include <optional>

namespace kidevent::identity {

void add_insert_support_session(db::tenant_transaction& in, support_session_id id, account_id admin,
                                const std::string& admin_email, const new_support_session& wanted,
                                const crypto::digest& code_hash, std::chrono::seconds code_lifetime);
db::pending_rows add_find_support_session(db::tenant_transaction& in, support_session_id id);
// Newest first.
db::pending_rows add_list_support_sessions(db::tenant_batch& in, std::optional<support_session_id> before,
                                           int at_most);
std::vector<support_session> read_support_sessions(const db::result_set& found);

// Spends the code: one row, the session and for how many seconds it goes on, when the code was good.
db::pending_rows add_enter_support_session(db::tenant_transaction& in, const crypto::digest& code_hash,
                                           const crypto::digest& token_hash);
std::optional<std::pair<support_session_id, std::chrono::seconds>> read_entered(const db::result_set& found);

struct support_visitor {
    support_session_id session;
    account_id admin;
    std::chrono::milliseconds time_left;
};
db::pending_rows add_find_support_visitor(db::tenant_batch& in, const crypto::digest& token_hash);
std::optional<support_visitor> read_support_visitor(const db::result_set& found);

// One row when it was still on.
db::pending_rows add_end_support_session(db::tenant_transaction& in, support_session_id id,
                                         const std::string& by);

} // namespace kidevent::identity
