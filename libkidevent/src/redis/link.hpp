#pragma once
// A connection to Redis that comes back: signs in, selects the database, hands out replies in their order.
// Internal to redis/, the foundation of client and subscriber.

#include "redis/resp.hpp"

#include <kidevent/settings.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>

namespace kidevent::redis {

class connection;

class link {
public:
    link(boost::asio::io_context& loop, const redis_settings& with);
    ~link();
    link(const link&) = delete;
    link& operator=(const link&) = delete;

    void start();
    void close();
    bool is_up() const noexcept;
    std::uint64_t losses() const noexcept { return losses_; }
    // Bytes that wait to be written.
    std::size_t bytes_waiting() const noexcept;
    // Only while it is up.
    void send(std::string_view bytes);
    // There is a doubt about the conversation: ends it, and begins another one later.
    void fail(const std::string& why);

    std::function<void()> on_up;
    std::function<void()> on_down; // of a connection that had been up
    std::function<void(reply)> on_reply;

private:
    void connect();
    void retry_later();

    boost::asio::io_context& loop_;
    const redis_settings& with_;
    boost::asio::steady_timer retry_;
    std::chrono::milliseconds retry_delay_;
    std::shared_ptr<connection> current_;
    std::uint64_t losses_ = 0;
    bool closing_ = false;
};

} // namespace kidevent::redis
