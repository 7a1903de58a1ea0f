#include "crypto/token.hpp"

#include "crypto/base64url.hpp"
#include "crypto/random.hpp"

namespace kidevent::crypto {

std::string make_token() {
    std::array<std::byte, 32> bytes;
    fill_random(bytes);
    return encode_base64url(bytes);
}

digest token_hash(std::string_view token) { return sha256(token); }

} // namespace kidevent::crypto
