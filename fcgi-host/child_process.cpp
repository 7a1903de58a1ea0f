#include "child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <string_view>
#include <sys/prctl.h>
#include <system_error>
#include <unistd.h>

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
    // All are moved out of the way first, so that none lands on another.
    constexpr int out_of_the_way = 32;
    const auto first = static_cast<unsigned>(worker_listener_descriptor);
    const auto count = static_cast<unsigned>(with.inherited.size());
    std::array<int, out_of_the_way> moved{};
    for (unsigned i = 0; i < count; ++i)
        moved[i] = ::fcntl(with.inherited[i], F_DUPFD, out_of_the_way);
    for (unsigned i = 0; i < count; ++i)
        if (::dup2(moved[i], static_cast<int>(first + i)) < 0)
            give_up("a worker's descriptors cannot be set up\n");
    ::close_range(first + count, ~0U, 0);
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
