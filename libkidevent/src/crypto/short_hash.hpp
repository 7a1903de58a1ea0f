#pragma once
// A hash for tables whose keys strangers choose (SipHash-2-4): without its key nobody finds two texts that
// meet.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kidevent::crypto {

using short_hash_key = std::array<std::byte, 16>; // random

std::uint64_t short_hash(const short_hash_key& key, std::string_view text) noexcept;

} // namespace kidevent::crypto
