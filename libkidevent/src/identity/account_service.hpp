#pragma once
// What people do with their own accounts: profile, password, e-mail address, and the browsers they are signed
// in with. Called by the endpoints; `context` is of somebody who is signed in, but for password resets.

#include "http/request_context.hpp"
#include "identity/account_repository.hpp"
#include "identity/login_repository.hpp"

#include <string>
#include <vector>

namespace kidevent::identity {

// Errors: invalid_fields.
task<result<account>> change_profile(const http::request_context& context, profile_change wanted);

// Ends the account's other logins and makes links that were sent before useless; a notice goes to the
// address. Errors: invalid_fields (the present password is wrong, the new one may not be chosen),
// too_many_requests.
task<result<>> change_password(const http::request_context& context, std::string present, std::string wanted);

// Has a link sent to the new address; nothing changes before it is followed. The answer is the same when
// somebody has the address already. Errors: invalid_fields, too_many_requests.
task<result<>> ask_for_other_email(const http::request_context& context, std::string wanted,
                                   std::string password);
// Has the link sent once more that verifies the address; nothing when it is verified. Errors:
// too_many_requests.
task<result<>> ask_for_verification(const http::request_context& context);
// Has a link sent with which the password can be chosen anew, if there is such an account: that is looked up
// later, so that neither the answer nor its time tells. Errors: too_many_requests (of one network address).
task<result<>> ask_for_password_reset(const http::request_context& context, std::string email);

task<std::vector<listed_login>> list_logins(const http::request_context& context);
// Errors: not_found.
task<result<>> end_login(const http::request_context& context, login_id id);
task<> end_other_logins(const http::request_context& context);

} // namespace kidevent::identity
