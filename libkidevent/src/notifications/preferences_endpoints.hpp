#pragma once
// What an account wants to hear of, and the links with which it says no more. Listed in routes.cpp.

#include "http/request_context.hpp"

#include <kidevent/response.hpp>

namespace kidevent::notifications {

task<result<response>> handle_get_preferences(http::request_context& context);
task<result<response>> handle_update_preferences(http::request_context& context);
// A page with a button; looking at it changes nothing, as programs that look at links do.
task<result<response>> handle_get_unsubscribe(http::request_context& context);
task<result<response>> handle_unsubscribe(http::request_context& context);

} // namespace kidevent::notifications
