#pragma once
// One connection to PostgreSQL in pipeline mode on the event loop: batches in, answers out, in order.
// Internal to db/. It is never reset: on any doubt it is closed and everything in flight fails.

#include "db/batch.hpp"
#include "db/db_error.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct pg_conn;

namespace kidevent::db {

struct connection_options {
    std::vector<std::pair<std::string, std::string>> keywords; // libpq connection keywords
    std::vector<const query*> queries;                         // prepared when the connection opens
    std::chrono::milliseconds connect_timeout;
    std::chrono::milliseconds answer_timeout;      // of one batch; a server that hangs is given up after it
    std::function<void(const batch&)> on_answered; // each batch that was answered, prepared statements apart
};

class connection : public std::enable_shared_from_this<connection> {
public:
    // Null: the connection is open and every query is prepared.
    using on_open = std::function<void(std::exception_ptr)>;

    connection(boost::asio::io_context& loop, std::shared_ptr<const connection_options> options);
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    // Once per connection; `opened` is called later, exactly once, from the loop.
    void open(on_open opened);
    // Sends the batch behind those in flight; its waiter is resumed from the loop. The connection must be
    // open.
    void submit(std::shared_ptr<batch> sent);
    // Fails what is in flight and gives the socket back. Idempotent.
    void close(const db_error& why);

    bool is_open() const noexcept { return state_ == state::open; }
    std::size_t batches_in_flight() const noexcept { return in_flight_.size(); }
    // Open, nothing in flight, no transaction left open: another tenant may have it.
    bool is_clean() const noexcept;
    // Closes when the opening or the oldest batch is overdue.
    void check_deadline(std::chrono::steady_clock::time_point now);

    // Called from the loop; the connection is closed by then.
    std::function<void()> on_closed;
    std::function<void(std::string_view channel, std::string_view payload)> on_notification;

private:
    enum class state { fresh, connecting, preparing, open, closed };

    void poll_connect();
    void prepare_queries();
    void wait_readable();
    void read_answers();
    void hear_notifications();
    bool take_result();
    void finish_front();
    void flush();
    void finish(const std::shared_ptr<batch>& done);
    void fail_from_socket();

    boost::asio::io_context& loop_;
    std::shared_ptr<const connection_options> options_;
    boost::asio::posix::stream_descriptor socket_;
    pg_conn* server_ = nullptr;
    state state_ = state::fresh;
    bool waiting_writable_ = false;
    std::chrono::steady_clock::time_point opened_by_;
    std::chrono::steady_clock::time_point answered_at_; // when the batch before the front was answered
    on_open opened_;
    std::deque<std::shared_ptr<batch>> in_flight_;
};

} // namespace kidevent::db
