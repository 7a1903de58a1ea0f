#include "crypto/ed25519.hpp"

#include "crypto/base64url.hpp"
#include "crypto/sha256.hpp"
#include "crypto/sodium_ready.hpp"

#include <sodium.h>

#include <cstring>

namespace kidevent::crypto {

static_assert(crypto_sign_PUBLICKEYBYTES == sizeof(public_key));
static_assert(crypto_sign_SECRETKEYBYTES == 64);
static_assert(crypto_sign_BYTES == sizeof(signature));
static_assert(crypto_sign_SEEDBYTES == sizeof(digest));

namespace {

unsigned char* raw(std::byte* of) { return reinterpret_cast<unsigned char*>(of); }
const unsigned char* raw(const std::byte* of) { return reinterpret_cast<const unsigned char*>(of); }
const unsigned char* raw(std::string_view of) { return reinterpret_cast<const unsigned char*>(of.data()); }

template<class Bytes> std::optional<Bytes> parse(std::string_view text) {
    const auto decoded = decode_base64url(text);
    Bytes made;
    if (!decoded || decoded->size() != made.size()) return std::nullopt;
    std::memcpy(made.data(), decoded->data(), made.size());
    return made;
}

} // namespace

signing_key::signing_key(std::string_view purpose, std::string_view secret_text) {
    require_sodium();
    std::string text{purpose};
    text += '\n';
    text += secret_text;
    digest seed = sha256(text);
    crypto_sign_seed_keypair(raw(public_.data()), raw(secret_.data()), raw(seed.data()));
    sodium_memzero(seed.data(), seed.size());
    sodium_memzero(text.data(), text.size());
}

signing_key::~signing_key() { sodium_memzero(secret_.data(), secret_.size()); }

signature signing_key::sign(std::string_view message) const {
    signature made;
    crypto_sign_detached(raw(made.data()), nullptr, raw(message), message.size(), raw(secret_.data()));
    return made;
}

bool is_signed(std::string_view message, const signature& with, const public_key& by) noexcept {
    return crypto_sign_verify_detached(raw(with.data()), raw(message), message.size(), raw(by.data())) == 0;
}

std::string to_text(const public_key& of) { return encode_base64url(of); }
std::string to_text(const signature& of) { return encode_base64url(of); }
std::optional<public_key> parse_public_key(std::string_view text) { return parse<public_key>(text); }
std::optional<signature> parse_signature(std::string_view text) { return parse<signature>(text); }

} // namespace kidevent::crypto
