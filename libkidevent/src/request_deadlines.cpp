#include "request_deadlines.hpp"

#include <utility>

namespace kidevent {

request_deadlines::request_deadlines(boost::asio::io_context& loop, std::chrono::milliseconds limit,
                                     make_late_answer late)
    : limit_(limit), late_(std::move(late)), timer_(loop) {}

void request_deadlines::answer(pending& to, response with) {
    if (auto done = std::exchange(to.done, nullptr)) done(std::move(with));
}

platform::on_response request_deadlines::watch(std::string request_id, platform::on_response done) {
    auto what = std::make_shared<pending>(pending{std::move(request_id), std::move(done)});
    watched_.push_back({std::chrono::steady_clock::now() + limit_, what});
    if (!sweeping_) sweep_later();
    return [what](response made) { answer(*what, std::move(made)); };
}

void request_deadlines::stop() {
    timer_.cancel();
    sweeping_ = true;
}

void request_deadlines::sweep_later() {
    sweeping_ = true;
    timer_.expires_after(std::chrono::milliseconds{100});
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) sweep();
    });
}

void request_deadlines::sweep() {
    const auto now = std::chrono::steady_clock::now();
    while (!watched_.empty() && (!watched_.front().what->done || watched_.front().deadline < now)) {
        const auto first = watched_.front().what;
        watched_.pop_front();
        if (first->done) answer(*first, late_(first->request_id));
    }
    if (on_sweep) on_sweep();
    sweeping_ = false;
    if (!watched_.empty()) sweep_later();
}

} // namespace kidevent
