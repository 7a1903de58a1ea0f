#pragma once
// What /readyz asks: named checks that the parts of the platform add. A check that passed is believed for a
// second, so that probes cannot load what they look at; one that does not end in time has failed. What is
// answered is a name and whether it passed, nothing else. On the thread of the event loop.

#include "core/spans.hpp"
#include "core/task.hpp"

#include <chrono>
#include <coroutine>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::telemetry {

struct health_verdict {
    std::string name;
    bool passed;
    bool is_vital = true;
};

class health_checks {
public:
    using clock = std::chrono::steady_clock;
    // Asks; an exception is a failure.
    using check = std::function<task<bool>()>;
    // Looks without asking: false when the part is known to be down. It is called for each probe.
    using glance = std::function<bool()>;
    // Calls the function once, after the time given.
    using call_after = std::function<void(std::chrono::milliseconds, std::function<void()>)>;

    static constexpr std::chrono::milliseconds passed_for{1000};
    static constexpr std::chrono::milliseconds failed_for{100};
    static constexpr std::chrono::milliseconds answers_within{1000};

    explicit health_checks(call_after later) : later_(std::move(later)) {}

    void add(std::string name, check ask, glance look = nullptr);
    // Of something without which requests are answered, only slower: told, and never a reason to fail.
    void add_minor(std::string name, check ask, glance look = nullptr);
    // Of all checks but those excluded; returns within answers_within.
    task<std::vector<health_verdict>> run(std::vector<std::string> excluded);
    // Who waits is answered now, with what is known.
    void give_up();

private:
    struct entry {
        std::string name;
        check ask;
        glance look;
        bool is_vital = true;
        bool passed = false;
        bool running = false;
        clock::time_point known_at{};
    };
    // co_await: until no check is running, or give_up().
    struct round {
        health_checks& of;
        awaited_span waited{};
        bool await_ready() const noexcept { return !of.is_running(); }
        void await_suspend(std::coroutine_handle<> waiting) {
            waited.suspend("health checks");
            of.waiting_.push_back(waiting);
        }
        void await_resume() noexcept { waited.resume(); }
    };

    static bool is_known(const entry& of, clock::time_point now) noexcept;
    static task<bool> ask_safely(check ask);
    task<> begin(std::size_t index);
    bool is_running() const noexcept;

    call_after later_;
    std::vector<entry> entries_;
    std::vector<std::coroutine_handle<>> waiting_;
    bool limit_set_ = false;
};

// What ?exclude=a&exclude=b names, and whether ?verbose is there. Anything else is ignored.
struct health_query {
    std::vector<std::string> excluded;
    bool verbose = false;
};
health_query parse_health_query(std::string_view text);

// Whether all checks passed but those that do not matter that much.
bool is_healthy(const std::vector<health_verdict>& verdicts) noexcept;

// "ok\n" or "failed: a, b\n"; verbose: a line for each check, also for one that is degraded.
std::string health_text(const std::vector<health_verdict>& verdicts, bool verbose);

} // namespace kidevent::telemetry
