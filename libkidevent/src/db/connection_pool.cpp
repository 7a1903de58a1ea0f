#include "db/connection_pool.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace kidevent::db {

connection_pool::connection_pool(boost::asio::io_context& loop,
                                 std::shared_ptr<const connection_options> options, limits with)
    : loop_(loop), options_(std::move(options)), limits_(with) {}

connection_pool::~connection_pool() { close(); }

void connection_pool::start(connection::on_open opened) { open_one(std::move(opened)); }

bool connection_pool::try_grant(acquisition& wanted) {
    while (!idle_.empty()) {
        auto candidate = std::move(idle_.back());
        idle_.pop_back();
        if (!candidate->is_clean()) {
            candidate->close(db_error{db_error::kind::unavailable, "an idle connection was not clean"});
            continue;
        }
        wanted.granted_ = std::move(candidate);
        return true;
    }
    if (closing_ || waiting_.size() >= limits_.waiting_max) {
        wanted.failure_ =
            std::make_exception_ptr(db_error{db_error::kind::unavailable, "db.pool_waiting_max is reached"});
        return true;
    }
    return false;
}

void connection_pool::acquisition::await_suspend(std::coroutine_handle<> waiting) {
    waiter_ = waiting;
    waited_.suspend("lease");
    deadline_ = std::chrono::steady_clock::now() + from_.limits_.wait;
    from_.waiting_.push_back(this);
    // One opening per waiter is enough: whoever gives a connection back serves the queue too.
    if (from_.all_.size() < from_.limits_.connections_max && from_.opening_ < from_.waiting_.size())
        from_.open_one(nullptr);
}

connection_pool::lease connection_pool::acquisition::await_resume() {
    waited_.resume();
    if (failure_) std::rethrow_exception(failure_);
    return lease{from_, std::move(granted_)};
}

void connection_pool::open_one(connection::on_open opened) {
    auto fresh = std::make_shared<connection>(loop_, options_);
    all_.push_back(fresh);
    ++opening_;
    fresh->on_closed = [this, gone = fresh.get()] { forget(gone); };
    fresh->open([this, fresh, opened = std::move(opened)](std::exception_ptr failed) {
        --opening_;
        if (!failed) {
            hand_out(fresh);
        } else if (!waiting_.empty() && all_.size() <= opening_ + 1) {
            // Nothing is open and nothing could be opened: waiting longer would only hide it.
            acquisition& first = *waiting_.front();
            waiting_.pop_front();
            first.failure_ = failed;
            settle(first);
        }
        if (opened) opened(failed);
    });
}

void connection_pool::hand_out(std::shared_ptr<connection> free) {
    if (waiting_.empty()) {
        idle_.push_back(std::move(free));
        return;
    }
    acquisition& first = *waiting_.front();
    waiting_.pop_front();
    first.granted_ = std::move(free);
    settle(first);
}

void connection_pool::settle(acquisition& waiting) {
    boost::asio::post(loop_, [resumed = waiting.waiter_] { resumed.resume(); });
}

void connection_pool::give_back(std::shared_ptr<connection> returned) {
    if (!closing_ && returned->is_clean()) return hand_out(std::move(returned));
    returned->close(db_error{db_error::kind::unavailable, "returned with a transaction left open"});
}

void connection_pool::forget(const connection* gone) {
    const auto is_gone = [gone](const std::shared_ptr<connection>& each) { return each.get() == gone; };
    std::erase_if(idle_, is_gone);
    std::erase_if(all_, is_gone);
    if (!closing_ && opening_ < waiting_.size() && all_.size() < limits_.connections_max) open_one(nullptr);
}

void connection_pool::close() {
    closing_ = true;
    const auto closed = all_;
    for (const auto& each : closed) {
        each->on_closed = nullptr;
        each->close(db_error{db_error::kind::unavailable, "shutting down"});
    }
    idle_.clear();
    all_.clear();
    sweep(std::chrono::steady_clock::time_point::max());
}

void connection_pool::sweep(std::chrono::steady_clock::time_point now) {
    const auto checked = all_;
    for (const auto& each : checked)
        each->check_deadline(now);
    while (!waiting_.empty() && waiting_.front()->deadline_ < now) {
        acquisition& overdue = *waiting_.front();
        waiting_.pop_front();
        overdue.failure_ = std::make_exception_ptr(
            db_error{db_error::kind::unavailable, "no connection became free within db.pool_wait"});
        settle(overdue);
    }
}

} // namespace kidevent::db
