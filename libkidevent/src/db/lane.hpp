#pragma once
// One read connection that many requests share. A batch that finds the lane quiet is sent at once, as an
// implicit transaction of its own. Batches that find it busy wait, and those of one tenant then go together
// as one turn: they enter the tenant once, share the transaction and its Sync. Nothing that may wait for a
// lock or run long belongs here. Internal to db/. See docs/decisions/0012-shared-turns.md.

#include "db/connection.hpp"

namespace kidevent::db {

class lane {
public:
    struct limits {
        std::size_t batches; // waiting and in flight; more are refused
        std::size_t shared;  // batches of one turn
    };

    lane(boost::asio::io_context& loop, std::shared_ptr<const connection_options> options, limits with);
    ~lane();
    lane(const lane&) = delete;
    lane& operator=(const lane&) = delete;

    // Opens the connection; `opened` hears of the first attempt only, later ones repeat by themselves.
    void start(connection::on_open opened);
    // Throws db_error (unavailable) when the lane is down or full.
    void submit(std::shared_ptr<batch> sent);
    void close();
    // Gives up what is overdue.
    void sweep(std::chrono::steady_clock::time_point now);

    bool is_open() const noexcept { return current_ && current_->is_open(); }
    // Those that wait for their turn included.
    std::size_t batches_in_flight() const noexcept { return waiting_.size() + sent_; }

    // Called each time the connection has opened, and each time it was lost.
    std::function<void()> on_up;
    std::function<void()> on_down;
    std::function<void(std::string_view channel, std::string_view payload)> on_notification;

private:
    using batch_ptr = std::shared_ptr<batch>;
    using turn = std::vector<batch_ptr>;

    void connect(connection::on_open opened);
    void retry_later();
    void send_waiting();
    turn take_turn();
    void send(turn members);
    void end_shared(batch& sent, const turn& members);
    void fail(const batch_ptr& of, const db_error& why);
    void fail_waiting(const db_error& why);
    void finish(const batch_ptr& of);

    boost::asio::io_context& loop_;
    std::shared_ptr<const connection_options> options_;
    limits limits_;
    boost::asio::steady_timer retry_;
    std::chrono::milliseconds retry_delay_;
    std::shared_ptr<connection> current_;
    std::deque<batch_ptr> waiting_;
    std::size_t turns_ = 0; // in flight
    std::size_t sent_ = 0;  // batches of these turns
    bool closing_ = false;
};

} // namespace kidevent::db
