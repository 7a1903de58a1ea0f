#include "password_input.hpp"

#include "command_error.hpp"

#include "core/core_dumps.hpp"
#include "crypto/password_hash.hpp"

#include <CLI/CLI.hpp>

namespace kidevent::cli {

CLI::Option* add_password_option(CLI::App& command, bool required) {
    // Named, because this version of CLI11 takes a literal for a variable to store into.
    const std::string about = "Read the password from the first line of standard input";
    return command.add_flag("--password-stdin", about)->required(required);
}

std::string read_password(std::istream& in) {
    forbid_core_dumps();
    std::string line;
    std::getline(in, line);
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) {
        throw command_error(exit_code::bad_data, "there is no password on standard input",
                            "for example: printf '%s\\n' \"$password\" | kidevent ... --password-stdin");
    }
    if (line.size() > crypto::password_bytes_max) {
        throw command_error(exit_code::bad_data, "a password has at most 1024 bytes");
    }
    return line;
}

} // namespace kidevent::cli
