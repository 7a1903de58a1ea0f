#pragma once
// Runs a command of the machine and keeps what it said. Used by the tests of this folder only.

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace kidevent::conventions {

struct command_result {
    int status = 0;     // exit status; 128 + signal when one ended it
    std::string output; // standard output and error together
};

inline std::string shell_quoted(const std::string& word) {
    std::string quoted = "'";
    for (const char c : word)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

// `command` is a line for the shell.
inline command_result run_command(const std::string& command) {
    std::FILE* pipe = ::popen(("exec 2>&1 </dev/null; " + command).c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
    command_result result;
    std::array<char, 4096> piece{};
    while (const auto size = std::fread(piece.data(), 1, piece.size(), pipe))
        result.output.append(piece.data(), size);
    const int ended = ::pclose(pipe);
    result.status = WIFEXITED(ended) ? WEXITSTATUS(ended) : 128 + WTERMSIG(ended);
    return result;
}

} // namespace kidevent::conventions
