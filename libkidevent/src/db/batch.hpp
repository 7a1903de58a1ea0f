#pragma once
// Statements that travel together: sent at once, closed by one Sync, answered together. Internal to db/; the
// domains use tenant_batch and the transactions.

#include "core/spans.hpp"
#include "db/params.hpp"
#include "db/query.hpp"
#include "db/row.hpp"

#include <chrono>
#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

namespace kidevent::db {

struct statement {
    const query* what;
    params values;
    result_set answer;
};

struct batch {
    std::vector<statement> statements;
    tenant_id of{};                     // whose work it is; nil: the installation's own
    std::chrono::microseconds worked{}; // how long PostgreSQL took for it, without waiting behind others
    std::chrono::steady_clock::time_point deadline; // set when it is sent
    bool prepares = false;                          // statements are prepared instead of executed
    std::size_t answered = 0;                       // statements whose result has arrived
    std::exception_ptr failure;                     // the first error
    bool finished = false;                          // the Sync has been answered, or the connection is gone
    bool alone = false;                             // shares its turn on a lane with no other
    std::coroutine_handle<> waiter;
    std::function<void()> on_finished; // for the lane; called before the waiter is resumed

    // The name of the first statement that does more than begin a transaction or enter a tenant.
    const char* purpose() const noexcept;
};

// The rows that a statement of a batch will have answered once the batch ran.
class pending_rows {
public:
    pending_rows(std::shared_ptr<const batch> of, std::size_t index) : of_(std::move(of)), index_(index) {}
    // Throws std::logic_error before the batch has finished: results are believed only after the Sync.
    const result_set& rows() const;

private:
    std::shared_ptr<const batch> of_;
    std::size_t index_;
};

// co_await: suspends until the batch has finished; throws its failure.
class batch_completion {
public:
    explicit batch_completion(std::shared_ptr<batch> of) : of_(std::move(of)) {}
    bool await_ready() const noexcept { return of_->finished; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept {
        of_->waiter = waiting;
        waited_.suspend("db", of_->purpose());
    }
    void await_resume() {
        waited_.resume();
        if (of_->failure) std::rethrow_exception(of_->failure);
    }

private:
    std::shared_ptr<batch> of_;
    awaited_span waited_;
};

} // namespace kidevent::db
