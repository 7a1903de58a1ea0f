#include "families/child_service.hpp"

#include "families/child_repository.hpp"

namespace kidevent::families {

db::pending_rows share_children(db::tenant_transaction& in, household_id of,
                                const std::vector<child_id>& ids) {
    return add_share_children(in, of, ids);
}

std::vector<child> shared_children(const db::result_set& found) { return read_children(found); }

} // namespace kidevent::families
