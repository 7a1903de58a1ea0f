#pragma once
// Reads the YAML file that describes an organisation, for `kidevent apply`. Every complaint names the line.

#include "tenancy/tenant_descriptor.hpp"

#include <string>
#include <string_view>

namespace kidevent::cli {

inline constexpr std::size_t descriptor_bytes_max = 65536;

// Throws command_error (bad data) with everything that is wrong, or when the file cannot be read.
tenancy::tenant_descriptor read_descriptor_file(const std::string& path);

// The same for text; `name` stands for the file.
tenancy::tenant_descriptor read_descriptor(std::string_view yaml, const std::string& name);

} // namespace kidevent::cli
