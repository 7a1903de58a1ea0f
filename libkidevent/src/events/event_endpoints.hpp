#pragma once
// Events and sessions over HTTP: the public calendar, and what staff do with it. Bound in routes.cpp.

#include "http/request_context.hpp"

namespace kidevent::events {

task<result<response>> handle_list_events(http::request_context& context);
task<result<response>> handle_get_event(http::request_context& context);

task<result<response>> handle_list_managed_events(http::request_context& context);
task<result<response>> handle_get_managed_event(http::request_context& context);
task<result<response>> handle_create_event(http::request_context& context);
task<result<response>> handle_update_event(http::request_context& context);
task<result<response>> handle_put_publication(http::request_context& context);
task<result<response>> handle_put_cancellation(http::request_context& context);
task<result<response>> handle_create_session(http::request_context& context);
task<result<response>> handle_update_session(http::request_context& context);

} // namespace kidevent::events
