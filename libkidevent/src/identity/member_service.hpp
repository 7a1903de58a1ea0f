#pragma once
// The people of an organisation, for its owners and managers: who is there, with which role, limited to which
// events, and who may not come in any more. What changes holds for the next request, on every machine.
// Called by the endpoints.

#include "http/request_context.hpp"
#include "identity/account_repository.hpp"

namespace kidevent::identity {

// What is not set stays as it is; events that are set to nothing limit no more.
struct rights_change {
    std::optional<role> acts_as;
    std::optional<std::optional<std::vector<event_id>>> events;
};

// Errors: not_found, forbidden (owners are for owners), invalid_fields (a guardian's account, limits of who
// is not staff, an event that there is not), last_owner.
task<result<account>> change_rights(const http::request_context& context, account_id of,
                                    rights_change wanted);

// Ends the account's logins and makes its links useless. Errors: not_found, forbidden, last_owner.
task<result<account>> set_disabled(const http::request_context& context, account_id of, bool disabled);

} // namespace kidevent::identity
