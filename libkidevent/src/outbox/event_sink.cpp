#include "outbox/event_sink.hpp"

#include <algorithm>

namespace kidevent::outbox {

task<send_outcome> single_event_sink::send(std::span<const published_event> events,
                                           std::chrono::steady_clock::time_point until) {
    std::size_t accepted = 0;
    std::string failed;
    while (accepted < events.size() && failed.empty() && std::chrono::steady_clock::now() < until) {
        try {
            auto accepting = accept(events[accepted]);
            co_await accepting;
            ++accepted;
        } catch (const std::exception& why) {
            failed = why.what();
            if (failed.empty()) failed = "failed";
        }
    }
    co_return send_outcome{accepted, failed};
}

bool handler_sink::wants(const std::string& type) const noexcept {
    return std::any_of(kinds_.begin(), kinds_.end(),
                       [&type](event_kind each) { return type_of(each).name == type; });
}

task<> handler_sink::accept(const published_event& happened) {
    if (!wants(happened.type)) co_return;
    auto handling = handle_(happened);
    co_await handling;
}

} // namespace kidevent::outbox
