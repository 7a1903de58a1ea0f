#pragma once
// Base64 with the URL-safe alphabet and without padding (RFC 4648 section 5): tokens and cursors.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace kidevent::crypto {

std::string encode_base64url(std::span<const std::byte> bytes);
std::string encode_base64url(std::string_view bytes);

// std::nullopt for anything that encode_base64url does not produce (padding, other characters,
// stray final bits), so each value has exactly one spelling.
std::optional<std::string> decode_base64url(std::string_view text);

} // namespace kidevent::crypto
