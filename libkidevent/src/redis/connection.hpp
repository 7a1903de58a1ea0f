#pragma once
// One conversation with Redis on the event loop, from connecting to its end; never reset, never repaired.
// Internal to redis/.

#include "redis/resp.hpp"

#include <kidevent/settings.hpp>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kidevent::redis {

class connection : public std::enable_shared_from_this<connection> {
public:
    connection(boost::asio::io_context& loop, const redis_settings& with);

    // on_open() comes once the server has let us in; on_closed() once, whenever it is over.
    void open();
    void send(std::string_view bytes);
    void close(const std::string& why);
    bool is_open() const noexcept { return state_ == state::open; }
    std::size_t bytes_waiting() const noexcept { return waiting_.size() + writing_.size(); }

    std::function<void()> on_open;
    std::function<void(const std::string& why)> on_closed;
    std::function<void(reply)> on_reply;

private:
    using protocol = boost::asio::generic::stream_protocol;
    enum class state { connecting, greeting, open, closed };

    void connect_to(std::vector<protocol::endpoint> endpoints, std::size_t index);
    void resolve(const std::string& host, const std::string& port);
    void greet();
    void take_greeting(const reply& got);
    void read();
    void take_replies();
    void write();

    const redis_settings& with_;
    protocol::socket socket_;
    boost::asio::ip::tcp::resolver resolver_;
    boost::asio::steady_timer overdue_;
    reply_parser parser_;
    std::array<char, 16384> incoming_{};
    std::string waiting_; // to be written
    std::string writing_; // being written
    std::size_t greetings_left_ = 0;
    state state_ = state::connecting;
};

} // namespace kidevent::redis
