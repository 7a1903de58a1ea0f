#pragma once
// Support sessions over HTTP: opened on the platform's host, entered, seen and ended at the organisation's.
// Bound in routes.cpp.

#include "http/request_context.hpp"

namespace kidevent::identity {

task<result<response>> handle_open_support_session(http::request_context& context);
task<result<response>> handle_create_support_login(http::request_context& context);
task<result<response>> handle_list_support_sessions(http::request_context& context);
task<result<response>> handle_put_support_session_end(http::request_context& context);

} // namespace kidevent::identity
