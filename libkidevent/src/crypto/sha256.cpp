#include "crypto/sha256.hpp"

#include <sodium.h>

namespace kidevent::crypto {

static_assert(crypto_hash_sha256_BYTES == sizeof(digest));

digest sha256(std::string_view text) {
    digest result;
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(result.data()),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return result;
}

std::string to_hex(const digest& of) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(2 * sizeof(digest));
    for (const std::byte byte : of) {
        hex += digits[std::to_integer<std::size_t>(byte >> 4)];
        hex += digits[std::to_integer<std::size_t>(byte & std::byte{0x0f})];
    }
    return hex;
}

std::string sha256_hex(std::string_view text) { return to_hex(sha256(text)); }

} // namespace kidevent::crypto
