#pragma once
// Who may be worked on now: requests in flight in this worker, all of them and per tenant. What does not fit
// waits in bounded queues; room that becomes free goes to the tenant that has used the least, weighed by its
// plan, so a tenant that floods the worker waits behind itself and not before the others. Used by the request
// pipeline, on the thread of the event loop.

#include "core/result.hpp"
#include "core/spans.hpp"
#include "core/uuid.hpp"

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace kidevent::http {

// What one tenant may take of one worker; from its plan.
struct tenant_share {
    int weight = 10;             // 1 to 1000: twice the weight is served twice as often when it is tight
    int in_flight_max = 32;      // requests at once
    int waiting_max = 128;       // requests that may wait; more are refused
    int requests_per_second = 0; // counted by request_limits; 0: no limit
    int requests_burst = 0;      // at once, before requests_per_second counts
    int database_milliseconds_per_second = 0; // time that PostgreSQL works for it; 0: no limit
};

// Urgent is what completes something begun (a registration, a cancellation, a sign-out) and the platform's
// own work.
enum class urgency { usual, urgent };

struct admission_stats {
    std::size_t in_flight;
    std::size_t waiting;
    std::uint64_t admitted;         // since the start
    std::uint64_t refused_overload; // queue full or waited too long: 503
    std::uint64_t refused_plan;     // over the plan's database time: 429
};

class admission {
public:
    using instant = std::chrono::steady_clock::time_point;

    struct limits {
        std::size_t in_flight_max; // of the worker
        std::size_t reserved;      // of those, kept for urgent requests
        std::size_t waiting_max;   // of the worker
        std::chrono::milliseconds wait;
    };

private:
    struct account;

public:
    // A request's place; giving it up lets the next one in.
    class place {
    public:
        place(admission& in, account& of) noexcept : in_(&in), of_(&of) {}
        place(place&& other) noexcept : in_(std::exchange(other.in_, nullptr)), of_(other.of_) {}
        place& operator=(place&&) = delete;
        ~place() {
            if (in_) in_->leave(*of_);
        }

    private:
        admission* in_;
        account* of_;
    };

    // co_await: a place, or too_many_requests or overloaded with the seconds after which to try again. Does
    // not suspend when there is room.
    class entrance {
    public:
        entrance(admission& in, account& of, urgency how) noexcept : in_(in), of_(of), how_(how) {}
        bool await_ready() { return in_.try_enter(*this); }
        void await_suspend(std::coroutine_handle<> waiting) {
            waited_.suspend("admission");
            in_.wait(*this, waiting);
        }
        result<place> await_resume();

    private:
        friend class admission;
        admission& in_;
        account& of_;
        urgency how_;
        std::optional<refusal> refused_;
        std::coroutine_handle<> waiter_;
        instant deadline_;
        awaited_span waited_;
    };

    // `resume_later` brings a waiter back through the event loop; `now` gives the time.
    admission(limits with, std::function<void(std::coroutine_handle<>)> resume_later,
              std::function<instant()> now);
    ~admission();
    admission(const admission&) = delete;
    admission& operator=(const admission&) = delete;

    // `share` counts from now on: a changed plan is effective with the tenant's next request.
    entrance enter(tenant_id of, const tenant_share& share, urgency how);
    // PostgreSQL worked that long for the tenant.
    void charge(tenant_id of, std::chrono::microseconds used);
    // Refuses everybody who waits and everybody who comes; at the end.
    void close();
    // Refuses those who have waited too long. To be called about ten times a second.
    void sweep();

    admission_stats stats() const noexcept;

private:
    struct account {
        tenant_share share;
        std::size_t in_flight = 0;
        std::deque<entrance*> urgent; // they live in suspended coroutines
        std::deque<entrance*> usual;
        double served = 0;      // virtual time: cost divided by weight
        double database_ms = 0; // budget left; negative when overdrawn
        instant refilled{};

        std::size_t waiting() const noexcept { return urgent.size() + usual.size(); }
        bool has_room() const noexcept { return in_flight < static_cast<std::size_t>(share.in_flight_max); }
    };

    account& account_of(tenant_id id, const tenant_share& share);
    void refill(account& of, instant now) const;
    std::optional<refusal> refuse_over_plan(account& of, instant now) const;
    bool has_room(urgency how) const noexcept;
    bool try_enter(entrance& wanted);
    void wait(entrance& wanted, std::coroutine_handle<> waiting);
    void admit(account& of);
    void leave(account& of);
    void let_in();
    account* next_to_serve(urgency how);
    void forget_idle();
    entrance* take_front(account& of, std::deque<entrance*>& queue);
    void refuse_front(account& of, std::deque<entrance*>& queue);

    limits limits_;
    std::function<void(std::coroutine_handle<>)> resume_later_;
    std::function<instant()> now_;
    std::map<tenant_id, account> accounts_; // nodes stay where they are
    std::vector<account*> hungry_;          // those with somebody waiting
    std::size_t in_flight_ = 0;
    std::size_t waiting_ = 0;
    bool closed_ = false;
    double served_ = 0; // virtual time of whoever was let in last
    admission_stats totals_{};
};

} // namespace kidevent::http
