#pragma once
// Passwords that many people have and attackers try first: the beginnings of their hashes, as part of the
// program. libkidevent/passwords/known.txt says where they are from.

#include <cstdint>
#include <span>
#include <string_view>

namespace kidevent::identity {

// In order; each the first 40 bits of the SHA-256 of a password in lower case.
std::span<const std::uint64_t> known_password_hashes() noexcept;

// Whether it is one of them, in whatever case. Allocates nothing. True for one in 27 million others.
bool is_known_password(std::string_view password) noexcept;

} // namespace kidevent::identity
