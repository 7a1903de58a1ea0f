#include "supervisor.hpp"

#include "telemetry/log.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace kidevent::host {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds tick_every{50};
// Beyond drain_timeout, before workers that still live are killed.
constexpr std::chrono::seconds drain_grace{5};

std::int64_t processor_count() { return static_cast<std::int64_t>(std::thread::hardware_concurrency()); }

std::string status_socket_of(const fastcgi_settings& from) {
    return from.status_socket.empty() ? from.socket_directory + "/status.sock" : from.status_socket;
}

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

} // namespace

supervisor::supervisor(std::string executable, std::string config_path, load_settings load)
    : load_(std::move(load)),
      context_{std::move(executable), std::move(config_path), load_().fastcgi, {}, make_shared_memory(), {}},
      generations_(context_.shared.generations),
      signals_(loop_, SIGTERM, SIGINT, SIGQUIT),
      timer_(loop_) {
    for (const int number : {SIGHUP, SIGUSR2, SIGCHLD})
        signals_.add(number);
    const auto wanted = list_seats(context_.fastcgi, processor_count());
    prepare_directory();
    lock_directory();
    for (const auto& entry : fs::directory_iterator(context_.fastcgi.socket_directory))
        if (entry.is_socket()) fs::remove(entry.path()); // of a master that is gone
    status_page_ = std::make_unique<status_page>(
        loop_, status_socket_of(context_.fastcgi), context_.fastcgi.socket_group,
        status_page::content{[this] { return list_status(); },
                             [this] { return context_.metrics.text(list_status(), context_.fastcgi); }},
        context_.fastcgi.metrics_address);
    for (const auto& name : wanted)
        seats_.emplace(name, std::make_unique<seat>(context_, name));
}

supervisor::~supervisor() {
    if (lock_descriptor_ < 0) return;
    ::unlink(lock_path_.c_str());
    ::close(lock_descriptor_);
}

void supervisor::prepare_directory() {
    const auto& directory = context_.fastcgi.socket_directory;
    std::error_code failure;
    fs::create_directories(directory, failure);
    if (failure) throw std::runtime_error("fastcgi.socket_directory " + directory + ": " + failure.message());
    const auto& group = context_.fastcgi.socket_group;
    const auto owning_group = group.empty() ? static_cast<unsigned>(-1) : group_id(group);
    if (::chown(directory.c_str(), static_cast<unsigned>(-1), owning_group) != 0
        || ::chmod(directory.c_str(), S_IRWXU | S_IRGRP | S_IXGRP) != 0)
        throw std::system_error(errno, std::generic_category(), "fastcgi.socket_directory " + directory);
}

// Two masters would take each other's sockets away. The file also tells the master's process id.
void supervisor::lock_directory() {
    lock_path_ = context_.fastcgi.socket_directory + "/kidevent-fcgi.pid";
    const int descriptor =
        ::open(lock_path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR | S_IRGRP);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), lock_path_);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor);
        throw std::runtime_error("another kidevent-fcgi runs in " + context_.fastcgi.socket_directory
                                 + " (its process id is in " + lock_path_ + ")");
    }
    lock_descriptor_ = descriptor;
    const auto pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor, 0) != 0 || ::write(descriptor, pid.data(), pid.size()) < 0)
        throw std::system_error(errno, std::generic_category(), lock_path_);
}

int supervisor::run() {
    log::info("master started",
              {{"pid", ::getpid()}, {"workers", seats_.size()}, {"program", context_.executable}});
    wait_for_signal();
    for (auto& [name, one] : seats_)
        one->start();
    tick();
    loop_.run();
    log::info("master ended", {{"pid", ::getpid()}});
    return 0;
}

void supervisor::wait_for_signal() {
    signals_.async_wait([this](boost::system::error_code failure, int number) {
        if (failure) return;
        on_signal(number);
        wait_for_signal();
    });
}

void supervisor::on_signal(int number) {
    switch (number) {
    case SIGCHLD: return reap();
    case SIGHUP:
    case SIGUSR2: return begin_reload();
    default: break;
    }
    if (!stopping_) return begin_shutdown();
    log::warn("second signal: ending at once", {{"signal", number}});
    for (const auto& [name, one] : seats_)
        one->signal_all(SIGKILL);
    for (const auto& one : leaving_)
        one->signal_all(SIGKILL);
}

void supervisor::reap() {
    int status = 0;
    struct rusage used {};
    for (pid_t pid = 0; (pid = ::wait4(-1, &status, WNOHANG, &used)) > 0;) {
        // It may have committed a change and died before it could tell the others.
        generations_.bump_all();
        const double cpu_seconds = seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
        bool known = false;
        for (auto& [name, one] : seats_)
            known = known || one->on_exit(pid, status, cpu_seconds);
        for (auto& one : leaving_)
            known = known || one->on_exit(pid, status, cpu_seconds);
    }
}

void supervisor::tick() {
    const auto now = clock::now();
    for (auto& [name, one] : seats_)
        one->tick(now);
    if (reload_) check_reload(now);
    std::erase_if(leaving_, [](const auto& one) { return one->is_empty(); });
    if (!announced_ready_ && !stopping_) {
        const auto is_ready = [](const auto& entry) { return entry.second->has_ready_worker(); };
        announced_ready_ = std::all_of(seats_.begin(), seats_.end(), is_ready);
        if (announced_ready_) {
            context_.metrics.deployed();
            log::info("all workers ready", {{"workers", seats_.size()}});
        }
    }
    if (stopping_ && now > kill_at_) {
        for (const auto& [name, one] : seats_)
            one->signal_all(SIGKILL);
        for (const auto& one : leaving_)
            one->signal_all(SIGKILL);
    }
    if (is_over()) return loop_.stop();
    timer_.expires_after(tick_every);
    timer_.async_wait([this](boost::system::error_code failure) {
        if (!failure) tick();
    });
}

bool supervisor::is_over() {
    const auto is_empty = [](const auto& entry) { return entry.second->is_empty(); };
    return stopping_ && leaving_.empty() && std::all_of(seats_.begin(), seats_.end(), is_empty);
}

void supervisor::begin_reload() {
    if (stopping_) return;
    if (reload_) {
        reload_again_ = true;
        return;
    }
    log::info("reload begins", {{"pid", ::getpid()}});
    reload next{context_.fastcgi, {}, clock::now() + seat::start_timeout};
    try {
        auto loaded = load_().fastcgi;
        if (loaded.socket_directory != context_.fastcgi.socket_directory
            || status_socket_of(loaded) != status_socket_of(context_.fastcgi)
            || loaded.metrics_address != context_.fastcgi.metrics_address)
            throw std::runtime_error("fastcgi.socket_directory, fastcgi.status_socket and "
                                     "fastcgi.metrics_address need a restart");
        next.wanted = list_seats(loaded, processor_count());
        context_.fastcgi = std::move(loaded);
    } catch (const std::exception& failure) {
        context_.metrics.count_reload(false);
        log::error("reload failed, the workers stay as they are", {{"reason", failure.what()}});
        return;
    }
    for (const auto& name : next.wanted) {
        auto& one = seats_[name];
        if (!one) one = std::make_unique<seat>(context_, name);
        one->start_successor();
    }
    reload_ = std::move(next);
}

void supervisor::check_reload(clock::time_point now) {
    bool all_ready = true;
    for (const auto& name : reload_->wanted) {
        const auto& one = *seats_.at(name);
        if (one.successor_failed()) return finish_reload(false, "a new worker died: " + name.socket());
        all_ready = all_ready && one.successor_is_ready();
    }
    if (all_ready)
        finish_reload(true, "");
    else if (now > reload_->deadline)
        finish_reload(false, "a new worker is not ready in time");
}

void supervisor::finish_reload(bool succeeded, const std::string& why) {
    const auto wanted = std::exchange(reload_, std::nullopt);
    if (!succeeded) context_.fastcgi = wanted->before;
    for (auto one = seats_.begin(); one != seats_.end();) {
        const auto& names = wanted->wanted;
        const bool is_wanted = std::find(names.begin(), names.end(), one->first) != names.end();
        if (is_wanted && succeeded) one->second->commit();
        if (is_wanted && !succeeded) one->second->rollback();
        // A seat that the new settings do not have, or one that only they would have had.
        const bool leaves = succeeded ? !is_wanted : !one->second->is_kept_running();
        if (!leaves) {
            ++one;
            continue;
        }
        one->second->drain();
        leaving_.push_back(std::move(one->second));
        one = seats_.erase(one);
    }
    context_.metrics.count_reload(succeeded);
    if (succeeded)
        log::info("reload done", {{"workers", seats_.size()}});
    else
        log::error("reload failed, the old workers stay", {{"reason", why}});
    if (std::exchange(reload_again_, false)) begin_reload();
}

void supervisor::begin_shutdown() {
    log::info("master drains", {{"pid", ::getpid()}});
    stopping_ = true;
    reload_.reset();
    kill_at_ = clock::now() + context_.fastcgi.drain_timeout + drain_grace;
    for (auto& [name, one] : seats_)
        one->drain();
}

std::vector<seat_status> supervisor::list_status() const {
    std::vector<seat_status> all;
    for (const auto& [name, one] : seats_)
        one->append_status(all);
    for (const auto& one : leaving_)
        one->append_status(all);
    return all;
}

} // namespace kidevent::host
