#pragma once
// An event loop that runs until a coroutine ends, so that a test reads like plain code. For tests only.

#include "core/task.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>

namespace kidevent::tests {

class loop_runner {
public:
    boost::asio::io_context& loop() noexcept { return loop_; }

    // Runs the loop until the work has ended; gives its value or throws what it threw. Throws
    // std::runtime_error when it takes longer than `limit`.
    template<class T> T run(task<T> work, std::chrono::milliseconds limit = std::chrono::seconds{20}) {
        auto ended = std::make_shared<outcome<T>>();
        detach(await_into(std::move(work), ended));
        if (!run_until([&ended] { return ended->is_there; }, limit))
            throw std::runtime_error("a coroutine did not end in time");
        if (ended->failure) std::rethrow_exception(ended->failure);
        if constexpr (!std::is_void_v<T>) return std::move(*ended->value);
    }

    // Runs the loop until the condition holds, asked after each of the loop's steps; false after `limit`.
    bool run_until(const std::function<bool()>& condition,
                   std::chrono::milliseconds limit = std::chrono::seconds{20}) {
        const auto deadline = std::chrono::steady_clock::now() + limit;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            if (loop_.stopped()) loop_.restart();
            loop_.run_one_for(std::chrono::milliseconds{20});
        }
        return true;
    }

    void run_for(std::chrono::milliseconds length) {
        run_until([] { return false; }, length);
    }

private:
    template<class T> struct outcome {
        std::optional<std::conditional_t<std::is_void_v<T>, bool, T>> value;
        std::exception_ptr failure;
        bool is_there = false;
    };

    template<class T> static task<> await_into(task<T> work, std::shared_ptr<outcome<T>> into) {
        try {
            if constexpr (std::is_void_v<T>) {
                co_await work;
            } else {
                auto value = co_await work;
                into->value.emplace(std::move(value));
            }
        } catch (...) {
            into->failure = std::current_exception();
        }
        into->is_there = true;
    }

    boost::asio::io_context loop_{1};
};

} // namespace kidevent::tests
