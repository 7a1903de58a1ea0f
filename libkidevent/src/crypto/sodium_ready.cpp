#include "crypto/sodium_ready.hpp"

#include <sodium.h>

#include <stdexcept>

namespace kidevent::crypto {

void require_sodium() {
    static const bool ready = sodium_init() >= 0;
    if (!ready) throw std::runtime_error("libsodium cannot start: the system gives no random bytes");
}

} // namespace kidevent::crypto
