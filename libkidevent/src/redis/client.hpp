#pragma once
// Commands to Redis from one worker: one connection, pipelined, bounded, each with a deadline. Redis may be
// away at any time, and whoever asks goes on without it: an answer is optional, never an exception. On any
// doubt about the conversation the connection is closed, so that no reply reaches whoever did not ask for it.

#include "core/spans.hpp"
#include "redis/resp.hpp"

#include <kidevent/settings.hpp>

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace kidevent::redis {

struct client_stats {
    bool is_up;
    std::size_t in_flight;
    std::uint64_t commands;   // since the start
    std::uint64_t unsent;     // the server is away, or too many are in flight
    std::uint64_t unanswered; // timed out, or lost with their connection
    std::uint64_t refused;    // answered with an error
    std::uint64_t losses;     // connections closed on a doubt, or by the server
};

struct pending_reply {
    std::optional<reply> answer;
    bool finished = false;
    std::coroutine_handle<> waiter;
    std::chrono::steady_clock::time_point deadline;
    std::shared_ptr<pending_reply> part_of; // of a transaction: its EXEC
    std::string refusal;                    // of an EXEC: why one of its parts was refused
};

// co_await: the reply, which may be an error of the server's; std::nullopt when there is none in time. A
// waiter that goes away earlier leaves its place in the order, and its reply is dropped.
class [[nodiscard]] answer_of_command {
public:
    explicit answer_of_command(std::shared_ptr<pending_reply> of) noexcept : of_(std::move(of)) {}
    answer_of_command(answer_of_command&&) noexcept = default;
    answer_of_command& operator=(answer_of_command&&) = delete;
    ~answer_of_command() {
        if (of_) of_->waiter = nullptr;
    }

    bool await_ready() const noexcept { return of_->finished; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept {
        waited_.suspend("redis");
        of_->waiter = waiting;
    }
    std::optional<reply> await_resume() {
        waited_.resume();
        return std::move(of_->answer);
    }

private:
    std::shared_ptr<pending_reply> of_;
    awaited_span waited_;
};

class client {
public:
    // Both must outlive it. Does nothing at all when redis.address is empty.
    client(boost::asio::io_context& loop, const redis_settings& with);
    ~client();

    // Connects, and again after a loss, with growing and jittered pauses; returns at once.
    void start();
    // What is in flight ends without an answer.
    void close();
    bool is_configured() const noexcept;
    bool is_up() const noexcept;

    // Sent behind what is in flight already; commands that are issued together travel together.
    answer_of_command command(std::vector<std::string> words);
    // All of them are done, one after the other without another client's between them, or none is: the answer
    // is EXEC's, an array of theirs, or the error with which the first one was refused.
    answer_of_command transaction(const std::vector<std::vector<std::string>>& commands);
    // A reply once the server is there; none when it is not within redis.connect_timeout.
    answer_of_command when_up();
    // Nobody waits for the answer.
    void tell(std::vector<std::string> words);

    client_stats stats() const noexcept;

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

} // namespace kidevent::redis
