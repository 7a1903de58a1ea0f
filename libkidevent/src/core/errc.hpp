#pragma once
// Every expected way in which a request can be refused. http/problem.cpp maps each to a status and a title;
// its switch has no default, so a value added here does not compile until it is mapped.

namespace kidevent {

enum class errc {
    malformed_request,      // not parseable: JSON syntax, header grammar
    unsupported_media_type, // a body that is not JSON
    not_acceptable,         // no representation that the client accepts
    body_too_large,
    invalid_fields, // parseable, but fields are missing, unknown or out of range
    invalid_cursor,
    unknown_host, // no tenant answers on this host
    tenant_suspended,
    not_found, // also what belongs to somebody else
    method_not_allowed,
    sign_in_required,
    sign_in_failed,                   // unknown person or wrong password, never told apart
    second_factor_required,           // the password was right, a code is wanted too
    second_factor_enrolment_required, // the organisation, or the platform, demands a factor of this person
    second_factor_enrolled,           // there is one already
    api_key_unknown,           // misspelled, of another organisation, revoked or over, never told apart
    encryption_not_configured, // the installation has no key to seal with
    forbidden,                 // signed in, but the role does not allow it
    feature_not_in_plan,       // of the organisation
    cross_site_request,        // an unsafe method from another origin
    too_many_requests,
    overloaded, // more work is waiting than can be done in time
    email_taken,
    email_not_verified,            // and this needs a verified address
    link_not_valid,                // of a message: unknown, used, revoked or too old, never told apart
    last_owner,                    // of the organisation: must stay one
    household_not_empty,           // of somebody who is to join another one
    identity_provider_unavailable, // it gives no answer that can be used
    identity_provider_refused,     // what it says of the person does not hold
    identity_provider_cancelled,   // the person, or the provider, did not go through with it
    sign_in_attempt_unknown, // the way back from a provider that this browser did not go to, or long ago
    sign_up_not_allowed,     // the provider is for people who have an account
    account_not_linked,      // an account with the address exists; its owner has not connected it
    identity_taken,          // another account is connected with it
    only_way_in,             // without it nobody could sign in to the account
    issuer_taken,            // two providers of one organisation have one issuer
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
