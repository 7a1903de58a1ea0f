#pragma once
// Starts libsodium before its first use. Private to crypto/.

namespace kidevent::crypto {

// Cheap after the first call; may be called from any thread. Throws std::runtime_error when the
// operating system gives no randomness.
void require_sodium();

} // namespace kidevent::crypto
