#pragma once
// The identity providers of an organisation over HTTP: owners connect them, sign-in pages name them, and
// browsers go to them and come back. Bound in routes.cpp.

#include "http/request_context.hpp"

namespace kidevent::identity {

task<result<response>> handle_list_identity_providers(http::request_context& context);
task<result<response>> handle_create_identity_provider(http::request_context& context);
task<result<response>> handle_get_identity_provider(http::request_context& context);
task<result<response>> handle_update_identity_provider(http::request_context& context);
task<result<response>> handle_delete_identity_provider(http::request_context& context);

// For everybody: id and name of those that are enabled.
task<result<response>> handle_list_sign_in_providers(http::request_context& context);

} // namespace kidevent::identity
