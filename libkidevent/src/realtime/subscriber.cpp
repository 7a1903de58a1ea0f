#include "realtime/subscriber.hpp"

#include "realtime/hub.hpp"

#include <algorithm>
#include <utility>

namespace kidevent::realtime {

bool subscriber::hears(const message& told) const noexcept {
    if (!may_hear(told)) return false;
    return std::any_of(told.topics.begin(), told.topics.end(), [this](const topic& each) {
        return std::binary_search(person.topics.begin(), person.topics.end(), each);
    });
}

bool subscriber::may_hear(const message& told) const noexcept {
    if (!told.for_staff_only) return true;
    return person.who.may(permission::events_read) && told.of && person.who.may_reach(*told.of);
}

void subscriber::serve() {
    if (!waiting || (backlog.empty() && !ending)) return;
    const auto deliver = std::exchange(waiting, nullptr);
    if (backlog.empty()) return deliver(std::nullopt);
    // Everything that waits leaves in one write.
    std::string piece;
    for (const auto& each : std::exchange(backlog, {}))
        piece += *each;
    deliver(std::move(piece));
}

subscriber_stream::~subscriber_stream() {
    of_->waiting = nullptr;
    of_->backlog.clear();
    if (of_->in) of_->in->forget(*of_);
}

void subscriber_stream::next(on_chunk deliver) {
    of_->waiting = std::move(deliver);
    const subscriber_ptr held = of_; // answering may destroy this stream
    held->serve();
}

} // namespace kidevent::realtime
