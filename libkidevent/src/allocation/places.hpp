#pragma once
// The one allocator of places in sessions. Whoever takes places locks the sessions first, in the order of
// their ids, reads what is left after the lock, and takes in the same transaction; the table's own constraint
// is the last line.

#include "db/tenant_transaction.hpp"

#include "core/clock.hpp"

#include <map>
#include <vector>

namespace kidevent::allocation {

struct locked_session {
    session_id id;
    event_id event;
    std::chrono::sys_days day; // on which it starts, in its own time zone
    int capacity;
    int seats_taken;
    int age_min;
    int age_max;
    std::int64_t price_minor;
    std::string currency;
    bool is_open; // its event is published and not cancelled
    bool has_started;
    timestamp now; // the transaction's
};

// Locks the sessions and shares their events, so that neither changes before the transaction ends. May wait.
db::pending_rows add_lock_sessions(db::tenant_transaction& in, const std::vector<session_id>& ids);
std::vector<locked_session> read_locked_sessions(const db::result_set& found);
// Takes that many places in each locked session.
void add_take_places(db::tenant_transaction& in, const std::map<session_id, int>& places);
// Gives one place of a locked session back.
void add_free_place(db::tenant_transaction& in, session_id of);

} // namespace kidevent::allocation
