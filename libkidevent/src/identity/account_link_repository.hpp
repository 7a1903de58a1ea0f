#pragma once
// The rows of links in messages of one tenant.

#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "identity/account.hpp"
#include "identity/account_link.hpp"
#include "identity/login_repository.hpp"

namespace kidevent::identity {

struct account_link {
    link_id id;
    link_purpose purpose;
    std::optional<account_id> account;           // whose; of an invitation: who has accepted it
    std::string email;                           // where it was sent, and what it confirms
    std::optional<role> staff_role;              // that an invitation gives
    std::optional<std::vector<event_id>> events; // that it limits staff to; none: all
    std::optional<household_id> household;       // that an invitation leads into
    std::optional<login_id> asked_in;            // the login that goes on when the others end
    std::optional<account_id> created_by;
    timestamp created_at{};
    timestamp expires_at{};
    std::optional<timestamp> used_at = std::nullopt;
};

// `what` without its times; `lifetime` from now on.
void add_insert_link(db::tenant_transaction& in, const account_link& what, std::chrono::seconds lifetime);
// Those that still work.
db::pending_rows add_find_link(db::tenant_batch& in, const link_claim& which);
// The same, and it has been used from then on. Nobody else gets it; a rollback takes that back.
db::pending_rows add_use_link(db::tenant_transaction& in, const link_claim& which);
// Of the account and the purpose: an earlier link does not work beside a later one.
void add_revoke_links(db::tenant_transaction& in, account_id of, link_purpose what);
// All that could give away the account: when its address or password is another one.
void add_revoke_links(db::tenant_transaction& in, account_id of);

// Invitations that are neither used nor revoked; also those that are too old, until they are cleaned away.
// Newest first.
db::pending_rows add_list_invitations(db::tenant_batch& in, link_purpose what,
                                      const std::optional<household_id>& household,
                                      const std::optional<link_id>& before, int limit);
// The number of those that work, in one row.
db::pending_rows add_count_invitations(db::tenant_transaction& in, link_purpose what,
                                       const std::optional<household_id>& household);
// The earlier invitation of this address.
void add_revoke_invitation(db::tenant_transaction& in, link_purpose what,
                           const std::optional<household_id>& household, const std::string& email);
// One row when there was one.
db::pending_rows add_revoke_invitation(db::tenant_transaction& in, link_purpose what,
                                       const std::optional<household_id>& household, link_id id);
std::vector<account_link> read_links(const db::result_set& found);

// Those whose time was over for `kept`, with their messages. At most so many.
db::pending_rows add_delete_old_links(db::tenant_transaction& in, std::chrono::seconds kept, int at_most);

} // namespace kidevent::identity
