#pragma once
// A guardian's own children over HTTP. Bound in routes.cpp.

#include "http/request_context.hpp"

namespace kidevent::families {

task<result<response>> handle_list_children(http::request_context& context);
task<result<response>> handle_create_child(http::request_context& context);
task<result<response>> handle_get_child(http::request_context& context);
task<result<response>> handle_update_child(http::request_context& context);
task<result<response>> handle_delete_child(http::request_context& context);

} // namespace kidevent::families
