#pragma once
// The platform's API of plans; see routes.cpp.

#include "http/request_context.hpp"

namespace kidevent::tenancy {

task<result<response>> handle_list_plans(http::request_context& context);
task<result<response>> handle_get_plan(http::request_context& context);
task<result<response>> handle_put_plan(http::request_context& context);
task<result<response>> handle_list_plan_changes(http::request_context& context);

} // namespace kidevent::tenancy
