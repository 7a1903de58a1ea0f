#include "fastcgi/server.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace kidevent::fastcgi {
namespace {

// Per turn of the event loop, so that a storm of connections does not starve open requests.
constexpr int accepts_per_turn_max = 16;

} // namespace

server_settings server_settings_from(const kidevent::settings& from) {
    const auto& fastcgi = from.fastcgi;
    server_settings out;
    auto& decoding = out.limits.decoding;
    decoding.params_bytes_max = static_cast<std::size_t>(fastcgi.params_bytes_max);
    decoding.name_bytes_max = static_cast<std::size_t>(fastcgi.name_bytes_max);
    decoding.value_bytes_max = static_cast<std::size_t>(fastcgi.value_bytes_max);
    decoding.requests_max = static_cast<std::size_t>(fastcgi.requests_per_connection_max);
    decoding.body_bytes_max = static_cast<std::size_t>(from.http.body_bytes_max);
    out.limits.connections_max = fastcgi.connections_max;
    out.limits.read_timeout = fastcgi.read_timeout;
    out.limits.write_timeout = fastcgi.write_timeout;
    out.drain_timeout = fastcgi.drain_timeout;
    return out;
}

server::server(boost::asio::io_context& loop, server_settings with, application handle, traffic& counters)
    : loop_(loop),
      settings_(with),
      context_{with.limits, std::move(handle), &counters, false},
      listener_(loop),
      timer_(loop) {
    tick();
}

server::~server() { stop(); }

void server::listen(int descriptor) {
    listener_.assign(descriptor);
    listener_.non_blocking(true);
    accept_later();
}

bool server::is_full() const noexcept {
    return static_cast<std::int64_t>(connections_.size()) >= settings_.limits.connections_max;
}

// Does nothing while the server is full: further connections wait in the socket's backlog.
void server::accept_later() {
    if (accepting_ || !listener_.is_open() || is_full()) return;
    accepting_ = true;
    listener_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [this, alive = std::weak_ptr(alive_)](boost::system::error_code failure) {
                             if (alive.expired()) return;
                             accepting_ = false;
                             if (!failure) accept_ready();
                         });
}

void server::accept_ready() {
    for (int i = 0; i < accepts_per_turn_max && !is_full(); ++i) {
        const int descriptor =
            ::accept4(listener_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            // Out of descriptors or memory: the listener stays readable, so the next tick tries
            // again instead of spinning.
            if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) return;
            break;
        }
        adopt(descriptor);
    }
    accept_later();
}

void server::adopt(int descriptor) {
    connection::socket socket(loop_);
    boost::system::error_code failure;
    socket.assign(boost::asio::local::stream_protocol(), descriptor, failure);
    if (failure) {
        ::close(descriptor);
        return;
    }
    traffic::add(context_.counters->connections_accepted, 1);
    const auto made = std::make_shared<connection>(std::move(socket), context_, [this](connection* closed) {
        connections_.erase(closed);
        if (stopped_) return;
        accept_later();
        finish_drain_when_empty();
    });
    connections_.emplace(made.get(), made);
    made->start();
}

void server::begin_drain(std::function<void()> drained) {
    if (context_.draining || stopped_) return;
    context_.draining = true;
    on_drained_ = std::move(drained);
    drain_until_ = std::chrono::steady_clock::now() + settings_.drain_timeout;
    boost::system::error_code ignored;
    listener_.close(ignored);
    tick(); // more often from now on
    finish_drain_when_empty();
}

void server::finish_drain_when_empty() {
    if (!context_.draining || !connections_.empty() || !on_drained_) return;
    stopped_ = true;
    timer_.cancel();
    boost::asio::post(loop_, std::exchange(on_drained_, nullptr));
}

void server::stop() {
    stopped_ = true;
    alive_.reset();
    on_drained_ = nullptr;
    timer_.cancel();
    boost::system::error_code ignored;
    listener_.close(ignored);
    // Closing a connection removes it from the map.
    while (!connections_.empty()) {
        const auto one = connections_.begin()->second;
        one->close();
    }
}

// One timer for all deadlines: a request costs no timer of its own.
void server::tick() {
    using std::chrono::milliseconds;
    auto shortest =
        std::min({settings_.limits.read_timeout, settings_.limits.write_timeout, milliseconds(4000)});
    if (context_.draining) shortest = std::min(shortest, settings_.drain_timeout);
    timer_.expires_after(std::max(shortest / 4, milliseconds(5)));
    timer_.async_wait([this, alive = std::weak_ptr(alive_)](boost::system::error_code failure) {
        if (failure || alive.expired() || stopped_) return;
        const auto now = std::chrono::steady_clock::now();
        const bool over = context_.draining && now >= drain_until_;
        std::vector<std::shared_ptr<connection>> open; // closing one changes the map
        open.reserve(connections_.size());
        for (const auto& [key, one] : connections_)
            open.push_back(one);
        for (const auto& one : open) {
            if (over)
                one->close();
            else
                one->check_deadlines(now);
        }
        if (stopped_) return;
        accept_later();
        tick();
    });
}

} // namespace kidevent::fastcgi
