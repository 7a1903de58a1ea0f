#include "redis/client.hpp"

#include "redis/link.hpp"

#include <boost/asio/post.hpp>

#include <deque>
#include <utility>

namespace kidevent::redis {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {
// What a server that reads slowly may make us keep.
constexpr std::size_t bytes_waiting_max = 16 * 1024 * 1024;
} // namespace

class client::impl {
public:
    impl(asio::io_context& loop, const redis_settings& with)
        : loop_(loop), with_(with), overdue_(loop), link_(loop, with) {
        link_.on_down = [this] { lose_all(); };
        link_.on_reply = [this](reply got) { take(std::move(got)); };
    }

    std::shared_ptr<pending_reply> send(const std::vector<std::string>& words) {
        auto sent = std::make_shared<pending_reply>();
        ++commands_;
        if (!link_.is_up() || in_flight_.size() >= static_cast<std::size_t>(with_.commands_in_flight_max)
            || link_.bytes_waiting() > bytes_waiting_max) {
            ++unsent_;
            sent->finished = true;
            return sent;
        }
        sent->deadline = steady_clock::now() + with_.command_timeout;
        in_flight_.push_back(sent);
        bytes_.clear();
        append_command(bytes_, words);
        link_.send(bytes_);
        if (!is_watching_) watch_oldest();
        return sent;
    }

    asio::io_context& loop_;
    const redis_settings& with_;
    asio::steady_timer overdue_;
    link link_;
    std::deque<std::shared_ptr<pending_reply>> in_flight_; // in the order in which they are answered
    std::string bytes_;
    std::uint64_t commands_ = 0;
    std::uint64_t unsent_ = 0;
    std::uint64_t unanswered_ = 0;
    std::uint64_t refused_ = 0;

private:
    void take(reply got) {
        if (in_flight_.empty()) return link_.fail("a reply that nobody asked for");
        if (got.is == reply::kind::error) ++refused_;
        const auto asked = std::move(in_flight_.front());
        in_flight_.pop_front();
        asked->answer = std::move(got);
        finish(asked);
    }

    void finish(const std::shared_ptr<pending_reply>& asked) {
        asked->finished = true;
        // Resumed from the loop and not from here: what runs next may close this client.
        if (asked->waiter)
            asio::post(loop_, [asked] {
                if (const auto waiter = std::exchange(asked->waiter, nullptr)) waiter.resume();
            });
    }

    void lose_all() {
        for (const auto& each : std::exchange(in_flight_, {})) {
            ++unanswered_;
            finish(each);
        }
    }

    // All have the same time, so the oldest is the first that can be overdue.
    void watch_oldest() {
        is_watching_ = !in_flight_.empty();
        if (!is_watching_) return;
        overdue_.expires_at(in_flight_.front()->deadline);
        overdue_.async_wait([this](const boost::system::error_code& cancelled) {
            if (cancelled) return;
            // Its reply may still come; who could tell then that it is not the next one's?
            if (!in_flight_.empty() && in_flight_.front()->deadline <= steady_clock::now())
                link_.fail("a command was not answered in time");
            watch_oldest();
        });
    }

    bool is_watching_ = false;
};

client::client(asio::io_context& loop, const redis_settings& with)
    : impl_(std::make_unique<impl>(loop, with)) {}
client::~client() { close(); }

void client::start() { impl_->link_.start(); }
void client::close() {
    impl_->overdue_.cancel();
    impl_->link_.close();
}
bool client::is_configured() const noexcept { return !impl_->with_.address.empty(); }
bool client::is_up() const noexcept { return impl_->link_.is_up(); }

answer_of_command client::command(std::vector<std::string> words) {
    return answer_of_command{impl_->send(words)};
}

void client::tell(std::vector<std::string> words) { impl_->send(words); }

client_stats client::stats() const noexcept {
    return {is_up(),         impl_->in_flight_.size(), impl_->commands_, impl_->unsent_, impl_->unanswered_,
            impl_->refused_, impl_->link_.losses()};
}

} // namespace kidevent::redis
