#pragma once
// Platform admins over HTTP, on the platform's host; their logins are in identity_endpoints.hpp. Bound in
// routes.cpp.

#include "http/request_context.hpp"

namespace kidevent::identity {

task<result<response>> handle_get_admin(http::request_context& context);
task<result<response>> handle_list_admins(http::request_context& context);
task<result<response>> handle_create_admin(http::request_context& context);
task<result<response>> handle_put_admin_deactivation(http::request_context& context);

} // namespace kidevent::identity
