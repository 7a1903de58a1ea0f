#include "child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <string_view>
#include <sys/prctl.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace kidevent::host {
namespace {

constexpr int exit_cannot_execute = 127;

[[noreturn]] void give_up(std::string_view why) {
    [[maybe_unused]] const auto ignored = ::write(STDERR_FILENO, why.data(), why.size());
    ::_exit(exit_cannot_execute);
}

// Between fork and exec: system calls only.
[[noreturn]] void become_worker(const worker_start& with, const char* const* arguments, pid_t master) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != master) ::_exit(0); // it died before the line above
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    // Moved out of the way first, so that neither lands on the other.
    const int listener = ::fcntl(with.listener_descriptor, F_DUPFD, 10);
    const int scoreboard = ::fcntl(with.scoreboard_descriptor, F_DUPFD, 10);
    if (::dup2(listener, worker_listener_descriptor) < 0
        || ::dup2(scoreboard, worker_scoreboard_descriptor) < 0)
        give_up("a worker's descriptors cannot be set up\n");
    ::close_range(worker_scoreboard_descriptor + 1, ~0U, 0);
    ::execv(with.executable.c_str(), const_cast<char* const*>(arguments));
    give_up("the worker's program cannot be executed\n");
}

} // namespace

pid_t start_worker(const worker_start& with) {
    const auto index = std::to_string(with.seat.index);
    const auto slot = std::to_string(with.slot);
    const std::array<const char*, 11> arguments = {with.executable.c_str(),
                                                   "--config",
                                                   with.config_path.c_str(),
                                                   "--worker",
                                                   "--pool",
                                                   with.seat.pool.c_str(),
                                                   "--index",
                                                   index.c_str(),
                                                   "--slot",
                                                   slot.c_str(),
                                                   nullptr};
    const auto master = ::getpid();
    const auto pid = ::fork();
    if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid == 0) become_worker(with, arguments.data(), master);
    return pid;
}

} // namespace kidevent::host
