#include "outbox/event_sink.hpp"

#include <algorithm>

namespace kidevent::outbox {

bool handler_sink::wants(const std::string& type) const noexcept {
    return std::any_of(kinds_.begin(), kinds_.end(),
                       [&type](event_kind each) { return type_of(each).name == type; });
}

task<send_outcome> handler_sink::send(std::span<const published_event> events,
                                      std::chrono::steady_clock::time_point until) {
    std::size_t accepted = 0;
    for (const published_event& each : events) {
        if (std::chrono::steady_clock::now() >= until) break;
        if (wants(each.type)) {
            std::string failed;
            try {
                auto handling = handle_(each);
                co_await handling;
            } catch (const std::exception& why) {
                failed = why.what();
                if (failed.empty()) failed = "failed";
            }
            if (!failed.empty()) co_return send_outcome{accepted, failed};
        }
        ++accepted;
    }
    co_return send_outcome{accepted, ""};
}

} // namespace kidevent::outbox
