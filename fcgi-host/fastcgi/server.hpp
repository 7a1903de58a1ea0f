#pragma once
// The FastCGI front of one worker: accepts the web server's connections on a listening socket and
// gives each request to the application. Used by the worker process and by tests; lives on one
// event loop and is called on its thread only.

#include "fastcgi/connection.hpp"
#include "fastcgi/traffic.hpp"

#include <kidevent/settings.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <unordered_map>

namespace kidevent::fastcgi {

struct server_settings {
    connection_limits limits;
    std::chrono::milliseconds drain_timeout{30000};
};

server_settings server_settings_from(const kidevent::settings& from);

class server {
public:
    // `counters` must outlive the server.
    server(boost::asio::io_context& loop, server_settings with, application handle, traffic& counters);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    // Takes over a listening stream socket. Throws boost::system::system_error when it is none.
    void listen(int descriptor);

    // Takes over one connected socket.
    void adopt(int descriptor);

    // Stops accepting; open connections are answered until the web server closes them, or until
    // drain_timeout, when they are closed. Calls `drained` once, on the loop, when none is left.
    void begin_drain(std::function<void()> drained);

    // Closes everything at once. Does not call `drained`.
    void stop();

private:
    void accept_later();
    void accept_ready();
    void tick();
    void finish_drain_when_empty();
    bool is_full() const noexcept;

    boost::asio::io_context& loop_;
    server_settings settings_;
    connection_context context_;
    boost::asio::posix::stream_descriptor listener_;
    boost::asio::steady_timer timer_;
    std::unordered_map<connection*, std::shared_ptr<connection>> connections_;
    std::function<void()> on_drained_;
    std::chrono::steady_clock::time_point drain_until_{};
    bool accepting_ = false; // a wait on the listener is under way
    bool stopped_ = false;
    std::shared_ptr<char> alive_ = std::make_shared<char>(); // handlers that outlive the server do nothing
};

} // namespace kidevent::fastcgi
