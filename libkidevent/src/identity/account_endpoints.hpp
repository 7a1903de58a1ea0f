#pragma once
// Accounts over HTTP, beside signing up, in and out: one's own, those of the organisation, invitations, and
// the pages behind links in messages. Bound in routes.cpp.

#include "http/request_context.hpp"

namespace kidevent::identity {

// One's own.
task<result<response>> handle_update_account(http::request_context& context);
task<result<response>> handle_put_password(http::request_context& context);
task<result<response>> handle_create_email_change(http::request_context& context);
task<result<response>> handle_create_email_verification(http::request_context& context);
task<result<response>> handle_create_password_reset(http::request_context& context);
task<result<response>> handle_list_logins(http::request_context& context);
task<result<response>> handle_delete_other_logins(http::request_context& context);
task<result<response>> handle_delete_login_by_id(http::request_context& context);

// Of the organisation.
task<result<response>> handle_list_accounts(http::request_context& context);
task<result<response>> handle_get_account_by_id(http::request_context& context);
task<result<response>> handle_update_rights(http::request_context& context);
task<result<response>> handle_put_deactivation(http::request_context& context);
task<result<response>> handle_delete_deactivation(http::request_context& context);

// Invitations.
task<result<response>> handle_list_staff_invitations(http::request_context& context);
task<result<response>> handle_create_staff_invitation(http::request_context& context);
task<result<response>> handle_delete_staff_invitation(http::request_context& context);
task<result<response>> handle_list_household_invitations(http::request_context& context);
task<result<response>> handle_create_household_invitation(http::request_context& context);
task<result<response>> handle_delete_household_invitation(http::request_context& context);

// Pages.
task<result<response>> handle_get_account_link(http::request_context& context);
task<result<response>> handle_follow_account_link(http::request_context& context);

} // namespace kidevent::identity
