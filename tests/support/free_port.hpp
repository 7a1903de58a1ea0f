#pragma once
// A TCP port of the loopback interface that nobody listens on at the moment. For tests only.

#include <cstdint>

namespace kidevent::tests {

// Throws std::runtime_error.
std::uint16_t find_free_port();

} // namespace kidevent::tests
