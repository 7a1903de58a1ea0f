#include "support/event_source.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace kidevent::tests {

event_source::event_source(event_source_options with) : with_(std::move(with)) { reconnect(); }

event_source::event_source(event_source&& other) noexcept
    : received(std::move(other.received)),
      ended(other.ended),
      with_(std::move(other.with_)),
      socket_(std::exchange(other.socket_, -1)),
      taken_(other.taken_),
      last_id_(std::move(other.last_id_)),
      events_(std::move(other.events_)) {}

event_source::~event_source() {
    if (socket_ >= 0) ::close(socket_);
}

void event_source::reconnect() {
    if (socket_ >= 0) ::close(socket_);
    received.clear();
    taken_ = 0;
    ended = false;
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (with_.receive_buffer_bytes > 0)
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &with_.receive_buffer_bytes,
                     sizeof with_.receive_buffer_bytes);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(with_.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        throw std::runtime_error("event source: nobody listens");
    // In HTTP/1.0 the body comes as it is, without chunks.
    std::string asked =
        "GET /api/v1/stream?topics=" + with_.topics + " HTTP/1.0\r\nHost: " + with_.host + "\r\n";
    for (const auto& each : with_.headers)
        asked += each.name + ": " + each.value + "\r\n";
    if (!last_id_.empty()) asked += "Last-Event-ID: " + last_id_ + "\r\n";
    asked += "\r\n";
    if (::send(socket_, asked.data(), asked.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(asked.size()))
        throw std::runtime_error("event source: cannot ask");
}

void event_source::read_once(std::chrono::milliseconds limit) {
    pollfd state{socket_, POLLIN, 0};
    if (ended || ::poll(&state, 1, static_cast<int>(limit.count())) <= 0) return;
    std::array<char, 65536> piece{};
    const auto got = ::recv(socket_, piece.data(), piece.size(), 0);
    if (got <= 0) ended = true;
    if (got > 0) received.append(piece.data(), static_cast<std::size_t>(got));
    take_events();
}

// Only whole messages count, as in a browser: one that was cut off is sent again.
void event_source::take_events() {
    if (taken_ == 0) {
        const auto head_end = received.find("\r\n\r\n");
        if (head_end == std::string::npos) return;
        taken_ = head_end + 4;
    }
    for (std::size_t end = 0; (end = received.find("\n\n", taken_)) != std::string::npos; taken_ = end + 2) {
        std::string type;
        std::string data;
        for (std::size_t at = taken_; at < end;) {
            const auto line_end = std::min(received.find('\n', at), end);
            const std::string line = received.substr(at, line_end - at);
            if (line.starts_with("id: ")) last_id_ = line.substr(4);
            if (line.starts_with("event: ")) type = line.substr(7);
            if (line.starts_with("data: ")) data = line.substr(6);
            at = line_end + 1;
        }
        if (!type.empty()) events_.emplace_back(type, data);
    }
}

bool event_source::wait_for(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        if (ended) ::usleep(10'000);
        read_once(std::chrono::milliseconds{20});
    }
    return true;
}

bool event_source::hears(const std::string& part, std::chrono::milliseconds limit) {
    return wait_for([&] { return received.find(part) != std::string::npos; }, limit);
}

int event_source::status() const { return received.size() < 12 ? 0 : std::stoi(received.substr(9, 3)); }

std::vector<std::string> event_source::data_of(const std::string& type) const {
    std::vector<std::string> selected;
    for (const auto& [each, data] : events_)
        if (each == type) selected.push_back(data);
    return selected;
}

std::size_t event_source::count_of(const std::string& type) const {
    return static_cast<std::size_t>(std::count_if(events_.begin(), events_.end(),
                                                  [&type](const auto& each) { return each.first == type; }));
}

} // namespace kidevent::tests
