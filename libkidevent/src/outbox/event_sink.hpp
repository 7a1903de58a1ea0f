#pragma once
// Where events go. A sink has a name under which PostgreSQL remembers how far it got, so that one that fails
// neither holds up the others nor gets again what it has accepted. Implemented here and above; fed by the
// relay.

#include "core/task.hpp"
#include "outbox/event_types.hpp"
#include "outbox/published_event.hpp"

#include <chrono>
#include <functional>
#include <span>

namespace kidevent::outbox {

struct send_outcome {
    std::size_t accepted; // of the events, from the first on
    std::string error{};  // why it stopped before the last one; "" when it ran out of time or did not stop
};

class event_sink {
public:
    virtual ~event_sink() = default;

    // Never changes: it is the key of the sink's progress.
    virtual const std::string& name() const noexcept = 0;
    // Hands the events over in their order. Stops before an event when `until` has passed: the events may be
    // somebody else's soon. What it throws counts as an error at the first event.
    virtual task<send_outcome> send(std::span<const published_event> events,
                                    std::chrono::steady_clock::time_point until) = 0;
    // The program ends: what is under way ends soon, in whatever way. No send() follows.
    virtual void give_up() noexcept {}
};

// A sink that takes one event at a time.
class single_event_sink : public event_sink {
public:
    task<send_outcome> send(std::span<const published_event> events,
                            std::chrono::steady_clock::time_point until) final;

private:
    // Also what is none of its business. It must bear being given an event twice. What it throws is the error
    // at this event.
    virtual task<> accept(const published_event& happened) = 0;
};

// Calls a function of this program for some kinds of events. It must bear being called twice for the same
// one.
class handler_sink : public single_event_sink {
public:
    using handler = std::function<task<>(const published_event&)>;

    handler_sink(std::string name, std::vector<event_kind> kinds, handler handle)
        : name_(std::move(name)), kinds_(std::move(kinds)), handle_(std::move(handle)) {}

    const std::string& name() const noexcept override { return name_; }

private:
    task<> accept(const published_event& happened) override;
    bool wants(const std::string& type) const noexcept;

    std::string name_;
    std::vector<event_kind> kinds_;
    handler handle_;
};

} // namespace kidevent::outbox
