#include "seat.hpp"

#include "telemetry/log.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <sys/wait.h>
#include <utility>

namespace kidevent::host {
namespace {

using std::chrono::milliseconds;

// A worker that lived shorter than this died of the installation, not of one request.
constexpr std::chrono::seconds quick_death{10};
// How long connections may wait in the socket's queue for a worker that is being replaced.
constexpr milliseconds unserved_max{1000};
constexpr milliseconds first_delay{100};

// The first death is answered at once, each further quick one doubles the delay.
milliseconds start_delay(int quick_deaths, milliseconds delay_max) {
    if (quick_deaths < 2) return milliseconds(0);
    return std::min(first_delay * (1 << std::min(quick_deaths - 2, 16)), delay_max);
}

} // namespace

seat::seat(host_context& context, seat_name name) : context_(context), name_(std::move(name)) {}

seat::~seat() = default;

std::optional<seat::process> seat::spawn() {
    std::optional<std::size_t> slot;
    try {
        const auto& fastcgi = context_.fastcgi;
        if (!listener_)
            listener_ = std::make_unique<listener>(fastcgi.socket_directory, name_.socket(),
                                                   static_cast<int>(fastcgi.backlog), fastcgi.socket_group);
        slot = context_.scores.claim();
        if (!slot) throw std::runtime_error("all slots of the scoreboard are taken");
        context_.metrics.open(*slot);
        process made;
        made.slot = *slot;
        made.started = clock::now();
        made.pid = start_worker({context_.executable,
                                 context_.config_path,
                                 name_,
                                 *slot,
                                 {listener_->descriptor(), context_.scores.descriptor(),
                                  context_.shared.generations->descriptor(), context_.metrics.descriptor()}});
        log::info("worker started", {{"pool", name_.pool}, {"worker", name_.index}, {"pid", made.pid}});
        return made;
    } catch (const std::exception& failure) {
        if (slot) context_.scores.release(*slot);
        log::error("worker cannot be started",
                   {{"pool", name_.pool}, {"worker", name_.index}, {"reason", failure.what()}});
        return std::nullopt;
    }
}

void seat::start() {
    keeps_running_ = true;
    current_ = spawn();
    if (!current_) on_current_exit({}, clock::now());
}

void seat::start_successor() {
    successor_failed_ = false;
    successor_ = spawn();
    successor_failed_ = !successor_;
}

void seat::commit() {
    keeps_running_ = true;
    drain_process(current_);
    current_ = std::exchange(successor_, std::nullopt);
    quick_deaths_ = 0;
}

void seat::rollback() {
    if (keeps_running_ && !current_ && successor_) current_ = std::exchange(successor_, std::nullopt);
    drain_process(successor_);
}

void seat::drain() {
    keeps_running_ = false;
    drain_process(successor_);
    drain_process(current_);
    listener_.reset();
}

void seat::drain_process(std::optional<process>& one) {
    if (!one) return;
    ::kill(one->pid, SIGTERM);
    log::info("worker drains", {{"pool", name_.pool}, {"worker", name_.index}, {"pid", one->pid}});
    draining_.push_back(*std::exchange(one, std::nullopt));
}

void seat::signal_all(int number) const {
    if (current_) ::kill(current_->pid, number);
    if (successor_) ::kill(successor_->pid, number);
    for (const auto& one : draining_)
        ::kill(one.pid, number);
}

void seat::check_progress(std::optional<process>& one, clock::time_point now) {
    if (!one || one->ready) return;
    if (context_.scores.at(one->slot).state == worker_state::ready) {
        one->ready = true;
        if (listener_ && !listener_->publish())
            log::error("socket cannot be published", {{"pool", name_.pool}, {"worker", name_.index}});
        log::info("worker ready", {{"pool", name_.pool}, {"worker", name_.index}, {"pid", one->pid}});
    } else if (now - one->started > start_timeout) {
        log::error("worker is not ready in time and killed",
                   {{"pool", name_.pool}, {"worker", name_.index}, {"pid", one->pid}});
        ::kill(one->pid, SIGKILL);
        one->started = now; // once is enough; its exit is on the way
    }
}

void seat::tick(clock::time_point now) {
    check_progress(current_, now);
    check_progress(successor_, now);
    if (!keeps_running_) return;
    const bool served = has_ready_worker() || successor_is_ready();
    if (!served && listener_ && listener_->published() && now - unserved_since_ > unserved_max) {
        listener_->withdraw();
        log::warn("socket withdrawn until a worker is ready",
                  {{"pool", name_.pool}, {"worker", name_.index}});
    }
    if (current_ || successor_ || now < start_again_at_) return;
    ++restarts_;
    current_ = spawn();
    if (!current_) on_current_exit({}, now);
}

bool seat::on_exit(pid_t pid, int wait_status, double cpu_seconds) {
    const auto is_it = [pid](const process& one) { return one.pid == pid; };
    const auto now = clock::now();
    process dead;
    if (current_ && is_it(*current_)) {
        dead = *std::exchange(current_, std::nullopt);
        log_exit(dead, wait_status, false);
        on_current_exit(dead, now);
    } else if (successor_ && is_it(*successor_)) {
        dead = *std::exchange(successor_, std::nullopt);
        successor_failed_ = true;
        log_exit(dead, wait_status, false);
        if (!current_) on_current_exit(dead, now);
    } else {
        const auto found = std::find_if(draining_.begin(), draining_.end(), is_it);
        if (found == draining_.end()) return false;
        dead = *found;
        draining_.erase(found);
        log_exit(dead, wait_status, true);
    }
    context_.metrics.close(dead.slot, name_.pool, context_.scores.at(dead.slot).traffic, cpu_seconds);
    context_.scores.release(dead.slot);
    return true;
}

void seat::on_current_exit(const process& dead, clock::time_point now) {
    unserved_since_ = now;
    const bool quick = !dead.ready || now - dead.started < quick_death;
    quick_deaths_ = quick ? quick_deaths_ + 1 : 0;
    const auto delay = start_delay(quick_deaths_, context_.fastcgi.respawn_delay_max);
    start_again_at_ = now + delay;
    if (!keeps_running_ || successor_) return;
    // Nobody will accept for a while. Closing the socket resets what waits in its queue, which nginx
    // then sends to another worker.
    if (delay > milliseconds(0) || (listener_ && !listener_->published())) listener_.reset();
    if (delay > milliseconds(0))
        log::warn("worker is started again later",
                  {{"pool", name_.pool}, {"worker", name_.index}, {"delay_ms", delay.count()}});
}

void seat::log_exit(const process& dead, int wait_status, bool expected) const {
    const bool by_signal = WIFSIGNALED(wait_status);
    const int code = by_signal ? WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
    // One that was still starting has no handler for SIGTERM yet.
    const bool clean = expected && code == (by_signal ? SIGTERM : 0);
    if (!clean) context_.metrics.count_death(name_.pool);
    const auto* how = by_signal ? "signal" : "exit_code";
    if (clean)
        log::info("worker ended", {{"pool", name_.pool}, {"worker", name_.index}, {"pid", dead.pid}});
    else
        log::warn("worker died",
                  {{"pool", name_.pool}, {"worker", name_.index}, {"pid", dead.pid}, {how, code}});
}

seat_status seat::status_of(const process& one) const {
    seat_status status;
    status.seat = name_;
    status.pid = one.pid;
    const auto& score = context_.scores.at(one.slot);
    status.traffic = &score.traffic;
    const bool busy = score.traffic.requests_active.load() != 0;
    status.state = score.state == worker_state::draining ? "draining"
                   : !one.ready                          ? "starting"
                   : busy                                ? "active"
                                                         : "idle";
    status.restarts = restarts_;
    status.uptime = std::chrono::duration_cast<std::chrono::seconds>(clock::now() - one.started);
    return status;
}

void seat::append_status(std::vector<seat_status>& to) const {
    const auto first = to.size();
    if (current_) to.push_back(status_of(*current_));
    if (successor_) to.push_back(status_of(*successor_));
    if (!current_ && !successor_ && keeps_running_) {
        seat_status dead;
        dead.seat = name_;
        dead.state = "dead";
        dead.restarts = restarts_;
        to.push_back(dead);
    }
    for (auto i = first; i < to.size(); ++i) {
        to[i].queue = listener_ ? listener_->queue_length() : -1;
        to[i].published = listener_ && listener_->published();
    }
    for (const auto& one : draining_) {
        to.push_back(status_of(one));
        to.back().state = "draining";
    }
}

} // namespace kidevent::host
