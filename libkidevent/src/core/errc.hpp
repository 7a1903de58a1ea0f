#pragma once
// Every expected way in which a request can be refused. http/problem.cpp maps each to a status and a title;
// its switch has no default, so a value added here does not compile until it is mapped.

namespace kidevent {

enum class errc {
    malformed_request,      // not parseable: JSON syntax, header grammar
    unsupported_media_type, // a body that is not JSON
    body_too_large,
    invalid_fields, // parseable, but fields are missing, unknown or out of range
    invalid_cursor,
    unknown_host, // no tenant answers on this host
    tenant_suspended,
    not_found, // also what belongs to somebody else
    method_not_allowed,
    sign_in_required,
    sign_in_failed,      // unknown person or wrong password, never told apart
    forbidden,           // signed in, but the role does not allow it
    feature_not_in_plan, // of the organisation
    cross_site_request,  // an unsafe method from another origin
    too_many_requests,
    overloaded, // more work is waiting than can be done in time
    email_taken,
    slug_taken,
    version_required, // If-Match is missing
    version_stale,    // If-Match names an older version
    already_cancelled,
    has_registrations,
    event_not_open, // not published, or cancelled
    event_without_sessions,
    session_started,
    session_full,
    session_overlaps, // two sessions of one event at the same start
    capacity_below_taken,
    child_wrong_age,
    already_registered,
    idempotency_key_reused, // the same key with another request
    idempotency_key_in_use, // the first request with this key is still running
};

} // namespace kidevent
