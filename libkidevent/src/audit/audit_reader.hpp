#pragma once
// Reading the audit log: an organisation's own, newest first, and whole chains for operators who verify and
// export.

#include "audit/audit_chain.hpp"
#include "db/platform_transaction.hpp"
#include "db/tenant_transaction.hpp"

#include <span>
#include <vector>

namespace kidevent::audit {

// What an organisation sees. Empty texts and no times do not filter.
struct entry_filter {
    std::string actor;              // "account/<uuid>"
    std::string action;             // "event.published"
    std::string subject;            // "events/<uuid>"
    std::optional<timestamp> from;  // at or after
    std::optional<timestamp> until; // before
};

struct listed_entry {
    sealed_entry entry;
    bool is_sealed; // false: it has no sequence and no hash yet
};

// Before a place in the list; from the newest when there is none.
db::pending_rows add_list_entries(db::tenant_transaction& in, const entry_filter& wanted,
                                  std::optional<std::pair<timestamp, uuid>> before, int at_most);
std::vector<listed_entry> read_entries(const db::result_set& found);

struct listed_chain {
    chain_head head;
    std::string slug;               // "": the installation, or an organisation that is gone
    std::int64_t unsealed;          // entries that have no place yet
    std::int64_t oldest_unsealed_s; // how long the oldest of them has waited, in seconds
};

// All chains, by slug. Throws db_error, as all of these do.
task<std::vector<listed_chain>> list_chains(db::database& with);

// What came of verifying one chain.
struct chain_verdict {
    std::int64_t checked = 0;
    std::optional<broken_place> broken;
};
task<chain_verdict> verify_chain(db::database& with, chain_head head,
                                 std::span<const crypto::signing_key> keys);

// Calls `each` for the sealed entries of which the first and last happened in the time, in order, and says
// the hash before the first one.
struct exported_range {
    std::int64_t first = 0; // 0: there are none
    std::int64_t last = 0;
    crypto::digest previous_hash{};
};
task<exported_range> find_range(db::database& with, const chain_head& of, std::optional<timestamp> from,
                                std::optional<timestamp> until);
task<std::vector<sealed_entry>> read_chain(db::database& with, tenant_id of, std::int64_t after, int at_most);

} // namespace kidevent::audit
