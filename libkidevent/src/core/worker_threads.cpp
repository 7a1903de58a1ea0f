#include "core/worker_threads.hpp"

#include <csignal>

namespace kidevent {

worker_threads::worker_threads(const char* doing, std::size_t threads, std::size_t waiting_max,
                               post_to_loop post)
    : doing_(doing), post_(std::move(post)), waiting_max_(waiting_max) {
    for (std::size_t i = 0; i < threads; ++i)
        threads_.emplace_back([this] { serve(); });
}

worker_threads::~worker_threads() {
    {
        const std::lock_guard held{mutex_};
        stopping_ = true;
        waiting_.clear();
    }
    changed_.notify_all();
    for (std::thread& each : threads_)
        each.join();
}

bool worker_threads::has_room() const {
    const std::lock_guard held{mutex_};
    return waiting_.size() < waiting_max_;
}

std::size_t worker_threads::waiting() const {
    const std::lock_guard held{mutex_};
    return waiting_.size();
}

void worker_threads::submit(std::function<void()> work, std::function<void()> then) {
    {
        const std::lock_guard held{mutex_};
        waiting_.push_back({std::move(work), std::move(then)});
    }
    changed_.notify_one();
}

void worker_threads::serve() {
    // Who writes to a connection that is gone hears of it from the call. OpenSSL's write would raise this.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    for (;;) {
        job next;
        {
            std::unique_lock held{mutex_};
            changed_.wait(held, [this] { return stopping_ || !waiting_.empty(); });
            if (stopping_) return;
            next = std::move(waiting_.front());
            waiting_.pop_front();
        }
        next.work();
        post_(std::move(next.then));
    }
}

} // namespace kidevent
