#include "http_client/address_guard.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <arpa/inet.h>

namespace kidevent::http_client {

namespace {

struct range4 {
    std::uint32_t first;
    int bits;
};

// IANA's registry of special-purpose addresses, with multicast and what is reserved above it.
constexpr std::array ranges4{
    range4{0x00000000, 8},  // this network
    range4{0x0a000000, 8},  // private
    range4{0x64400000, 10}, // shared by carriers
    range4{0x7f000000, 8},  // loopback
    range4{0xa9fe0000, 16}, // link-local
    range4{0xac100000, 12}, // private
    range4{0xc0000000, 24}, // protocol assignments
    range4{0xc0000200, 24}, // documentation
    range4{0xc0586300, 24}, // 6to4 relays
    range4{0xc0a80000, 16}, // private
    range4{0xc6120000, 15}, // benchmarks
    range4{0xc6336400, 24}, // documentation
    range4{0xcb007100, 24}, // documentation
    range4{0xe0000000, 4},  // multicast
    range4{0xf0000000, 4},  // reserved, broadcast
};

struct range6 {
    std::array<std::uint8_t, 4> first;
    int bits;
};

// Only 2000::/3 is routed in public; within it these are not, or lead to an IPv4 address.
constexpr std::array ranges6{
    range6{{0x20, 0x01, 0x00, 0x00}, 23}, // protocol assignments, Teredo among them
    range6{{0x20, 0x01, 0x0d, 0xb8}, 32}, // documentation
    range6{{0x20, 0x02, 0x00, 0x00}, 16}, // 6to4
    range6{{0x3f, 0xff, 0x00, 0x00}, 20}, // documentation
};

std::uint32_t leading_bits(std::uint32_t value, int bits) noexcept { return value >> (32 - bits); }

std::uint32_t first_word(const std::uint8_t* bytes) noexcept {
    return (std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) | (std::uint32_t{bytes[2]} << 8)
           | bytes[3];
}

} // namespace

bool is_public_address(std::string_view text) noexcept {
    std::array<char, INET6_ADDRSTRLEN> spelled{};
    if (text.empty() || text.size() >= spelled.size()) return false;
    std::copy(text.begin(), text.end(), spelled.begin());
    std::array<std::uint8_t, 16> bytes{};
    if (inet_pton(AF_INET, spelled.data(), bytes.data()) == 1) {
        const auto address = first_word(bytes.data());
        return std::none_of(ranges4.begin(), ranges4.end(), [address](const range4& each) {
            return leading_bits(address, each.bits) == leading_bits(each.first, each.bits);
        });
    }
    if (inet_pton(AF_INET6, spelled.data(), bytes.data()) != 1) return false;
    const auto address = first_word(bytes.data());
    if (leading_bits(address, 3) != 1) return false;
    return std::none_of(ranges6.begin(), ranges6.end(), [address](const range6& each) {
        return leading_bits(address, each.bits) == leading_bits(first_word(each.first.data()), each.bits);
    });
}

} // namespace kidevent::http_client
