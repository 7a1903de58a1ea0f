#pragma once
// Registrations over HTTP, and the roster of a session for staff. Bound in routes.cpp.

#include "http/request_context.hpp"

namespace kidevent::registrations {

task<result<response>> handle_create_registrations(http::request_context& context);
task<result<response>> handle_list_registrations(http::request_context& context);
task<result<response>> handle_get_registration(http::request_context& context);
task<result<response>> handle_put_cancellation(http::request_context& context);
task<result<response>> handle_get_roster(http::request_context& context);

} // namespace kidevent::registrations
