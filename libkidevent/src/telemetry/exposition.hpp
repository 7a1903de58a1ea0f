#pragma once
// Readings as Prometheus' text format, written by prometheus-cpp's serializer. Used by the master's pages and
// by tests.

#include "telemetry/metric_collector.hpp"

#include <string>

namespace kidevent::telemetry {

inline constexpr std::string_view exposition_type = "text/plain; version=0.0.4; charset=utf-8";

// Metrics of the table stand in its order with their meaning; those that only a worker of another version
// knows come after them.
std::string exposition_text(const metric_readings& from);

} // namespace kidevent::telemetry
