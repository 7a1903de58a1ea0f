#include "redis/connection.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

namespace kidevent::redis {

namespace asio = boost::asio;
using boost::system::error_code;

connection::connection(asio::io_context& loop, const redis_settings& with)
    : with_(with), socket_(loop), resolver_(loop), overdue_(loop) {}

void connection::open() {
    overdue_.expires_after(with_.connect_timeout);
    overdue_.async_wait([self = shared_from_this()](const error_code& cancelled) {
        if (!cancelled && self->state_ != state::open) self->close("no answer in time");
    });
    const std::string& address = with_.address;
    if (address.starts_with('/'))
        return connect_to({protocol::endpoint(asio::local::stream_protocol::endpoint(address))}, 0);
    const auto colon = address.rfind(':');
    std::string host = address.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    resolve(host, address.substr(colon + 1));
}

void connection::resolve(const std::string& host, const std::string& port) {
    resolver_.async_resolve(host, port,
                            [self = shared_from_this()](const error_code& failed,
                                                        const asio::ip::tcp::resolver::results_type& found) {
                                if (self->state_ == state::closed) return;
                                if (failed) return self->close(failed.message());
                                std::vector<protocol::endpoint> endpoints;
                                for (const auto& each : found)
                                    endpoints.emplace_back(each.endpoint());
                                self->connect_to(std::move(endpoints), 0);
                            });
}

void connection::connect_to(std::vector<protocol::endpoint> endpoints, std::size_t index) {
    error_code ignored;
    socket_.close(ignored);
    const auto target = endpoints[index];
    socket_.async_connect(target, [self = shared_from_this(), endpoints = std::move(endpoints),
                                   index](const error_code& failed) mutable {
        if (self->state_ == state::closed) return;
        if (!failed) return self->greet();
        if (index + 1 == endpoints.size()) return self->close(failed.message());
        self->connect_to(std::move(endpoints), index + 1);
    });
}

void connection::greet() {
    state_ = state::greeting;
    std::vector<std::vector<std::string>> greetings;
    if (!with_.password.empty()) {
        greetings.push_back({"AUTH", with_.password});
        if (!with_.username.empty()) greetings.back() = {"AUTH", with_.username, with_.password};
    }
    if (with_.database != 0) greetings.push_back({"SELECT", std::to_string(with_.database)});
    // Whoever answers this is a Redis that lets us in.
    greetings.push_back({"PING"});
    greetings_left_ = greetings.size();
    std::string bytes;
    for (const auto& each : greetings)
        append_command(bytes, each);
    read();
    send(bytes);
}

void connection::take_greeting(const reply& got) {
    const bool is_last = greetings_left_ == 1;
    const bool is_good = is_last ? got.is == reply::kind::simple && got.text == "PONG" : got.is_ok();
    if (!is_good) return close(got.is == reply::kind::error ? got.text : "not the answer of a Redis");
    if (--greetings_left_ > 0) return;
    state_ = state::open;
    overdue_.cancel();
    if (on_open) on_open();
}

void connection::read() {
    socket_.async_read_some(asio::buffer(incoming_),
                            [self = shared_from_this()](const error_code& failed, std::size_t bytes) {
                                if (self->state_ == state::closed) return;
                                if (failed) return self->close(failed.message());
                                self->parser_.feed({self->incoming_.data(), bytes});
                                self->take_replies();
                                if (self->state_ != state::closed) self->read();
                            });
}

void connection::take_replies() {
    try {
        while (state_ != state::closed) {
            auto got = parser_.next();
            if (!got) return;
            if (state_ == state::greeting)
                take_greeting(*got);
            else if (on_reply)
                on_reply(std::move(*got));
        }
    } catch (const protocol_error& broken) {
        close(broken.what());
    }
}

void connection::send(std::string_view bytes) {
    waiting_.append(bytes);
    if (writing_.empty() && state_ != state::closed) write();
}

void connection::write() {
    writing_.swap(waiting_);
    asio::async_write(socket_, asio::buffer(writing_),
                      [self = shared_from_this()](const error_code& failed, std::size_t) {
                          if (self->state_ == state::closed) return;
                          if (failed) return self->close(failed.message());
                          self->writing_.clear();
                          if (!self->waiting_.empty()) self->write();
                      });
}

void connection::close(const std::string& why) {
    if (state_ == state::closed) return;
    const auto self = shared_from_this();
    state_ = state::closed;
    overdue_.cancel();
    resolver_.cancel();
    error_code ignored;
    socket_.close(ignored);
    if (const auto closed = std::exchange(on_closed, nullptr)) closed(why);
}

} // namespace kidevent::redis
