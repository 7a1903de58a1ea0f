#pragma once
// Opening a stream of changes.

#include "http/request_context.hpp"

namespace kidevent::realtime {

task<result<response>> handle_open_stream(http::request_context& context);

} // namespace kidevent::realtime
