#pragma once
// What other domains may ask about children.

#include "db/tenant_transaction.hpp"
#include "families/child.hpp"

#include <vector>

namespace kidevent::families {

// The children among `ids` that belong to the household, kept from being removed until the transaction ends.
// Travels with the transaction's next run(); shared_children() reads the answer.
db::pending_rows share_children(db::tenant_transaction& in, household_id of,
                                const std::vector<child_id>& ids);
std::vector<child> shared_children(const db::result_set& found);

} // namespace kidevent::families
