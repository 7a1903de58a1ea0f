#include "crypto/short_hash.hpp"

#include <sodium.h>

#include <cstring>

namespace kidevent::crypto {

static_assert(std::tuple_size_v<short_hash_key> == crypto_shorthash_KEYBYTES);

std::uint64_t short_hash(const short_hash_key& key, std::string_view text) noexcept {
    std::uint64_t hash = 0;
    static_assert(sizeof hash == crypto_shorthash_BYTES);
    crypto_shorthash(reinterpret_cast<unsigned char*>(&hash),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     reinterpret_cast<const unsigned char*>(key.data()));
    return hash;
}

} // namespace kidevent::crypto
