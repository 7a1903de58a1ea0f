#pragma once
// A program that a test starts: with arguments, environment and output of its own, killed at the latest when
// the object goes. For tests only.

#include <chrono>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace kidevent::tests {

struct process_options {
    std::vector<std::string> arguments;                             // the first one is looked up in PATH
    std::vector<std::pair<std::string, std::string>> environment{}; // added to this process's own
    std::string user{};                                             // "": as this process
    std::string directory{};                                        // "": as this process
    std::string output_file{};                                      // "": kept for output() and errors()
    int signal_when_orphaned = 9;                                   // when this process dies before it
};

class process {
public:
    // Throws std::runtime_error when the program cannot be started.
    explicit process(const process_options& with);
    ~process();
    process(process&&) noexcept;
    process& operator=(process&&) = delete;

    pid_t pid() const noexcept { return pid_; }
    bool is_running();
    void signal(int number) const;
    // The exit status, or 128 + the signal that ended it. Throws std::runtime_error after `limit`.
    int wait(std::chrono::milliseconds limit = std::chrono::seconds{30});

    // What it has written so far.
    std::string output() const;
    std::string errors() const;

private:
    std::string name_;
    pid_t pid_ = -1;
    std::optional<int> status_;
    int output_ = -1;
    int errors_ = -1;
};

// Runs a program to its end. Throws std::runtime_error with what it wrote to stderr when it fails.
std::string run_program(const process_options& with,
                        std::chrono::milliseconds limit = std::chrono::seconds{60});

} // namespace kidevent::tests
