#include "crypto/password_hash.hpp"

#include "crypto/sodium_ready.hpp"

#include <sodium.h>

#include <array>
#include <new>
#include <stdexcept>

namespace kidevent::crypto {
namespace {

// The least that the OWASP password storage guide accepts; a worker's memory allows two at once.
constexpr unsigned long long passes = 2;
constexpr std::size_t memory_bytes = 19 * 1024 * 1024;

void require_length(std::string_view password) {
    if (password.size() > password_bytes_max) throw std::length_error("a password of more than 1024 bytes");
}

} // namespace

std::string hash_password(std::string_view password) {
    require_length(password);
    require_sodium();
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    const int failed = crypto_pwhash_str(hash.data(), password.data(), password.size(), passes, memory_bytes);
    if (failed != 0) throw std::bad_alloc();
    return hash.data();
}

bool verify_password(const std::string& hash, std::string_view password) {
    require_length(password);
    require_sodium();
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool needs_rehash(const std::string& hash) {
    return crypto_pwhash_str_needs_rehash(hash.c_str(), passes, memory_bytes) != 0;
}

const std::string& unknown_account_hash() {
    // Made once from 32 random bytes that were thrown away; a test checks that its parameters are ours.
    static const std::string hash = "$argon2id$v=19$m=19456,t=2,p=1$yFP97bGhZf2J2S9n1KBOCQ$"
                                    "BTExRpCuhdePu4Vov0IcHtNGLYpnBIacdbXtLNX7N64";
    return hash;
}

} // namespace kidevent::crypto
