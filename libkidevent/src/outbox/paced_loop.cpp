#include "outbox/paced_loop.hpp"

#include "telemetry/log.hpp"

namespace kidevent::outbox {

paced_loop::paced_loop(boost::asio::io_context& loop, std::string name, std::chrono::milliseconds shortest,
                       std::chrono::milliseconds longest, step repeat)
    : timer_(loop),
      name_(std::move(name)),
      shortest_(shortest),
      longest_(longest),
      pause_(shortest),
      repeat_(std::move(repeat)) {}

void paced_loop::start() {
    if (!stopping_) return;
    stopping_ = false;
    wake();
}

void paced_loop::wake() {
    woken_ = true;
    if (stopping_ || stepping_) return;
    timer_.expires_after(std::chrono::milliseconds{0});
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) begin_step();
    });
}

void paced_loop::stop() {
    stopping_ = true;
    timer_.cancel();
}

void paced_loop::begin_step() {
    if (stopping_ || stepping_) return;
    stepping_ = true;
    woken_ = false;
    detach(run_step());
}

task<> paced_loop::run_step() {
    bool more = false;
    bool failed = false;
    try {
        auto stepping = repeat_();
        more = co_await stepping;
    } catch (const std::exception& why) {
        failed = true;
        log::warn("a step of background work failed",
                  {{"kidevent.work", name_}, {"exception.message", std::string_view{why.what()}}});
    }
    stepping_ = false;
    if (stopping_) co_return;
    if (failed) {
        pause_ = longest_;
        woken_ = false;
    }
    if (more || woken_) {
        pause_ = shortest_;
        wake();
    } else {
        pause();
    }
}

void paced_loop::pause() {
    timer_.expires_after(pause_);
    pause_ = std::min(pause_ * 2, longest_);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) begin_step();
    });
}

} // namespace kidevent::outbox
