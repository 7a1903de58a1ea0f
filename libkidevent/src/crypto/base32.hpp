#pragma once
// Base32 (RFC 4648 section 6) without padding: secrets that people may have to type.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kidevent::crypto {

// Upper-case letters and the digits 2 to 7.
std::string encode_base32(std::span<const std::byte> bytes);

// std::nullopt for anything that encode_base32 does not produce (lower case, padding, other characters,
// stray final bits, lengths that no bytes have), so each value has exactly one spelling.
std::optional<std::string> decode_base32(std::string_view text);

} // namespace kidevent::crypto
