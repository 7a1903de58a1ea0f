#pragma once
// Tenants over HTTP: the organisation's public profile on its own host, provisioning on the platform's. Bound
// in routes.cpp.

#include "http/request_context.hpp"

namespace kidevent::tenancy {

task<result<response>> handle_get_organisation(http::request_context& context);

task<result<response>> handle_list_tenants(http::request_context& context);
task<result<response>> handle_create_tenant(http::request_context& context);
task<result<response>> handle_get_tenant(http::request_context& context);
task<result<response>> handle_put_tenant(http::request_context& context);
task<result<response>> handle_put_suspension(http::request_context& context);
task<result<response>> handle_delete_suspension(http::request_context& context);

} // namespace kidevent::tenancy
