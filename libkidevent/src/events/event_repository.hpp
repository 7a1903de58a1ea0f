#pragma once
// The rows of events and sessions of one tenant.

#include "core/actor.hpp"
#include "db/tenant_batch.hpp"
#include "db/tenant_transaction.hpp"
#include "events/event.hpp"

namespace kidevent::events {

// The place in the public list after which to go on.
struct list_position {
    timestamp starts_at;
    event_id id;
};

// Published, not cancelled, not over; by start. `time_zone` is the organisation's, for the filter's days.
db::pending_rows add_list_published(db::tenant_batch& in, tenant_id at, const event_filter& filter,
                                    const std::string& time_zone, const std::optional<list_position>& after,
                                    int limit);
event_summary read_summary(const db::row& from);

// Also drafts and cancelled ones, newest first. `state` is "", "draft", "published" or "cancelled"; `only`:
// those of limited staff, null: all.
db::pending_rows add_list_managed(db::tenant_batch& in, const std::string& state, const event_limit& only,
                                  const std::optional<event_id>& before, int limit);

db::pending_rows add_find_event(db::tenant_batch& in, event_id id);
db::pending_rows add_find_event(db::tenant_transaction& in, event_id id);
db::pending_rows add_lock_event(db::tenant_transaction& in, event_id id);
std::optional<event> read_event(const db::result_set& found);
std::vector<event> read_events(const db::result_set& found);

db::pending_rows add_list_sessions(db::tenant_batch& in, event_id of);
db::pending_rows add_list_sessions(db::tenant_transaction& in, event_id of);
// The session, and its event, which is locked before it.
struct locked_session {
    db::pending_rows event;
    db::pending_rows session;
};
locked_session add_lock_session(db::tenant_transaction& in, session_id id);
std::vector<session> read_sessions(const db::result_set& found);

struct new_event {
    event_id id;
    std::string title;
    std::string description;
    std::string location;
    std::string category;
    std::string time_zone;
    std::optional<std::string> source_uid; // of an imported calendar entry
    std::optional<account_id> created_by;
};
void add_insert_event(db::tenant_transaction& in, const new_event& values);
void add_update_event(db::tenant_transaction& in, event_id id, const event_change& values);
void add_publish_event(db::tenant_transaction& in, event_id id, std::optional<account_id> by);
void add_cancel_event(db::tenant_transaction& in, event_id id, account_id by);
// One row (id) when an event was imported from this calendar entry before.
db::pending_rows add_find_by_source(db::tenant_transaction& in, const std::string& source_uid);

void add_insert_session(db::tenant_transaction& in, const session& values);
void add_update_session(db::tenant_transaction& in, session_id id, const session_change& values);
// Rewrites the event's summary of its sessions; last in every transaction that changed one.
void add_summarise_sessions(db::tenant_transaction& in, event_id id);

} // namespace kidevent::events
