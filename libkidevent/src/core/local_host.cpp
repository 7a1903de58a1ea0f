#include "core/local_host.hpp"

#include <arpa/inet.h>

#include <string>

namespace kidevent {

bool is_local_host(std::string_view host) {
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.find(',') != host.npos) return false; // libpq takes several
    if (host.starts_with('/') || host == "localhost") return true;
    const std::string text{host};
    in_addr four{};
    if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
    in6_addr six{};
    return ::inet_pton(AF_INET6, text.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

} // namespace kidevent
