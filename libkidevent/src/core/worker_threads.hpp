#pragma once
// A few threads for what would stop the event loop: password hashing (20 ms and 19 MiB each), and posting to
// addresses that may not answer. Both the number of threads and of waiting jobs are bounded.

#include "core/spans.hpp"

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace kidevent {

class worker_threads {
public:
    // Brings a function to the thread of the event loop.
    using post_to_loop = std::function<void(std::function<void()>)>;

    // `doing` names the work in traces: a constant.
    worker_threads(const char* doing, std::size_t threads, std::size_t waiting_max, post_to_loop post);
    // Finishes what is running, forgets what waits.
    ~worker_threads();
    worker_threads(const worker_threads&) = delete;
    worker_threads& operator=(const worker_threads&) = delete;

    // False when waiting_max jobs are waiting: shed load before it piles up.
    bool has_room() const;
    std::size_t waiting() const;

    // co_await: runs `work` on one of the threads and resumes on the loop with its result or exception.
    template<class T> class computation {
    public:
        computation(worker_threads& on, std::function<T()> work) : on_(on), work_(std::move(work)) {}
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting) {
            waited_.suspend(on_.doing_);
            on_.submit([this] { compute(); }, [waiting] { waiting.resume(); });
        }
        T await_resume() {
            waited_.resume();
            if (failure_) std::rethrow_exception(failure_);
            return std::move(*value_);
        }

    private:
        void compute() noexcept {
            try {
                value_.emplace(work_());
            } catch (...) {
                failure_ = std::current_exception();
            }
        }

        worker_threads& on_;
        std::function<T()> work_;
        std::optional<T> value_;
        std::exception_ptr failure_;
        awaited_span waited_;
    };

    template<class T> computation<T> run(std::function<T()> work) { return {*this, std::move(work)}; }

private:
    struct job {
        std::function<void()> work;
        std::function<void()> then;
    };
    void submit(std::function<void()> work, std::function<void()> then);
    void serve();

    const char* doing_;
    post_to_loop post_;
    std::size_t waiting_max_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<job> waiting_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace kidevent
