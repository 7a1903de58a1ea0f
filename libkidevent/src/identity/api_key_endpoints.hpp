#pragma once
// API keys over HTTP, for owners. Bound in routes.cpp.

#include "http/request_context.hpp"

namespace kidevent::identity {

task<result<response>> handle_list_api_keys(http::request_context& context);
task<result<response>> handle_create_api_key(http::request_context& context);
task<result<response>> handle_rotate_api_key(http::request_context& context);
task<result<response>> handle_revoke_api_key(http::request_context& context);

} // namespace kidevent::identity
