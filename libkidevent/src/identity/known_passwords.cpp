#include "identity/known_passwords.hpp"

#include "crypto/sha256.hpp"
#include "http/ascii.hpp"

#include <algorithm>
#include <array>

namespace kidevent::identity {

namespace {

// The list holds none that is longer.
constexpr std::size_t length_max = 64;

} // namespace

bool is_known_password(std::string_view password) noexcept {
    if (password.size() > length_max) return false;
    std::array<char, length_max> lower;
    std::transform(password.begin(), password.end(), lower.begin(), http::to_lower);
    const crypto::digest whole = crypto::sha256({lower.data(), password.size()});
    std::uint64_t start = 0;
    for (std::size_t i = 0; i < 5; ++i)
        start = start << 8 | std::to_integer<std::uint64_t>(whole[i]);
    const auto known = known_password_hashes();
    return std::binary_search(known.begin(), known.end(), start);
}

} // namespace kidevent::identity
