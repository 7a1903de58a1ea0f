#pragma once
// Accounts and logins over HTTP, at a tenant and on the platform's host. Bound in routes.cpp.

#include "http/request_context.hpp"

namespace kidevent::identity {

task<result<response>> handle_create_account(http::request_context& context);
task<result<response>> handle_create_login(http::request_context& context);
task<result<response>> handle_delete_login(http::request_context& context);
task<result<response>> handle_get_account(http::request_context& context);

task<result<response>> handle_create_admin_login(http::request_context& context);
task<result<response>> handle_delete_admin_login(http::request_context& context);

} // namespace kidevent::identity
