#include "support/fault_proxy.hpp"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <future>
#include <set>
#include <thread>

namespace kidevent::tests {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using protocol = asio::generic::stream_protocol;

namespace {

protocol::endpoint endpoint_of(const std::string& target) {
    if (target.starts_with('/')) return asio::local::stream_protocol::endpoint(target);
    const auto colon = target.rfind(':');
    const auto port = static_cast<std::uint16_t>(std::stoul(target.substr(colon + 1)));
    return tcp::endpoint(asio::ip::make_address(target.substr(0, colon)), port);
}

struct mode {
    fault is = fault::none;
    std::chrono::milliseconds delay{0};
};

struct counters {
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> pieces_asked{0};
    std::atomic<std::size_t> faults_met{0};
};

// One client and its connection to the server.
class pair : public std::enable_shared_from_this<pair> {
public:
    pair(tcp::socket client, asio::io_context& loop, const mode& now, counters& counts)
        : client_(std::move(client)), server_(loop), late_(loop), now_(now), counts_(counts) {}

    void start(const protocol::endpoint& target) {
        server_.async_connect(target, [self = shared_from_this()](const error_code& failed) {
            if (failed) return self->reset();
            self->pump_up();
            self->pump_down();
        });
    }

    // Both ends see a broken connection and not an orderly end.
    void reset() {
        error_code ignored;
        client_.set_option(asio::socket_base::linger(true, 0), ignored);
        client_.close(ignored);
        server_.close(ignored);
        late_.cancel();
    }

private:
    void pump_up() {
        client_.async_read_some(asio::buffer(up_),
                                [self = shared_from_this()](const error_code& failed, std::size_t bytes) {
                                    if (failed) return self->reset();
                                    ++self->counts_.pieces_asked;
                                    if (self->now_.is == fault::silent) {
                                        ++self->counts_.faults_met;
                                        return self->pump_up();
                                    }
                                    asio::async_write(self->server_, asio::buffer(self->up_.data(), bytes),
                                                      [self](const error_code& broken, std::size_t) {
                                                          if (broken) return self->reset();
                                                          self->pump_up();
                                                      });
                                });
    }

    void pump_down() {
        server_.async_read_some(asio::buffer(down_),
                                [self = shared_from_this()](const error_code& failed, std::size_t bytes) {
                                    if (failed) return self->reset();
                                    self->deliver(bytes);
                                });
    }

    void deliver(std::size_t bytes) {
        if (now_.is != fault::none) ++counts_.faults_met;
        switch (now_.is) {
        case fault::none: return pass_on(bytes, false);
        case fault::silent: return pump_down();
        case fault::down: return reset();
        case fault::reset_in_mid_reply: return pass_on(std::max<std::size_t>(bytes / 2, 1), true);
        case fault::garbage:
            for (std::size_t i = 0; i < bytes; ++i)
                down_[i] = static_cast<char>('\x80' + i % 100);
            return pass_on(bytes, false);
        case fault::slow: break;
        }
        late_.expires_after(now_.delay);
        late_.async_wait([self = shared_from_this(), bytes](const error_code& cancelled) {
            if (!cancelled) self->pass_on(bytes, false);
        });
    }

    void pass_on(std::size_t bytes, bool then_reset) {
        asio::async_write(client_, asio::buffer(down_.data(), bytes),
                          [self = shared_from_this(), then_reset](const error_code& broken, std::size_t) {
                              if (broken || then_reset) return self->reset();
                              self->pump_down();
                          });
    }

    tcp::socket client_;
    protocol::socket server_;
    asio::steady_timer late_;
    const mode& now_;
    counters& counts_;
    std::array<char, 16384> up_{};
    std::array<char, 16384> down_{};
};

} // namespace

class fault_proxy::impl {
public:
    explicit impl(const std::string& target)
        : target_(endpoint_of(target)),
          acceptor_(loop_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          port_(acceptor_.local_endpoint().port()) {
        accept();
        thread_ = std::thread([this] { loop_.run(); });
    }

    ~impl() {
        loop_.stop();
        thread_.join();
    }

    void set(mode wanted) {
        std::promise<void> done;
        asio::post(loop_, [this, wanted, &done] {
            now_ = wanted;
            if (wanted.is == fault::down)
                for (const auto& each : std::exchange(pairs_, {}))
                    if (const auto alive = each.lock()) {
                        ++counts_.faults_met;
                        alive->reset();
                    }
            done.set_value();
        });
        done.get_future().wait();
    }

    asio::io_context loop_{1};
    const protocol::endpoint target_;
    tcp::acceptor acceptor_;
    const std::uint16_t port_;
    counters counts_;

private:
    void accept() {
        acceptor_.async_accept([this](const error_code& failed, tcp::socket client) {
            if (failed) return;
            ++counts_.connections;
            const auto made = std::make_shared<pair>(std::move(client), loop_, now_, counts_);
            if (now_.is == fault::down) {
                ++counts_.faults_met;
                made->reset();
            } else {
                std::erase_if(pairs_, [](const auto& each) { return each.expired(); });
                pairs_.insert(made);
                made->start(target_);
            }
            accept();
        });
    }

    mode now_;
    std::set<std::weak_ptr<pair>, std::owner_less<>> pairs_;
    std::thread thread_;
};

fault_proxy::fault_proxy(const std::string& target) : impl_(std::make_unique<impl>(target)) {}
fault_proxy::~fault_proxy() = default;

std::uint16_t fault_proxy::port() const noexcept { return impl_->port_; }
void fault_proxy::set(fault wanted, std::chrono::milliseconds delay) { impl_->set({wanted, delay}); }
std::size_t fault_proxy::connections() const noexcept { return impl_->counts_.connections; }
std::size_t fault_proxy::pieces_asked() const noexcept { return impl_->counts_.pieces_asked; }
std::size_t fault_proxy::faults_met() const noexcept { return impl_->counts_.faults_met; }

} // namespace kidevent::tests
