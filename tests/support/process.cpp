#include "support/process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <utility>

namespace kidevent::tests {

namespace {

struct identity {
    uid_t user;
    gid_t group;
    std::vector<gid_t> groups;
};

std::optional<identity> find_identity(const std::string& user) {
    if (user.empty()) return std::nullopt;
    const passwd* const found = getpwnam(user.c_str());
    if (found == nullptr) throw std::runtime_error("there is no user '" + user + "'");
    identity as{found->pw_uid, found->pw_gid, std::vector<gid_t>(64)};
    int count = static_cast<int>(as.groups.size());
    getgrouplist(user.c_str(), as.group, as.groups.data(), &count);
    as.groups.resize(static_cast<std::size_t>(count));
    return as;
}

std::vector<std::string> environment_with(const process_options& with) {
    std::vector<std::string> all;
    const auto is_replaced = [&with](const std::string& entry) {
        for (const auto& [name, value] : with.environment)
            if (entry.starts_with(name + "=")) return true;
        return false;
    };
    for (char** each = environ; *each != nullptr; ++each)
        if (!is_replaced(*each)) all.emplace_back(*each);
    for (const auto& [name, value] : with.environment)
        all.push_back(name + "=" + value);
    return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (auto& text : texts)
        all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

std::string everything_in(int file) {
    std::string text;
    std::array<char, 4096> piece{};
    off_t at = 0;
    for (ssize_t got = 0; (got = pread(file, piece.data(), piece.size(), at)) > 0; at += got)
        text.append(piece.data(), static_cast<std::size_t>(got));
    return text;
}

struct child_setup {
    const identity* as;
    const char* directory;
    int output;
    int errors;
    int signal_when_orphaned;
};

// Between fork and exec: system calls only.
[[noreturn]] void become(const child_setup& setup, char** arguments, char** environment) {
    setsid();
    if (setup.as != nullptr
        && (setgroups(setup.as->groups.size(), setup.as->groups.data()) != 0 || setgid(setup.as->group) != 0
            || setuid(setup.as->user) != 0))
        _exit(126);
    // After the change of user, which would clear it.
    prctl(PR_SET_PDEATHSIG, setup.signal_when_orphaned);
    if (*setup.directory != '\0' && chdir(setup.directory) != 0) _exit(126);
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(setup.output, STDOUT_FILENO);
    dup2(setup.errors, STDERR_FILENO);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execvpe(arguments[0], arguments, environment);
    _exit(127);
}

} // namespace

process::process(const process_options& with) : name_(with.arguments.at(0)) {
    const auto as = find_identity(with.user);
    auto environment = environment_with(with);
    auto arguments = with.arguments;
    const auto argv = pointers_to(arguments);
    const auto envp = pointers_to(environment);
    output_ = with.output_file.empty()
                  ? memfd_create("stdout", MFD_CLOEXEC)
                  : open(with.output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    errors_ = with.output_file.empty() ? memfd_create("stderr", MFD_CLOEXEC) : dup(output_);
    if (output_ < 0 || errors_ < 0) throw std::runtime_error("no place for the output of " + name_);
    const child_setup setup{as ? &*as : nullptr, with.directory.c_str(), output_, errors_,
                            with.signal_when_orphaned};
    pid_ = fork();
    if (pid_ == 0) become(setup, const_cast<char**>(argv.data()), const_cast<char**>(envp.data()));
    if (pid_ < 0) throw std::runtime_error("cannot start " + name_ + ": " + std::strerror(errno));
}

process::process(process&& other) noexcept
    : name_(std::move(other.name_)),
      pid_(std::exchange(other.pid_, -1)),
      status_(std::exchange(other.status_, 0)),
      output_(std::exchange(other.output_, -1)),
      errors_(std::exchange(other.errors_, -1)) {}

process::~process() {
    if (pid_ > 0 && is_running()) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    if (output_ >= 0) close(output_);
    if (errors_ >= 0) close(errors_);
}

bool process::is_running() {
    if (status_) return false;
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) != pid_) return true;
    status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return false;
}

void process::signal(int number) const {
    if (!status_) kill(pid_, number);
}

int process::wait(std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (is_running()) {
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error(name_ + " did not end in time; it wrote: " + errors());
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return *status_;
}

std::string process::output() const { return everything_in(output_); }
std::string process::errors() const { return everything_in(errors_); }

std::string run_program(const process_options& with, std::chrono::milliseconds limit) {
    process running{with};
    const int status = running.wait(limit);
    if (status != 0)
        throw std::runtime_error(with.arguments.at(0) + " ended with status " + std::to_string(status) + ": "
                                 + running.errors());
    return running.output();
}

} // namespace kidevent::tests
