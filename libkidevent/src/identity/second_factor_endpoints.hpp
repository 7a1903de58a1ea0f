#pragma once
// Second factors over HTTP: an account's own, what owners and managers may do with those of others, the rule
// that demands one, and the same for platform admins. Bound in routes.cpp.

#include "http/request_context.hpp"

namespace kidevent::identity {

task<result<response>> handle_get_second_factor(http::request_context& context);
task<result<response>> handle_create_second_factor(http::request_context& context);
task<result<response>> handle_put_second_factor_confirmation(http::request_context& context);
task<result<response>> handle_create_recovery_codes(http::request_context& context);
task<result<response>> handle_put_second_factor_removal(http::request_context& context);
task<result<response>> handle_reset_second_factor(http::request_context& context);

task<result<response>> handle_get_security_rules(http::request_context& context);
task<result<response>> handle_put_security_rules(http::request_context& context);

task<result<response>> handle_get_admin_second_factor(http::request_context& context);
task<result<response>> handle_create_admin_second_factor(http::request_context& context);
task<result<response>> handle_put_admin_second_factor_confirmation(http::request_context& context);
task<result<response>> handle_create_admin_recovery_codes(http::request_context& context);

} // namespace kidevent::identity
