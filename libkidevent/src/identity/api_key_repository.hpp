#pragma once
// The rows of API keys of one tenant.

#include "core/actor.hpp"
#include "core/role.hpp"
#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "identity/api_key.hpp"

#include <chrono>

namespace kidevent::identity {

// Who stands behind a key that may be used.
struct api_key_owner {
    account_id account;
    role acts_as;
    std::optional<household_id> household;
    event_limit limited_to;
    std::string scopes;
    bool must_enrol; // staff without a second factor where one is demanded
    std::chrono::milliseconds time_left;
};

// One row when the key with this id and hash may be used now.
db::pending_rows add_find_usable_key(db::tenant_batch& in, const parsed_api_key& key);
std::optional<api_key_owner> read_key_owner(const db::result_set& found);

// Newest first.
db::pending_rows add_list_api_keys(db::tenant_batch& in, std::optional<api_key_id> before, int at_most);
db::pending_rows add_find_api_key(db::tenant_transaction& in, api_key_id id);
std::vector<api_key> read_api_keys(const db::result_set& found);

// How many of the tenant's are neither revoked nor over. Locks nothing: one too many does no harm.
db::pending_rows add_count_usable_keys(db::tenant_transaction& in);
void add_insert_api_key(db::tenant_transaction& in, api_key_id id, const new_api_key& from,
                        const crypto::digest& hash, account_id by, std::chrono::seconds lifetime);
// One row when the key may be used and got this hash.
db::pending_rows add_rotate_api_key(db::tenant_transaction& in, api_key_id id, const crypto::digest& hash,
                                    std::chrono::seconds overlap);
// One row when it was not revoked before.
db::pending_rows add_revoke_api_key(db::tenant_transaction& in, api_key_id id, account_id by);
// Unless it was written down within the last minute.
void add_note_key_use(db::tenant_transaction& in, api_key_id id);

} // namespace kidevent::identity
