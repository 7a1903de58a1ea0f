#pragma once
// The API of an organisation's webhooks, for its owners.

#include "http/request_context.hpp"

namespace kidevent::webhooks {

task<result<response>> handle_list_webhooks(http::request_context& context);
task<result<response>> handle_create_webhook(http::request_context& context);
task<result<response>> handle_get_webhook(http::request_context& context);
task<result<response>> handle_update_webhook(http::request_context& context);
task<result<response>> handle_delete_webhook(http::request_context& context);
task<result<response>> handle_rotate_secret(http::request_context& context);
task<result<response>> handle_list_deliveries(http::request_context& context);
task<result<response>> handle_send_test(http::request_context& context);
task<result<response>> handle_replay_delivery(http::request_context& context);

} // namespace kidevent::webhooks
