#pragma once
// Something that a process does on its own beside answering requests: running jobs, relaying events. services
// owns all of them in one list and treats them alike.

#include <functional>

namespace kidevent {

class background_part {
public:
    virtual ~background_part() = default;

    // Begins; returns at once.
    virtual void start() = 0;
    // Takes nothing new, finishes what runs or gives it back, and calls `drained` once.
    virtual void drain(std::function<void()> drained) = 0;
    // Ends at once. What was under way hears of it when the database's connections close.
    virtual void stop() noexcept = 0;
};

} // namespace kidevent
