#pragma once
// Inviting people by e-mail: staff into the organisation, the other guardian into a household. Called by the
// endpoints, and by link_service when an invitation is accepted.

#include "http/request_context.hpp"
#include "identity/account_link_repository.hpp"

#include <string>
#include <vector>

namespace kidevent::identity {

struct staff_invitation {
    std::string email;
    role acts_as = role::staff;
    std::optional<std::vector<event_id>> events; // that staff is limited to; none: all
};

// Instead of an earlier one of the address. Errors: forbidden (only owners make owners), invalid_fields,
// email_taken, too_many_requests.
task<result<account_link>> invite_staff(const http::request_context& context, staff_invitation wanted);
// Whether anybody has the address is not told. Errors: email_not_verified, invalid_fields,
// too_many_requests.
task<result<account_link>> invite_guardian(const http::request_context& context, std::string email);
// One of the organisation, or of the household of who is signed in. Errors: not_found.
task<result<>> revoke_invitation(const http::request_context& context, link_purpose what, link_id id);

// In the transaction that has used the link. `person` has the invitation's address already; none: `wanted`
// is made an account. Errors: link_not_valid (who has invited may not any more), email_taken (of somebody
// who cannot accept it), household_not_empty.
task<result<>> accept_invitation(db::tenant_transaction& in, account_link link, std::optional<account> person,
                                 new_account wanted, std::string password_hash);

} // namespace kidevent::identity
