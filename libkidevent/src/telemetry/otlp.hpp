#pragma once
// Finished requests as OTLP/HTTP traces in JSON (https://opentelemetry.io/docs/specs/otlp/): a server span
// for each, and under it a span for each thing that it waited for. Pure.

#include "core/clock.hpp"
#include "core/spans.hpp"
#include "telemetry/trace.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kidevent::telemetry {

struct finished_request {
    trace_context context;
    std::string request_id;
    std::string_view method; // a constant
    std::string_view route;  // the template, a constant; "" when no route matched
    std::string tenant;      // slug; "" outside of tenants
    int status = 0;
    timestamp began;
    request_span::clock::time_point began_steady;
    std::chrono::nanoseconds took{};
    std::vector<request_span> spans;
};

// The body of the POST.
std::string otlp_traces(const std::vector<finished_request>& finished, std::string_view environment);
// How many spans that body holds.
std::size_t count_spans(const std::vector<finished_request>& finished);

} // namespace kidevent::telemetry
