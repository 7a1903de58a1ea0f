#include "crypto/random.hpp"

#include "crypto/sodium_ready.hpp"

#include <sodium.h>

namespace kidevent::crypto {

void fill_random(std::span<std::byte> out) {
    if (out.empty()) return;
    require_sodium();
    randombytes_buf(out.data(), out.size());
}

} // namespace kidevent::crypto
