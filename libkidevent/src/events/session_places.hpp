#pragma once
// How many places sessions have left. For other domains.

#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"

namespace kidevent::events {

struct session_places {
    session_id id;
    event_id event;
    int left;
    bool is_public; // of an event that is or was published
};

// Sessions that do not exist are left out. Travels with the batch or the transaction.
db::pending_rows add_list_places(db::tenant_batch& in, const std::vector<session_id>& of);
db::pending_rows add_list_places(db::tenant_transaction& in, const std::vector<session_id>& of);
std::vector<session_places> read_places(const db::result_set& found);

} // namespace kidevent::events
