#pragma once
// Whether a file system has room left; a check of /readyz.

#include <cstdint>
#include <string>

namespace kidevent::telemetry {

// False also when the directory cannot be looked at.
bool has_free_space(const std::string& directory, std::int64_t bytes_min) noexcept;

} // namespace kidevent::telemetry
