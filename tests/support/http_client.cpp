#include "support/http_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <strings.h>
#include <utility>

namespace kidevent::tests {

namespace {

bool is_same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool is_listed(const std::vector<header>& headers, std::string_view name) {
    for (const auto& each : headers)
        if (is_same_name(each.name, name)) return true;
    return false;
}

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error("http client: " + what + ": " + std::strerror(errno));
}

} // namespace

std::string http_answer::header_value(std::string_view name) const {
    for (const auto& each : headers)
        if (is_same_name(each.name, name)) return each.value;
    return "";
}

http_client::http_client(std::uint16_t port, std::chrono::milliseconds limit, on_answer observe)
    : port_(port), limit_(limit), observe_(std::move(observe)) {}

http_client::http_client(const std::string& unix_socket, std::chrono::milliseconds limit)
    : unix_socket_(unix_socket), limit_(limit) {}

http_client::~http_client() { disconnect(); }

void http_client::disconnect() noexcept {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
    unread_.clear();
    sent_.clear();
}

void http_client::connect() {
    disconnect();
    const bool local = !unix_socket_.empty();
    socket_ = socket(local ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) fail("socket");
    const timeval limit{limit_.count() / 1000, limit_.count() % 1000 * 1000};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    int connected = -1;
    if (local) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (unix_socket_.size() >= sizeof address.sun_path) fail("path too long: " + unix_socket_);
        std::memcpy(address.sun_path, unix_socket_.data(), unix_socket_.size());
        connected = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    } else {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port_);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    if (connected != 0) fail("connect");
}

void http_client::write(std::string_view bytes) {
    if (observe_) sent_ += bytes;
    while (!bytes.empty()) {
        const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) fail("send");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

http_answer http_client::send(const http_request& wanted) {
    if (socket_ < 0) connect();
    std::string text = wanted.method + " " + wanted.target + " HTTP/1.1\r\nHost: " + wanted.host + "\r\n";
    for (const auto& each : wanted.headers)
        text += each.name + ": " + each.value + "\r\n";
    const bool unsafe = wanted.method == "POST" || wanted.method == "PUT" || wanted.method == "PATCH";
    if ((unsafe || !wanted.body.empty()) && !is_listed(wanted.headers, "Content-Length"))
        text += "Content-Length: " + std::to_string(wanted.body.size()) + "\r\n";
    write(text + "\r\n" + wanted.body);
    return read_answer(wanted.method == "HEAD");
}

bool http_client::read_more() {
    std::array<char, 16384> piece{};
    const auto got = recv(socket_, piece.data(), piece.size(), 0);
    if (got < 0) fail("receive");
    unread_.append(piece.data(), static_cast<std::size_t>(got));
    return got > 0;
}

std::string http_client::take_line() {
    std::size_t end = 0;
    while ((end = unread_.find("\r\n")) == std::string::npos)
        if (!read_more()) throw std::runtime_error("http client: the answer ended inside its head");
    std::string line = unread_.substr(0, end);
    unread_.erase(0, end + 2);
    return line;
}

std::string http_client::take_bytes(std::size_t count) {
    while (unread_.size() < count)
        if (!read_more()) throw std::runtime_error("http client: the answer ended inside its body");
    std::string bytes = unread_.substr(0, count);
    unread_.erase(0, count);
    return bytes;
}

std::string http_client::take_chunks() {
    std::string body;
    while (const auto size = std::stoul(take_line(), nullptr, 16)) {
        body += take_bytes(size);
        take_line();
    }
    while (!take_line().empty()) {
    }
    return body;
}

http_answer http_client::read_answer(bool to_head) {
    const std::string sent = std::exchange(sent_, "");
    http_answer answer = read_one(to_head);
    if (observe_) observe_(sent, answer);
    return answer;
}

http_answer http_client::read_one(bool to_head) {
    http_answer answer;
    const auto first = take_line();
    if (!first.starts_with("HTTP/1.") || first.size() < 12)
        throw std::runtime_error("http client: not an answer: " + first);
    answer.status = std::stoi(first.substr(9, 3));
    for (auto line = take_line(); !line.empty(); line = take_line()) {
        const auto colon = line.find(':');
        const auto value = line.find_first_not_of(" \t", colon + 1);
        answer.headers.push_back(
            {line.substr(0, colon), value == std::string::npos ? "" : line.substr(value)});
    }
    const bool last = is_same_name(answer.header_value("Connection"), "close");
    if (answer.status >= 100 && answer.status < 200) return read_one(to_head);
    if (!to_head && answer.status != 204 && answer.status != 304) {
        if (is_same_name(answer.header_value("Transfer-Encoding"), "chunked")) {
            answer.body = take_chunks();
        } else if (is_listed(answer.headers, "Content-Length")) {
            answer.body = take_bytes(std::stoul(answer.header_value("Content-Length")));
        } else {
            while (read_more()) {
            }
            answer.body = std::exchange(unread_, "");
        }
    }
    if (last) disconnect();
    return answer;
}

} // namespace kidevent::tests
