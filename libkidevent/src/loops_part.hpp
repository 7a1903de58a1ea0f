#pragma once
// A background part made of loops that are told to stop and are idle some time later: the relay of events and
// the sender of webhooks. Used by services only.

#include "background_part.hpp"
#include "core/task.hpp"
#include "telemetry/log.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>

namespace kidevent {

template<class Loops> class loops_part final : public background_part {
public:
    // `at_the_end` is run once the loops are idle; what it throws is logged. `of` outlives this.
    loops_part(boost::asio::io_context& loop, Loops& of, std::function<task<>()> at_the_end = nullptr)
        : loops_(of), at_the_end_(std::move(at_the_end)), timer_(loop) {}

    void start() override { loops_.start(); }
    void drain(std::function<void()> drained) override {
        loops_.stop();
        drained_ = std::move(drained);
        wait();
    }
    void stop() noexcept override {
        loops_.stop();
        timer_.cancel();
    }

private:
    void wait() {
        if (loops_.is_idle()) {
            detach(end(*this));
            return;
        }
        timer_.expires_after(std::chrono::milliseconds{20});
        timer_.async_wait([this](const boost::system::error_code& cancelled) {
            if (!cancelled) wait();
        });
    }
    static task<> end(loops_part& of) {
        try {
            if (of.at_the_end_) {
                auto ending = of.at_the_end_();
                co_await ending;
            }
        } catch (const std::exception& failed) {
            log::warn("background work did not end in order", {{"detail", failed.what()}});
        }
        of.drained_();
    }

    Loops& loops_;
    std::function<task<>()> at_the_end_;
    boost::asio::steady_timer timer_;
    std::function<void()> drained_;
};

} // namespace kidevent
