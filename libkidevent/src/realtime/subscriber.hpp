#pragma once
// One open stream: what waits to be sent, and whoever asks for it. A plain object without a coroutine or a
// timer: an idle stream costs its memory and nothing else. Made by the hub.

#include "realtime/message.hpp"

#include <kidevent/response.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace kidevent::realtime {

class hub;

// Who hears what; fixed when the stream was opened.
struct audience_member {
    tenant_id at;
    std::vector<topic> topics; // sorted
    actor who;
    std::string login_token; // "" without a login
    std::string address;     // textual IP
};

struct subscriber {
    using instant = std::chrono::steady_clock::time_point;

    audience_member person;
    hub* in = nullptr; // null once the hub let go of it, or never had it
    bool joined = false;
    bool ending = false; // ends when the backlog was sent
    bool queued = false; // in the hub's list of those to be served
    std::uint64_t last_offered = 0;
    instant checked_at{}; // when `who` was last known to be so
    std::vector<shared_text> backlog;
    body_stream::on_chunk waiting; // the reader's question; empty while it is busy

    bool hears(const message& told) const noexcept;
    // Whether it may hear of it when a topic of its own is about it.
    bool may_hear(const message& told) const noexcept;
    // Answers the question when there is something to say.
    void serve();
};

using subscriber_ptr = std::shared_ptr<subscriber>;

// The subscriber as a transport sees it. Destroying it ends the subscription.
class subscriber_stream final : public body_stream {
public:
    explicit subscriber_stream(subscriber_ptr of) : of_(std::move(of)) {}
    ~subscriber_stream() override;
    subscriber_stream(const subscriber_stream&) = delete;
    subscriber_stream& operator=(const subscriber_stream&) = delete;
    void next(on_chunk deliver) override;

private:
    subscriber_ptr of_;
};

} // namespace kidevent::realtime
