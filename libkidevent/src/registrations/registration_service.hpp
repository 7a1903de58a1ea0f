#pragma once
// Registering children for sessions, and cancelling. All places of a request are taken or none.

#include "core/result.hpp"
#include "core/task.hpp"
#include "http/idempotent_answers.hpp"
#include "registrations/registration_repository.hpp"

#include <functional>

namespace kidevent::registrations {

// Registers the acting guardian's children. Two round trips: lock and look, then write and commit.
// `write_answer` makes the answer that is also remembered for the request's Idempotency-Key. Errors:
// invalid_fields (a child or session that is not there, a place wished twice), event_not_open,
// session_started, child_wrong_age, already_registered, session_full, idempotency_key_reused,
// idempotency_key_in_use; all that is wrong is told at once, with pointers into /places.
task<result<response>> register_children(const http::request_context& context, std::vector<place> wished,
                                         response (*write_answer)(const std::vector<registration>&));

// Frees the place. Cancelling what is cancelled changes nothing. Errors: not_found, session_started
// (guardians only).
task<result<registration>> cancel_registration(const http::request_context& context, registration_id id);

} // namespace kidevent::registrations
