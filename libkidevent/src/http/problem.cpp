#include "http/problem.hpp"

#include "http/json_writer.hpp"
#include "http/percent.hpp"

#include <string>

namespace kidevent::http {

namespace {

constexpr problem_entry world_is_broken{
    errc{}, 503, "unavailable", "Temporarily unavailable",
    "Something that this request needs does not answer at the moment. Try again later."};
constexpr problem_entry own_fault{
    errc{}, 500, "internal_error", "Internal error",
    "The request failed through a fault of ours. It was recorded under the request id."};
constexpr problem_entry too_slow{
    errc{}, 504, "timeout", "Took too long",
    "The request was not answered in time. Look whether it took effect before repeating it."};

namespace entries {
constexpr problem_entry malformed_request{errc::malformed_request, 400, "malformed_request",
                                          "Malformed request", "The request could not be understood."};
constexpr problem_entry unsupported_media_type{errc::unsupported_media_type, 415, "unsupported_media_type",
                                               "Unsupported media type",
                                               "The body must be JSON, without compression."};
constexpr problem_entry not_acceptable{errc::not_acceptable, 406, "not_acceptable", "Not acceptable",
                                       "Nothing that Accept lists can be given."};
constexpr problem_entry body_too_large{errc::body_too_large, 413, "body_too_large", "Body too large",
                                       "The body is larger than this installation accepts."};
constexpr problem_entry invalid_fields{errc::invalid_fields, 422, "invalid_fields", "Invalid fields",
                                       "Some fields are missing, unknown or not as they should be."};
constexpr problem_entry invalid_cursor{
    errc::invalid_cursor, 400, "invalid_cursor", "Invalid cursor",
    "The cursor is damaged or belongs to another list. Begin again without it."};
constexpr problem_entry unknown_host{errc::unknown_host, 421, "unknown_host", "Unknown host",
                                     "No organisation answers on this host name."};
constexpr problem_entry tenant_suspended{errc::tenant_suspended, 403, "tenant_suspended",
                                         "Organisation suspended",
                                         "This organisation is suspended at the moment."};
constexpr problem_entry not_found{errc::not_found, 404, "not_found", "Not found",
                                  "There is nothing here, or nothing that you may see."};
constexpr problem_entry method_not_allowed{errc::method_not_allowed, 405, "method_not_allowed",
                                           "Method not allowed",
                                           "This address does not answer to this method."};
constexpr problem_entry sign_in_required{errc::sign_in_required, 401, "sign_in_required", "Sign-in required",
                                         "Sign in first."};
constexpr problem_entry sign_in_failed{errc::sign_in_failed, 401, "sign_in_failed", "Sign-in failed",
                                       "The e-mail address or the password is wrong."};
constexpr problem_entry second_factor_required{
    errc::second_factor_required, 401, "second_factor_required", "Second factor required",
    "Send the code of your authenticator, or a recovery code, along with the password."};
constexpr problem_entry second_factor_enrolment_required{
    errc::second_factor_enrolment_required, 403, "second_factor_enrolment_required",
    "Second factor must be set up", "Set up a second factor first: nothing else is possible without it."};
constexpr problem_entry second_factor_enrolled{errc::second_factor_enrolled, 409, "second_factor_enrolled",
                                               "Second factor exists",
                                               "There is a second factor already. Remove it first."};
constexpr problem_entry api_key_unknown{errc::api_key_unknown, 401, "api_key_unknown", "API key unknown",
                                        "The API key is wrong, was revoked or has expired."};
constexpr problem_entry encryption_not_configured{
    errc::encryption_not_configured, 503, "encryption_not_configured", "Encryption not configured",
    "This installation has no key to keep such secrets with. Its operator has to set one."};
constexpr problem_entry forbidden{errc::forbidden, 403, "forbidden", "Forbidden",
                                  "Your role does not allow this."};
constexpr problem_entry feature_not_in_plan{errc::feature_not_in_plan, 403, "feature_not_in_plan",
                                            "Feature not in plan",
                                            "The organisation's plan does not include this."};
constexpr problem_entry cross_site_request{errc::cross_site_request, 403, "cross_site_request",
                                           "Cross-site request",
                                           "The request was sent by a page of another site."};
constexpr problem_entry too_many_requests{errc::too_many_requests, 429, "too_many_requests",
                                          "Too many requests", "Slow down and try again later."};
constexpr problem_entry overloaded{
    errc::overloaded, 503, "overloaded", "Overloaded",
    "More requests are waiting than can be answered in time. Try again in a moment."};
constexpr problem_entry email_taken{errc::email_taken, 409, "email_taken", "E-mail address taken",
                                    "There is an account with this e-mail address already."};
constexpr problem_entry identity_provider_unavailable{
    errc::identity_provider_unavailable, 503, "identity_provider_unavailable",
    "Identity provider unavailable",
    "The identity provider gives no usable answer at the moment. Try again later, or sign in another way."};
constexpr problem_entry identity_provider_refused{
    errc::identity_provider_refused, 403, "identity_provider_refused", "Sign-in not accepted",
    "What the identity provider said could not be accepted, so nobody was signed in."};
constexpr problem_entry identity_provider_cancelled{
    errc::identity_provider_cancelled, 403, "identity_provider_cancelled", "Sign-in cancelled",
    "The sign-in at the identity provider was not completed."};
constexpr problem_entry sign_in_attempt_unknown{
    errc::sign_in_attempt_unknown, 400, "sign_in_attempt_unknown", "Sign-in out of date",
    "This sign-in was not begun in this browser, was completed before, or took too long. Begin again."};
constexpr problem_entry sign_up_not_allowed{
    errc::sign_up_not_allowed, 403, "sign_up_not_allowed", "No account",
    "There is no account for this person, and this identity provider cannot make one."};
constexpr problem_entry account_not_linked{
    errc::account_not_linked, 409, "account_not_linked", "Account not connected",
    "There is an account with this e-mail address. Sign in to it and connect the identity provider there."};
constexpr problem_entry identity_taken{errc::identity_taken, 409, "identity_taken", "Connected already",
                                       "This sign-in at the identity provider belongs to another account."};
constexpr problem_entry only_way_in{
    errc::only_way_in, 409, "only_way_in", "Only way in",
    "Choose a password first: without this nobody could sign in to the account."};
constexpr problem_entry issuer_taken{errc::issuer_taken, 409, "issuer_taken", "Issuer taken",
                                     "There is an identity provider with this issuer already."};
constexpr problem_entry email_not_verified{
    errc::email_not_verified, 403, "email_not_verified", "E-mail address not verified",
    "Follow the link in the message that was sent to your e-mail address first."};
constexpr problem_entry link_not_valid{errc::link_not_valid, 404, "link_not_valid", "Link not valid",
                                       "The link was used before, is too old, or never worked."};
constexpr problem_entry last_owner{errc::last_owner, 409, "last_owner", "Last owner",
                                   "The organisation needs an owner: make somebody else one first."};
constexpr problem_entry household_not_empty{
    errc::household_not_empty, 409, "household_not_empty", "Household not empty",
    "The account has children or registrations of its own, so it cannot join another household."};
constexpr problem_entry slug_taken{errc::slug_taken, 409, "slug_taken", "Name taken",
                                   "Another organisation has this name already."};
constexpr problem_entry version_required{errc::version_required, 428, "version_required", "Version required",
                                         "Send If-Match with the ETag of the version that you changed."};
constexpr problem_entry version_stale{errc::version_stale, 412, "version_stale", "Changed in the meantime",
                                      "Somebody changed this after you read it. Read it again."};
constexpr problem_entry already_cancelled{errc::already_cancelled, 409, "already_cancelled",
                                          "Already cancelled", "This was cancelled before."};
constexpr problem_entry has_registrations{errc::has_registrations, 409, "has_registrations",
                                          "Has registrations",
                                          "Children are registered, so this cannot be done."};
constexpr problem_entry event_not_open{errc::event_not_open, 409, "event_not_open", "Event not open",
                                       "This event takes no registrations at the moment."};
constexpr problem_entry event_without_sessions{errc::event_without_sessions, 409, "event_without_sessions",
                                               "Event without sessions",
                                               "The event needs at least one session first."};
constexpr problem_entry session_started{errc::session_started, 409, "session_started", "Session started",
                                        "The session has begun already."};
constexpr problem_entry session_full{errc::session_full, 409, "session_full", "Session full",
                                     "The session has no free place."};
constexpr problem_entry session_overlaps{errc::session_overlaps, 409, "session_overlaps", "Sessions overlap",
                                         "The event has a session at this start already."};
constexpr problem_entry capacity_below_taken{errc::capacity_below_taken, 409, "capacity_below_taken",
                                             "Capacity too small",
                                             "More places are taken than the new capacity has."};
constexpr problem_entry child_wrong_age{errc::child_wrong_age, 409, "child_wrong_age", "Wrong age",
                                        "The child is too young or too old for this event."};
constexpr problem_entry already_registered{errc::already_registered, 409, "already_registered",
                                           "Already registered",
                                           "The child is registered for this session already."};
constexpr problem_entry idempotency_key_reused{errc::idempotency_key_reused, 422, "idempotency_key_reused",
                                               "Idempotency key reused",
                                               "This Idempotency-Key was used for a different request."};
constexpr problem_entry idempotency_key_in_use{
    errc::idempotency_key_in_use, 409, "idempotency_key_in_use", "Idempotency key in use",
    "The first request with this Idempotency-Key is still running."};
} // namespace entries

// nullptr only for a number that names no errc.
const problem_entry* find_problem(errc reason) noexcept {
    switch (reason) {
    case errc::malformed_request: return &entries::malformed_request;
    case errc::unsupported_media_type: return &entries::unsupported_media_type;
    case errc::not_acceptable: return &entries::not_acceptable;
    case errc::body_too_large: return &entries::body_too_large;
    case errc::invalid_fields: return &entries::invalid_fields;
    case errc::invalid_cursor: return &entries::invalid_cursor;
    case errc::unknown_host: return &entries::unknown_host;
    case errc::tenant_suspended: return &entries::tenant_suspended;
    case errc::not_found: return &entries::not_found;
    case errc::method_not_allowed: return &entries::method_not_allowed;
    case errc::sign_in_required: return &entries::sign_in_required;
    case errc::sign_in_failed: return &entries::sign_in_failed;
    case errc::second_factor_required: return &entries::second_factor_required;
    case errc::second_factor_enrolment_required: return &entries::second_factor_enrolment_required;
    case errc::second_factor_enrolled: return &entries::second_factor_enrolled;
    case errc::api_key_unknown: return &entries::api_key_unknown;
    case errc::encryption_not_configured: return &entries::encryption_not_configured;
    case errc::forbidden: return &entries::forbidden;
    case errc::feature_not_in_plan: return &entries::feature_not_in_plan;
    case errc::cross_site_request: return &entries::cross_site_request;
    case errc::too_many_requests: return &entries::too_many_requests;
    case errc::overloaded: return &entries::overloaded;
    case errc::email_taken: return &entries::email_taken;
    case errc::identity_provider_unavailable: return &entries::identity_provider_unavailable;
    case errc::identity_provider_refused: return &entries::identity_provider_refused;
    case errc::identity_provider_cancelled: return &entries::identity_provider_cancelled;
    case errc::sign_in_attempt_unknown: return &entries::sign_in_attempt_unknown;
    case errc::sign_up_not_allowed: return &entries::sign_up_not_allowed;
    case errc::account_not_linked: return &entries::account_not_linked;
    case errc::identity_taken: return &entries::identity_taken;
    case errc::only_way_in: return &entries::only_way_in;
    case errc::issuer_taken: return &entries::issuer_taken;
    case errc::email_not_verified: return &entries::email_not_verified;
    case errc::link_not_valid: return &entries::link_not_valid;
    case errc::last_owner: return &entries::last_owner;
    case errc::household_not_empty: return &entries::household_not_empty;
    case errc::slug_taken: return &entries::slug_taken;
    case errc::version_required: return &entries::version_required;
    case errc::version_stale: return &entries::version_stale;
    case errc::already_cancelled: return &entries::already_cancelled;
    case errc::has_registrations: return &entries::has_registrations;
    case errc::event_not_open: return &entries::event_not_open;
    case errc::event_without_sessions: return &entries::event_without_sessions;
    case errc::session_started: return &entries::session_started;
    case errc::session_full: return &entries::session_full;
    case errc::session_overlaps: return &entries::session_overlaps;
    case errc::capacity_below_taken: return &entries::capacity_below_taken;
    case errc::child_wrong_age: return &entries::child_wrong_age;
    case errc::already_registered: return &entries::already_registered;
    case errc::idempotency_key_reused: return &entries::idempotency_key_reused;
    case errc::idempotency_key_in_use: return &entries::idempotency_key_in_use;
    }
    return nullptr;
}

std::string problem_body(const problem_entry& entry, const std::vector<field_error>& fields,
                         std::string_view request_id, std::string_view instance_path,
                         const std::vector<std::string_view>& violated) {
    std::string out;
    json_writer json{out};
    json.begin_object();
    json.key("type").value("/problems/" + std::string{entry.code});
    json.member("title", entry.title).member("status", entry.status).member("detail", entry.detail);
    if (!instance_path.empty())
        json.member("instance", as_uri_path(instance_path.substr(0, instance_path.find('?'))));
    json.member("code", entry.code).member("request_id", request_id);
    if (!fields.empty()) {
        json.key("errors").begin_array();
        for (const field_error& field : fields) {
            json.begin_object().member("pointer", field.pointer).member("code", field.code);
            json.member("detail", field.detail).end_object();
        }
        json.end_array();
    }
    if (!violated.empty()) {
        json.key("violated-policies").begin_array();
        for (const std::string_view each : violated)
            json.value(each);
        json.end_array();
    }
    json.end_object();
    return out;
}

// RFC 9110 asks for a challenge with every 401; browsers ignore the scheme Cookie and open no dialogue.
std::string challenge_of(errc reason) {
    if (reason == errc::api_key_unknown) return "Bearer realm=\"kidevent\", error=\"invalid_token\"";
    return "Cookie realm=\"kidevent\"";
}

response make_response(const problem_entry& entry, const std::vector<field_error>& fields,
                       int retry_after_seconds, std::string_view request_id, std::string_view instance_path,
                       const std::vector<std::string_view>& violated = {}) {
    response answer;
    answer.status = entry.status;
    answer.headers.push_back({"Content-Type", "application/problem+json"});
    answer.headers.push_back({"Cache-Control", "no-store"});
    answer.headers.push_back({"X-Request-Id", std::string{request_id}});
    if (retry_after_seconds > 0)
        answer.headers.push_back({"Retry-After", std::to_string(retry_after_seconds)});
    if (entry.status == 401) answer.headers.push_back({"WWW-Authenticate", challenge_of(entry.reason)});
    answer.body = problem_body(entry, fields, request_id, instance_path, violated);
    return answer;
}

// The errcs are counted from 0, so the list ends where the switch knows no more.
std::vector<problem_entry> all_problems() {
    std::vector<problem_entry> all;
    for (int i = 0; const problem_entry* entry = find_problem(static_cast<errc>(i)); ++i)
        all.push_back(*entry);
    return all;
}

} // namespace

const problem_entry& problem_of(errc reason) noexcept {
    const problem_entry* entry = find_problem(reason);
    return entry ? *entry : own_fault;
}

const std::vector<problem_entry>& list_problems() {
    static const std::vector<problem_entry> all = all_problems();
    return all;
}

response problem_response(const refusal& why, std::string_view request_id, std::string_view instance_path) {
    static const std::vector<field_error> none;
    const bool is_silent = why.code == errc::not_found;
    return make_response(problem_of(why.code), is_silent ? none : why.fields,
                         is_silent ? 0 : why.retry_after_seconds, request_id, instance_path);
}

response method_not_allowed_response(std::string_view allow, std::string_view request_id,
                                     std::string_view instance_path) {
    response answer = problem_response(refuse(errc::method_not_allowed), request_id, instance_path);
    answer.headers.push_back({"Allow", std::string{allow}});
    return answer;
}

response quota_response(int retry_after_seconds, std::vector<std::string_view> violated,
                        std::string_view request_id, std::string_view instance_path) {
    return make_response(entries::too_many_requests, {}, retry_after_seconds, request_id, instance_path,
                         violated);
}

response unavailable_response(std::string_view request_id, int retry_after_seconds) {
    return make_response(world_is_broken, {}, retry_after_seconds, request_id, {});
}

response internal_error_response(std::string_view request_id) {
    return make_response(own_fault, {}, 0, request_id, {});
}

response timeout_response(std::string_view request_id) {
    return make_response(too_slow, {}, 0, request_id, {});
}

} // namespace kidevent::http
