#pragma once
// SHA-256 of a text: checksums of migrations, fingerprints of tokens and requests. Not for passwords.

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace kidevent::crypto {

using digest = std::array<std::byte, 32>;

digest sha256(std::string_view text);

// 64 lower-case hexadecimal digits.
std::string to_hex(const digest& of);
std::string sha256_hex(std::string_view text);

} // namespace kidevent::crypto
