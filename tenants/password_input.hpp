#pragma once
// Passwords for commands. They come on standard input only: a command line is visible to every user of
// the machine and stays in the shell's history.

#include <istream>
#include <string>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace kidevent::cli {

// Adds the flag --password-stdin to a command; `required` refuses the command without it.
CLI::Option* add_password_option(CLI::App& command, bool required);

// The first line, without its line break. Throws command_error when there is none, or when it has more
// than 1024 bytes.
std::string read_password(std::istream& in);

} // namespace kidevent::cli
