#pragma once
// The audit log over HTTP, for whoever may read it.

#include "http/request_context.hpp"

namespace kidevent::audit {

task<result<response>> handle_list_entries(http::request_context& context);

} // namespace kidevent::audit
