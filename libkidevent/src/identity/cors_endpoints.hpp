#pragma once
// The API of the sites whose pages an organisation lets use its API; see routes.cpp and http/cors.hpp.

#include "http/request_context.hpp"

namespace kidevent::identity {

task<result<response>> handle_get_cors_origins(http::request_context& context);
task<result<response>> handle_put_cors_origins(http::request_context& context);

} // namespace kidevent::identity
