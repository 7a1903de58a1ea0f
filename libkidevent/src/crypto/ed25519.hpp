#pragma once
// Ed25519 (RFC 8032): signatures that whoever has the public key can check, and nobody can make without the
// secret one.

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kidevent::crypto {

using public_key = std::array<std::byte, 32>;
using signature = std::array<std::byte, 64>;

class signing_key {
public:
    // The key that a text of an operator's choice stands for, 32 random bytes or more: its SHA-256 is the
    // seed. `purpose` keeps keys of one text apart.
    signing_key(std::string_view purpose, std::string_view secret_text);
    signing_key(const signing_key&) = default;
    signing_key& operator=(const signing_key&) = default;
    ~signing_key();

    const crypto::public_key& public_part() const noexcept { return public_; }
    signature sign(std::string_view message) const;

private:
    crypto::public_key public_;
    std::array<std::byte, 64> secret_;
};

bool is_signed(std::string_view message, const signature& with, const public_key& by) noexcept;

// base64url, without padding.
std::string to_text(const public_key& of);
std::string to_text(const signature& of);
std::optional<public_key> parse_public_key(std::string_view text);
std::optional<signature> parse_signature(std::string_view text);

} // namespace kidevent::crypto
