#include "support/post_receiver.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace kidevent::tests {

post_receiver::post_receiver(int status) : status_(status), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(at);
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&at), length) != 0 || ::listen(listener_, 16) != 0
        || ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &length) != 0)
        throw std::runtime_error("the receiver cannot listen");
    port_ = ntohs(at.sin_port);
    thread_ = std::thread{[this] { serve(); }};
}

post_receiver::~post_receiver() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
}

std::string post_receiver::address() const { return "127.0.0.1:" + std::to_string(port_); }
std::string post_receiver::url(const std::string& path) const { return "http://" + address() + path; }

std::vector<request> post_receiver::received() const {
    const std::lock_guard held{mutex_};
    return received_;
}

void post_receiver::serve() {
    while (!stopping_) {
        pollfd waiting{listener_, POLLIN, 0};
        if (::poll(&waiting, 1, 20) <= 0) continue;
        const int connection = ::accept(listener_, nullptr, nullptr);
        if (connection < 0) continue;
        answer(connection);
        ::close(connection);
    }
}

void post_receiver::answer(int connection) {
    std::string text;
    char piece[4096];
    std::size_t wanted = std::string::npos;
    request made;
    while (text.size() < wanted) {
        const auto count = ::recv(connection, piece, sizeof(piece), 0);
        if (count <= 0) return;
        text.append(piece, static_cast<std::size_t>(count));
        const auto end = text.find("\r\n\r\n");
        if (wanted != std::string::npos || end == std::string::npos) continue;
        std::istringstream head{text.substr(0, end)};
        head >> made.method >> made.target;
        std::string line;
        std::getline(head, line);
        while (std::getline(head, line)) {
            if (line.ends_with('\r')) line.pop_back();
            const auto colon = line.find(": ");
            if (colon != std::string::npos)
                made.headers.push_back({line.substr(0, colon), line.substr(colon + 2)});
        }
        wanted = end + 4 + std::stoul(std::string{made.header_value("Content-Length")});
    }
    made.body = text.substr(text.find("\r\n\r\n") + 4);
    {
        const std::lock_guard held{mutex_};
        received_.push_back(std::move(made));
    }
    const std::string answer = "HTTP/1.1 " + std::to_string(status_) + " Fine\r\nContent-Length: 0\r\n\r\n";
    [[maybe_unused]] const auto sent = ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
}

} // namespace kidevent::tests
