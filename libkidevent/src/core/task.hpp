#pragma once
// A lazy coroutine: it starts when it is awaited and resumes who awaits it when it ends. For services and
// handlers; it knows nothing of event loops (the awaitables of db/ and crypto's pool resume it on the loop's
// thread).

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace kidevent {

template<class T = void> class task;

namespace detail {

struct task_promise_base {
    std::coroutine_handle<> continuation = std::noop_coroutine();
    std::exception_ptr failure;

    struct resume_continuation {
        bool await_ready() const noexcept { return false; }
        template<class Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
            return ended.promise().continuation;
        }
        void await_resume() const noexcept {}
    };

    std::suspend_always initial_suspend() const noexcept { return {}; }
    resume_continuation final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept { failure = std::current_exception(); }
};

template<class T> struct task_promise : task_promise_base {
    std::optional<T> value;

    task<T> get_return_object() noexcept;
    template<class U> void return_value(U&& result) { value.emplace(std::forward<U>(result)); }
    T take() {
        if (failure) std::rethrow_exception(failure);
        return std::move(*value);
    }
};

template<> struct task_promise<void> : task_promise_base {
    task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() const {
        if (failure) std::rethrow_exception(failure);
    }
};

} // namespace detail

template<class T> class [[nodiscard]] task {
public:
    using promise_type = detail::task_promise<T>;

    explicit task(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}
    task(task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
    task& operator=(task&&) = delete;
    ~task() {
        if (coroutine_) coroutine_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
        coroutine_.promise().continuation = awaiting;
        return coroutine_;
    }
    T await_resume() { return coroutine_.promise().take(); }

private:
    std::coroutine_handle<promise_type> coroutine_;
};

namespace detail {

template<class T> task<T> task_promise<T>::get_return_object() noexcept {
    return task<T>{std::coroutine_handle<task_promise<T>>::from_promise(*this)};
}

inline task<void> task_promise<void>::get_return_object() noexcept {
    return task<void>{std::coroutine_handle<task_promise<void>>::from_promise(*this)};
}

struct detached {
    struct promise_type {
        detached get_return_object() const noexcept { return {}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        // Nobody is left to tell: whoever detaches a task catches what it throws.
        [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    };
};

} // namespace detail

// Starts the task and lets it run on its own. It must not throw.
inline detail::detached detach(task<void> running) { co_await running; }

} // namespace kidevent
