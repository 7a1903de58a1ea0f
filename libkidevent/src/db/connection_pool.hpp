#pragma once
// Connections that a transaction has to itself from BEGIN to COMMIT. A connection that comes back dirty (a
// transaction left open, batches in flight, any error of the socket) is closed, never reset. Internal to db/.

#include "db/connection.hpp"

namespace kidevent::db {

struct pool_stats {
    std::size_t total; // open or opening
    std::size_t idle;
    std::size_t waiting; // requests in the queue
};

class connection_pool {
public:
    struct limits {
        std::size_t connections_max;
        std::size_t waiting_max;
        std::chrono::milliseconds wait;
    };

    // A leased connection; giving it up returns or closes it.
    class lease {
    public:
        lease(connection_pool& from, std::shared_ptr<connection> held)
            : from_(&from), held_(std::move(held)) {}
        lease(lease&& other) noexcept : from_(other.from_), held_(std::move(other.held_)) {}
        lease& operator=(lease&&) = delete;
        ~lease() {
            if (held_) from_->give_back(std::move(held_));
        }
        connection& operator*() const noexcept { return *held_; }
        connection* operator->() const noexcept { return held_.get(); }

    private:
        connection_pool* from_;
        std::shared_ptr<connection> held_;
    };

    // co_await: a lease; throws db_error (unavailable or timeout) when none can be had.
    class acquisition {
    public:
        explicit acquisition(connection_pool& from) : from_(from) {}
        bool await_ready() { return from_.try_grant(*this); }
        void await_suspend(std::coroutine_handle<> waiting);
        lease await_resume();

    private:
        friend class connection_pool;
        connection_pool& from_;
        std::shared_ptr<connection> granted_;
        std::exception_ptr failure_;
        std::coroutine_handle<> waiter_;
        std::chrono::steady_clock::time_point deadline_;
        awaited_span waited_;
    };

    connection_pool(boost::asio::io_context& loop, std::shared_ptr<const connection_options> options,
                    limits with);
    ~connection_pool();
    connection_pool(const connection_pool&) = delete;
    connection_pool& operator=(const connection_pool&) = delete;

    // Opens the first connection, so that wrong credentials show at once.
    void start(connection::on_open opened);
    acquisition acquire() { return acquisition{*this}; }
    void close();
    void sweep(std::chrono::steady_clock::time_point now);
    pool_stats stats() const noexcept { return {all_.size(), idle_.size(), waiting_.size()}; }

private:
    bool try_grant(acquisition& wanted);
    void open_one(connection::on_open opened);
    void give_back(std::shared_ptr<connection> returned);
    void hand_out(std::shared_ptr<connection> free);
    void settle(acquisition& waiting);
    void forget(const connection* gone);

    boost::asio::io_context& loop_;
    std::shared_ptr<const connection_options> options_;
    limits limits_;
    std::vector<std::shared_ptr<connection>> all_;
    std::vector<std::shared_ptr<connection>> idle_; // the last one was used last: it has the warmest caches
    std::deque<acquisition*> waiting_;              // they live in suspended coroutines
    std::size_t opening_ = 0;
    bool closing_ = false;
};

} // namespace kidevent::db
