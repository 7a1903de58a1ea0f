#pragma once
// One read connection that many requests share: batches are pipelined behind each other, each its own
// implicit transaction. Nothing that may wait for a lock or run long belongs here. Internal to db/.

#include "db/connection.hpp"

namespace kidevent::db {

class lane {
public:
    lane(boost::asio::io_context& loop, std::shared_ptr<const connection_options> options,
         std::size_t batches_max);
    ~lane();
    lane(const lane&) = delete;
    lane& operator=(const lane&) = delete;

    // Opens the connection; `opened` hears of the first attempt only, later ones repeat by themselves.
    void start(connection::on_open opened);
    // Throws db_error (unavailable) when the lane is down or full.
    void submit(std::shared_ptr<batch> sent);
    void close();
    void sweep(std::chrono::steady_clock::time_point now);

    bool is_open() const noexcept { return current_ && current_->is_open(); }
    std::size_t batches_in_flight() const noexcept { return current_ ? current_->batches_in_flight() : 0; }

    // Called each time the connection has opened, and each time it was lost.
    std::function<void()> on_up;
    std::function<void()> on_down;
    std::function<void(std::string_view channel, std::string_view payload)> on_notification;

private:
    void connect(connection::on_open opened);
    void retry_later();

    boost::asio::io_context& loop_;
    std::shared_ptr<const connection_options> options_;
    std::size_t batches_max_;
    boost::asio::steady_timer retry_;
    std::chrono::milliseconds retry_delay_;
    std::shared_ptr<connection> current_;
    bool closing_ = false;
};

} // namespace kidevent::db
