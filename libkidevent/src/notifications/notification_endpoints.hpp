#pragma once
// Messages, for the staff of an organisation: what was sent, what would be, when, and where nothing is sent
// any more. Listed in routes.cpp.

#include "http/request_context.hpp"

#include <kidevent/response.hpp>

namespace kidevent::notifications {

task<result<response>> handle_list_notifications(http::request_context& context);
task<result<response>> handle_get_notification(http::request_context& context);
task<result<response>> handle_preview(http::request_context& context);
task<result<response>> handle_get_rules(http::request_context& context);
task<result<response>> handle_put_rules(http::request_context& context);
task<result<response>> handle_list_suppressed(http::request_context& context);
task<result<response>> handle_delete_suppressed(http::request_context& context);

} // namespace kidevent::notifications
