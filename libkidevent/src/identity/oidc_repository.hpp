#pragma once
// The rows of identity providers of one tenant, of browsers that are on their way to one, and of whom their
// subjects are here.

#include "crypto/sha256.hpp"
#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "identity/oidc_provider.hpp"

#include <vector>

namespace kidevent::identity {

db::pending_rows add_list_providers(db::tenant_batch& in, const std::optional<identity_provider_id>& before,
                                    int limit);
db::pending_rows add_find_provider(db::tenant_batch& in, identity_provider_id id);
db::pending_rows add_find_provider(db::tenant_transaction& in, identity_provider_id id);
db::pending_rows add_lock_provider(db::tenant_transaction& in, identity_provider_id id);
std::vector<identity_provider> read_providers(const db::result_set& found);
// Those that are enabled, by name: id and name.
db::pending_rows add_list_open_providers(db::tenant_batch& in);
// One row: how many there are.
db::pending_rows add_count_providers(db::tenant_transaction& in);

// One row with the sealed secret, or null when it has none.
db::pending_rows add_find_client_secret(db::tenant_transaction& in, identity_provider_id id);

// `sealed` is none for a client without a secret. Breaks identity_providers_issuer_unique.
void add_insert_provider(db::tenant_transaction& in, const identity_provider& made,
                         const std::optional<std::string>& sealed, account_id by);
// All of it as it is to be; the issuer stays. `sealed` is none when the secret stays, or there is to be none.
void add_update_provider(db::tenant_transaction& in, const identity_provider& wanted, bool enabled,
                         const std::optional<std::string>& sealed, account_id by);
void add_delete_provider(db::tenant_transaction& in, identity_provider_id id);

// A browser on its way.
struct sign_in_attempt {
    crypto::digest state;   // hashes
    crypto::digest browser; //
    identity_provider_id provider;
    std::string origin;
    std::string return_to;
    std::optional<account_id> connecting;
};
void add_insert_attempt(db::tenant_transaction& in, const sign_in_attempt& made,
                        std::chrono::seconds lifetime);
// Takes the attempt away, if all of it fits and its time is not over: "return_to" and "connecting".
db::pending_rows add_take_attempt(db::tenant_transaction& in, const sign_in_attempt& of);
// At most so many whose time is over.
db::pending_rows add_delete_expired_attempts(db::tenant_transaction& in, int at_most);

// Who it is: the identity, its account, and whether that is disabled. Locked until the transaction ends.
db::pending_rows add_lock_identity(db::tenant_transaction& in, const std::string& issuer,
                                   const std::string& subject);
struct known_identity {
    external_identity_id id;
    account_id account;
    bool is_disabled;
};
std::optional<known_identity> read_known_identity(const db::result_set& found);
// Breaks external_identities_subject_unique.
void add_insert_identity(db::tenant_transaction& in, external_identity_id id, const std::string& issuer,
                         const std::string& subject, account_id of, const std::string& email);
void add_touch_identity(db::tenant_transaction& in, external_identity_id id);

db::pending_rows add_list_identities(db::tenant_batch& in, account_id of);
std::vector<external_identity> read_identities(const db::result_set& found);
// One row when the account has it.
db::pending_rows add_delete_identity(db::tenant_transaction& in, account_id of, external_identity_id id);
// One row with a bool: whether the account can be signed in to by a password, or by an identity of a
// provider that is enabled.
db::pending_rows add_find_way_in(db::tenant_transaction& in, account_id of);

} // namespace kidevent::identity
