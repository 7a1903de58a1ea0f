#pragma once
// Repeats one step of background work on the event loop: at once while there is work, ever more slowly while
// there is none. Used by the relay and whoever else works off a table.

#include "core/task.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace kidevent::outbox {

class paced_loop {
public:
    // True: there was work, and there may be more.
    using step = std::function<task<bool>()>;

    // `name` is for the log. The pause after a step without work doubles from `shortest` to `longest`.
    paced_loop(boost::asio::io_context& loop, std::string name, std::chrono::milliseconds shortest,
               std::chrono::milliseconds longest, step repeat);
    paced_loop(const paced_loop&) = delete;
    paced_loop& operator=(const paced_loop&) = delete;

    void start();
    // There may be work: the next step comes without a pause.
    void wake();
    // No step begins any more; is_idle() turns true when the current one has ended.
    void stop();
    bool is_idle() const noexcept { return !stepping_; }

private:
    void begin_step();
    task<> run_step();
    void pause();

    boost::asio::steady_timer timer_;
    std::string name_;
    std::chrono::milliseconds shortest_;
    std::chrono::milliseconds longest_;
    std::chrono::milliseconds pause_;
    step repeat_;
    bool stepping_ = false;
    bool woken_ = false;
    bool stopping_ = true;
};

} // namespace kidevent::outbox
