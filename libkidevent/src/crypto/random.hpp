#pragma once
// Unpredictable bytes from the operating system. For whoever needs secrets, identifiers or jitter.

#include <cstddef>
#include <span>

namespace kidevent::crypto {

// Fills all of `out`. Safe after a fork. Throws std::runtime_error when there is no randomness.
void fill_random(std::span<std::byte> out);

} // namespace kidevent::crypto
