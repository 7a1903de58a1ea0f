#pragma once
// The rules of events and sessions: what staff may change when. Called by the endpoints and the importer.

#include "core/actor.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "events/event_repository.hpp"
#include "outbox/outbox.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::events {

struct event_with_sessions {
    event what;
    std::vector<session> sessions;
};

// Also drafts. Errors: not_found.
task<result<event_with_sessions>> get_event(db::database& with, const tenancy::tenant& at, event_id id);

// Whether staff that is limited to given events may work on this one. Errors: forbidden for what everybody
// may see, not_found for a draft: whoever may not see it is not told that it exists.
result<> check_reach(const actor& by, event_id which, bool is_public);

// In all that follows `by` lives until the task has ended, and the errors of check_reach come on top.
// A draft with its sessions, at most 500. Errors: invalid_fields, session_overlaps.
task<result<event_with_sessions>> create_event(db::database& with, const tenancy::tenant& at, const actor& by,
                                               event_change values, std::vector<session_change> sessions);
// Errors: not_found, version_stale, invalid_fields.
task<result<event_with_sessions>> update_event(db::database& with, const tenancy::tenant& at, const actor& by,
                                               event_id id, int seen_version, event_change values);
// Publishing what is published, and cancelling what is cancelled, changes nothing. Errors: not_found,
// event_not_open (cancelled), event_without_sessions.
task<result<event_with_sessions>> publish_event(db::database& with, const tenancy::tenant& at,
                                                const actor& by, event_id id);
task<result<event_with_sessions>> cancel_event(db::database& with, const tenancy::tenant& at, const actor& by,
                                               event_id id);
// Errors: not_found, event_not_open (cancelled), invalid_fields, session_overlaps.
task<result<session>> create_session(db::database& with, const tenancy::tenant& at, const actor& by,
                                     event_id of, session_change values);
// Errors: not_found, version_stale, invalid_fields, session_overlaps, capacity_below_taken.
task<result<session>> update_session(db::database& with, const tenancy::tenant& at, const actor& by,
                                     session_id id, int seen_version, session_change values);

// What is told when an event came into being or was published; for the importer, which writes many at once.
outbox::new_event created_event(event_id id, bool is_published, std::size_t sessions);
outbox::new_event published_event(event_id id);

} // namespace kidevent::events
