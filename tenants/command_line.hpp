#pragma once
// The command line as a whole: the tree of commands, parsing, errors and exit codes. Called by main.

#include <string>
#include <vector>

namespace kidevent::cli {

// Runs one command. `words` are the arguments after the program's name. Prints results on standard output
// and errors ("error: ...", "hint: ...") on standard error; returns the process's exit code. Throws nothing.
int run_command_line(const std::vector<std::string>& words) noexcept;

} // namespace kidevent::cli
