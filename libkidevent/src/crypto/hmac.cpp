#include "crypto/hmac.hpp"

#include <sodium.h>

namespace kidevent::crypto {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

static_assert(crypto_auth_hmacsha256_BYTES == sizeof(digest));

digest hmac_sha256(std::string_view key, std::string_view text) {
    digest result;
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
    crypto_auth_hmacsha256_update(&state, bytes_of(text), text.size());
    crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(result.data()));
    sodium_memzero(&state, sizeof(state)); // it is derived from the key
    return result;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool equal_in_constant_time(const digest& a, const digest& b) noexcept {
    return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace kidevent::crypto
