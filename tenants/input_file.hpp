#pragma once
// Reads a file that was named on the command line.

#include <cstddef>
#include <string>

namespace kidevent::cli {

// At most bytes_max + 1 bytes, so that the caller sees when there are more. Throws command_error that says
// why it cannot be read: missing 4, no permission 77, anything else 65.
std::string read_input_file(const std::string& path, std::size_t bytes_max);

} // namespace kidevent::cli
