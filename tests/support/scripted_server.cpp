#include "support/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace kidevent::tests {

scripted_server::scripted_server(std::vector<std::string> says)
    : says_(std::move(says)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(at);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), length) != 0 || ::listen(listener_, 16) != 0
        || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &length) != 0)
        throw std::runtime_error("the server cannot listen");
    port_ = ntohs(at.sin_port);
    thread_ = std::thread{[this] { serve(); }};
}

scripted_server::~scripted_server() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
}

std::string scripted_server::heard() const {
    const std::lock_guard held{mutex_};
    return heard_;
}

void scripted_server::serve() {
    while (!stopping_) {
        pollfd waiting{listener_, POLLIN, 0};
        if (::poll(&waiting, 1, 20) <= 0) continue;
        const int connection = ::accept(listener_, nullptr, nullptr);
        if (connection < 0) continue;
        talk(connection);
        ::close(connection);
    }
}

void scripted_server::talk(int connection) {
    std::string unread;
    for (const std::string& each : says_) {
        if (&each != &says_.front() && !hear(connection, unread)) return;
        if (::send(connection, each.data(), each.size(), MSG_NOSIGNAL) < 0) return;
    }
    while (hear(connection, unread)) {
    }
}

// One line; false when there will be none.
bool scripted_server::hear(int connection, std::string& unread) {
    while (!stopping_) {
        if (const auto end = unread.find('\n'); end != std::string::npos) {
            unread.erase(0, end + 1);
            return true;
        }
        pollfd waiting{connection, POLLIN, 0};
        if (::poll(&waiting, 1, 20) <= 0) continue;
        char piece[4096];
        const auto count = ::recv(connection, piece, sizeof(piece), 0);
        if (count <= 0) return false;
        const std::string_view got{piece, static_cast<std::size_t>(count)};
        unread += got;
        const std::lock_guard held{mutex_};
        heard_ += got;
    }
    return false;
}

} // namespace kidevent::tests
