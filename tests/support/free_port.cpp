#include "support/free_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace kidevent::tests {

std::uint16_t find_free_port() {
    const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    const bool found = made >= 0 && bind(made, generic, size) == 0 && getsockname(made, generic, &size) == 0;
    if (made >= 0) close(made);
    if (!found) throw std::runtime_error("no TCP port is free on 127.0.0.1");
    return ntohs(address.sin_port);
}

} // namespace kidevent::tests
