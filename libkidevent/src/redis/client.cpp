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
        : loop_(loop), with_(with), overdue_(loop), too_late_(loop), link_(loop, with) {
        link_.on_up = [this] { end_waiting(true); };
        link_.on_down = [this] { lose_all(); };
        link_.on_reply = [this](reply got) { take(std::move(got)); };
    }

    std::shared_ptr<pending_reply> send(const std::vector<std::string>& words) {
        auto sent = std::make_shared<pending_reply>();
        if (!has_room_for(1)) {
            sent->finished = true;
            return sent;
        }
        bytes_.clear();
        await_reply(sent, words);
        link_.send(bytes_);
        return sent;
    }

    std::shared_ptr<pending_reply> send_together(const std::vector<std::vector<std::string>>& commands) {
        auto whole = std::make_shared<pending_reply>();
        if (!has_room_for(commands.size() + 2)) {
            whole->finished = true;
            return whole;
        }
        const auto add = [this, &whole](const std::vector<std::string>& words) {
            auto part = std::make_shared<pending_reply>();
            part->part_of = whole;
            await_reply(part, words);
        };
        bytes_.clear();
        add({"MULTI"});
        for (const auto& each : commands)
            add(each);
        await_reply(whole, {"EXEC"});
        link_.send(bytes_);
        return whole;
    }

    std::shared_ptr<pending_reply> wait_until_up() {
        auto waiting = std::make_shared<pending_reply>();
        waiting->deadline = steady_clock::now() + with_.connect_timeout;
        waiting_for_up_.push_back(waiting);
        if (link_.is_up())
            end_waiting(true);
        else if (with_.address.empty())
            end_waiting(false);
        else
            watch_waiting();
        return waiting;
    }

    // `came`: it is there. Else nobody waits for it any longer.
    void end_waiting(bool came) {
        too_late_.cancel();
        for (const auto& each : std::exchange(waiting_for_up_, {})) {
            if (came) each->answer = reply{reply::kind::simple, "OK", 0, {}};
            finish(each);
        }
    }

    asio::io_context& loop_;
    const redis_settings& with_;
    asio::steady_timer overdue_;
    asio::steady_timer too_late_; // of those who wait for the server
    link link_;
    std::deque<std::shared_ptr<pending_reply>> waiting_for_up_;
    std::deque<std::shared_ptr<pending_reply>> in_flight_; // in the order in which they are answered
    std::string bytes_;
    std::uint64_t commands_ = 0;
    std::uint64_t unsent_ = 0;
    std::uint64_t unanswered_ = 0;
    std::uint64_t refused_ = 0;

private:
    bool has_room_for(std::size_t commands) {
        commands_ += commands;
        if (link_.is_up()
            && in_flight_.size() + commands <= static_cast<std::size_t>(with_.commands_in_flight_max)
            && link_.bytes_waiting() <= bytes_waiting_max)
            return true;
        unsent_ += commands;
        return false;
    }

    // Appends the command to what is sent next.
    void await_reply(const std::shared_ptr<pending_reply>& to, const std::vector<std::string>& words) {
        to->deadline = steady_clock::now() + with_.command_timeout;
        in_flight_.push_back(to);
        append_command(bytes_, words);
        if (!is_watching_) watch_oldest();
    }

    // In the order of their deadlines: all wait equally long.
    void watch_waiting() {
        too_late_.expires_at(waiting_for_up_.front()->deadline);
        too_late_.async_wait([this](const boost::system::error_code& cancelled) {
            if (cancelled) return;
            while (!waiting_for_up_.empty() && waiting_for_up_.front()->deadline <= steady_clock::now()) {
                finish(waiting_for_up_.front());
                waiting_for_up_.pop_front();
            }
            if (!waiting_for_up_.empty()) watch_waiting();
        });
    }

    void take(reply got) {
        if (in_flight_.empty()) return link_.fail("a reply that nobody asked for");
        if (got.is == reply::kind::error) ++refused_;
        const auto asked = std::move(in_flight_.front());
        in_flight_.pop_front();
        if (got.is == reply::kind::error) {
            if (asked->part_of && asked->part_of->refusal.empty()) asked->part_of->refusal = got.text;
            if (!asked->refusal.empty()) got.text = asked->refusal;
        }
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
    impl_->end_waiting(false);
}
bool client::is_configured() const noexcept { return !impl_->with_.address.empty(); }
bool client::is_up() const noexcept { return impl_->link_.is_up(); }

answer_of_command client::command(std::vector<std::string> words) {
    return answer_of_command{impl_->send(words)};
}

answer_of_command client::transaction(const std::vector<std::vector<std::string>>& commands) {
    return answer_of_command{impl_->send_together(commands)};
}

answer_of_command client::when_up() { return answer_of_command{impl_->wait_until_up()}; }

void client::tell(std::vector<std::string> words) { impl_->send(words); }

client_stats client::stats() const noexcept {
    return {is_up(),         impl_->in_flight_.size(), impl_->commands_, impl_->unsent_, impl_->unanswered_,
            impl_->refused_, impl_->link_.losses()};
}

} // namespace kidevent::redis
