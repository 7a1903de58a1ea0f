#pragma once
// Runs what the queue holds: claims jobs in batches, calls their handlers side by side, and says to the queue
// how each of them ended. One in each process of a pool that serves `jobs`, on the loop of its platform.

#include "background_part.hpp"
#include "jobs/job_claims.hpp"
#include "jobs/job_figures.hpp"
#include "jobs/schedule.hpp"

#include <boost/asio/steady_timer.hpp>

#include <coroutine>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace kidevent::jobs {

class job_runner final : public background_part {
public:
    // Where a process may die; told to on_step, for tests.
    enum class step { before_claim, after_claim, after_handler, after_finish };

    // All must outlive it.
    job_runner(boost::asio::io_context& loop, const job_parts& with,
               std::span<const job_registration> handlers, std::span<const schedule> schedules);

    void start() override;
    void drain(std::function<void()> drained) override;
    void stop() noexcept override;

    // Looks into the queue now instead of at the next poll: something is known to have been enqueued.
    void wake() noexcept;

    // Fires the schedules and runs jobs until none is due and none runs. Instead of start(). Throws db_error.
    task<> run_due();

    int running() const noexcept { return static_cast<int>(running_.size()); }
    // By kind.
    const std::map<std::string, job_counters>& counters() const noexcept { return counters_; }

    std::function<void(step)> on_step;
    std::optional<std::chrono::milliseconds> timeout; // instead of the kinds' own, for tests

private:
    using steady = std::chrono::steady_clock;

    struct running_job {
        running_job(const claimed_job& of, std::optional<tenant_handle> at, const job_parts& with)
            : context(of, std::move(at), with) {}
        job_context context;
        const job_rule* rule = nullptr;
        steady::time_point since; // claimed; from its beginning on, begun
        steady::time_point deadline;
    };
    using running_ptr = std::shared_ptr<running_job>;

    // The statements of one round trip, and what to make of their answers.
    struct turn {
        std::vector<held_job> done;
        std::vector<ended_without_success> failed;
        std::vector<held_job> extended;
        bool sweeps = false;
        int wanted = 0;
        bool is_empty() const noexcept {
            return done.empty() && failed.empty() && extended.empty() && !sweeps && wanted == 0;
        }
    };

    // co_await: until the time has come or wake() is called.
    class pause {
    public:
        pause(job_runner& of, steady::time_point until) : of_(of), until_(until) {}
        bool await_ready() const noexcept;
        void await_suspend(std::coroutine_handle<> waiting);
        void await_resume() const noexcept {}

    private:
        job_runner& of_;
        steady::time_point until_;
    };

    task<> work();
    task<> round();
    task<> fire_schedules();
    task<> measure_queue();
    turn plan_turn(steady::time_point now);
    task<> take_turn(turn what);
    void read_claims(const db::result_set& found, steady::time_point now);
    void read_extended(const std::vector<held_job>& asked, const db::result_set& still);
    void end_overdue(steady::time_point now);
    void give_back(std::vector<running_ptr> jobs);
    void give_back_waiting(steady::time_point now);
    void begin_waiting();
    task<> run_one(running_ptr one);
    void end_without_success(const running_job& one, std::optional<std::string> error, bool again,
                             bool counted);
    void fail(const running_job& one, std::exception_ptr why);
    steady::time_point next_wake() const;
    bool is_idle() const noexcept {
        return running_.empty() && waiting_.empty() && done_.empty() && failed_.empty();
    }
    std::int64_t room() const noexcept {
        return settings_.concurrency + ahead_ - std::ssize(running_) - std::ssize(waiting_);
    }
    void tell(step reached) const {
        if (on_step) on_step(reached);
    }

    job_parts parts_;
    const jobs_settings& settings_;
    std::map<std::string_view, job_handler> handlers_;
    scheduler scheduler_;
    std::string holder_;
    boost::asio::steady_timer timer_;

    std::vector<running_ptr> running_;
    std::deque<running_ptr> waiting_; // claimed ahead
    std::int64_t ahead_ = 0;          // how many may wait: twice as many as were done quickly lately
    std::int64_t done_quickly_ = 0;   // since the last claim
    std::vector<held_job> done_;      // not told to the queue yet
    std::vector<ended_without_success> failed_;
    std::map<std::string, job_counters> counters_;
    job_figures figures_;
    std::optional<tenant_id> last_tenant_; // served last: the next claim begins after it

    int unreturned_ = 0;         // handlers that have not returned, whatever became of their jobs
    std::exception_ptr failure_; // of the last round
    bool beginning_ = false;     // inside begin_waiting()
    bool woken_ = false;
    bool draining_ = false;
    bool stopped_ = false;
    bool found_nothing_ = false; // the last claim
    std::chrono::milliseconds interval_{0};
    steady::time_point next_claim_{};
    steady::time_point next_extension_{};
    steady::time_point next_sweep_{};
    steady::time_point next_schedule_{};
    steady::time_point next_measure_{};
    steady::time_point retry_at_{}; // after the database failed
    steady::time_point drain_until_{};
    std::function<void()> drained_;
};

} // namespace kidevent::jobs
