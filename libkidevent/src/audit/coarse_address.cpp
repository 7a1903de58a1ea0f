#include "audit/coarse_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace kidevent::audit {

namespace {

constexpr std::array<unsigned char, 12> ipv4_in_ipv6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::string network_of(int family, const unsigned char* bytes, const char* length) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (inet_ntop(family, bytes, text.data(), static_cast<socklen_t>(text.size())) == nullptr) return {};
    return text.data() + std::string{length};
}

std::string ipv4_network(std::array<unsigned char, 4> bytes) {
    bytes[3] = 0;
    return network_of(AF_INET, bytes.data(), "/24");
}

} // namespace

std::string coarse_address(std::string_view address) {
    const std::string text{address};
    std::array<unsigned char, 4> short_one{};
    if (inet_pton(AF_INET, text.c_str(), short_one.data()) == 1) return ipv4_network(short_one);
    std::array<unsigned char, 16> long_one{};
    if (inet_pton(AF_INET6, text.c_str(), long_one.data()) != 1) return {};
    if (std::equal(ipv4_in_ipv6.begin(), ipv4_in_ipv6.end(), long_one.begin())) {
        std::copy(long_one.begin() + 12, long_one.end(), short_one.begin());
        return ipv4_network(short_one);
    }
    std::fill(long_one.begin() + 6, long_one.end(), static_cast<unsigned char>(0));
    return network_of(AF_INET6, long_one.data(), "/48");
}

} // namespace kidevent::audit
