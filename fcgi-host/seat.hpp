#pragma once
// One worker's place: its socket and the processes that serve it, which are one, or two during a
// reload, and those that still drain. Keeps a worker alive with a growing delay between attempts.
// Owned by the supervisor and driven by its tick and by exits of child processes.

#include "child_process.hpp"
#include "listener.hpp"
#include "master_metrics.hpp"
#include "pool.hpp"
#include "scoreboard.hpp"

#include <kidevent/settings.hpp>
#include <kidevent/shared_memory.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kidevent::host {

// What all seats share; owned by the supervisor and outlives them.
struct host_context {
    std::string executable;
    std::string config_path;
    fastcgi_settings fastcgi;
    scoreboard scores;
    shared_memory shared;
    master_metrics metrics;
};

// One line of the status page.
struct seat_status {
    seat_name seat;
    pid_t pid = 0;                             // 0: no process
    std::string state;                         // starting, idle, active, draining, dead
    const fastcgi::traffic* traffic = nullptr; // nullptr: no process
    std::int64_t queue = -1;                   // connections waiting on the socket; -1: not known
    bool published = false;                    // the socket has its public name
    std::uint64_t restarts = 0;
    std::chrono::seconds uptime{0};
};

class seat {
public:
    using clock = std::chrono::steady_clock;

    // A worker that takes longer than this to become ready is killed.
    static constexpr std::chrono::seconds start_timeout{60};

    seat(host_context& context, seat_name name);
    ~seat();
    seat(const seat&) = delete;
    seat& operator=(const seat&) = delete;

    const seat_name& name() const noexcept { return name_; }

    // Starts a worker now and keeps one running from then on.
    void start();

    // Reload: a successor is started beside the worker; it takes over with commit(), or is drained
    // with rollback(). Until then the worker goes on.
    void start_successor();
    bool successor_is_ready() const noexcept { return successor_ && successor_->ready; }
    bool successor_failed() const noexcept { return successor_failed_; }
    void commit();
    void rollback();

    // Ends service here: the socket's name goes away, the processes finish what they have.
    void drain();
    // Sends every process of this seat a signal.
    void signal_all(int number) const;

    // Looks for workers that became ready, are overdue or have to be started again.
    void tick(clock::time_point now);
    // True when the process was one of this seat's.
    bool on_exit(pid_t pid, int wait_status, double cpu_seconds);

    bool has_ready_worker() const noexcept { return current_ && current_->ready; }
    // Between start() or commit() and drain().
    bool is_kept_running() const noexcept { return keeps_running_; }
    bool is_empty() const noexcept { return !current_ && !successor_ && draining_.empty(); }
    void append_status(std::vector<seat_status>& to) const;

private:
    struct process {
        pid_t pid = 0;
        std::size_t slot = 0;
        clock::time_point started;
        bool ready = false;
    };

    std::optional<process> spawn();
    void drain_process(std::optional<process>& one);
    void check_progress(std::optional<process>& one, clock::time_point now);
    void on_current_exit(const process& dead, clock::time_point now);
    void log_exit(const process& dead, int wait_status, bool expected) const;
    seat_status status_of(const process& one) const;

    host_context& context_;
    seat_name name_;
    std::unique_ptr<listener> listener_;
    std::optional<process> current_;
    std::optional<process> successor_;
    std::vector<process> draining_;
    bool keeps_running_ = false;
    bool successor_failed_ = false;
    std::uint64_t restarts_ = 0;
    int quick_deaths_ = 0; // in a row
    clock::time_point start_again_at_{};
    clock::time_point unserved_since_{};
};

} // namespace kidevent::host
