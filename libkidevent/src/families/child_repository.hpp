#pragma once
// The rows of children of one tenant. Every query is bound to a household: a guardian's id does not reach
// further.

#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "families/child.hpp"

#include <vector>

namespace kidevent::families {

// In the order in which they were added.
db::pending_rows add_list_children(db::tenant_batch& in, household_id of,
                                   const std::optional<child_id>& after, int limit);
db::pending_rows add_find_child(db::tenant_batch& in, household_id of, child_id id);
db::pending_rows add_lock_child(db::tenant_transaction& in, household_id of, child_id id);
// The children among `ids` that belong to the household, kept from being removed until the transaction ends.
db::pending_rows add_share_children(db::tenant_transaction& in, household_id of,
                                    const std::vector<child_id>& ids);
std::vector<child> read_children(const db::result_set& found);

db::pending_rows add_insert_child(db::tenant_transaction& in, child_id id, household_id of,
                                  const child_change& values, account_id by);
db::pending_rows add_update_child(db::tenant_transaction& in, child_id id, const child_change& values);
void add_remove_child(db::tenant_transaction& in, child_id id, account_id by);
// One row when the child has a registration for a session that is still to come.
db::pending_rows add_find_coming_registration(db::tenant_transaction& in, child_id id);

} // namespace kidevent::families
