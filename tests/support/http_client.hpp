#pragma once
// A plain HTTP/1.1 client on a blocking socket, so that tests see the bytes that a server sends. Over TCP to
// 127.0.0.1, or over a unix socket. For tests only.

#include <kidevent/request.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::tests {

struct http_answer {
    int status = 0;
    std::vector<header> headers;
    std::string body;

    // The first value of the header, or "" when it is absent.
    std::string header_value(std::string_view name) const;
};

struct http_request {
    std::string method = "GET";
    std::string target = "/";
    std::string host = "localhost";
    std::vector<header> headers{};
    std::string body{};
};

class http_client {
public:
    // Called with each answer and the bytes that were sent since the one before.
    using on_answer = std::function<void(std::string_view sent, const http_answer& received)>;

    explicit http_client(std::uint16_t port, std::chrono::milliseconds limit = std::chrono::seconds{20},
                         on_answer observe = {});
    explicit http_client(const std::string& unix_socket,
                         std::chrono::milliseconds limit = std::chrono::seconds{20});
    ~http_client();
    http_client(const http_client&) = delete;
    http_client& operator=(const http_client&) = delete;

    // On the connection that is open, or on a new one. Throws std::runtime_error when the connection breaks
    // or `limit` passes.
    http_answer send(const http_request& wanted);
    http_answer get(const std::string& host, const std::string& target) {
        return send({"GET", target, host});
    }

    // The steps of send(), for tests that send what is not HTTP.
    void connect();
    void write(std::string_view bytes);
    http_answer read_answer(bool to_head = false);
    void disconnect() noexcept;

private:
    http_answer read_one(bool to_head);
    bool read_more();
    std::string take_line();
    std::string take_bytes(std::size_t count);
    std::string take_chunks();

    std::uint16_t port_ = 0;
    std::string unix_socket_;
    std::chrono::milliseconds limit_;
    int socket_ = -1;
    std::string unread_;
    on_answer observe_;
    std::string sent_;
};

} // namespace kidevent::tests
