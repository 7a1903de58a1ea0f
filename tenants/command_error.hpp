#pragma once
// A command that cannot do what it was asked: thrown by commands, printed by run_command_line.

#include "exit_code.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace kidevent::cli {

class command_error : public std::runtime_error {
public:
    // `what` is one line that names the thing; `hint`, when there is one, says what to do about it.
    command_error(exit_code code, const std::string& what, std::string hint = {})
        : command_error(code, std::vector<std::string>{what}, std::move(hint)) {}
    // Several things are wrong; there is at least one.
    command_error(exit_code code, std::vector<std::string> errors, std::string hint = {})
        : std::runtime_error(errors.at(0)), code_(code), errors_(std::move(errors)), hint_(std::move(hint)) {}

    exit_code code() const noexcept { return code_; }
    // Lines, each about one thing.
    const std::vector<std::string>& errors() const noexcept { return errors_; }
    const std::string& hint() const noexcept { return hint_; }

private:
    exit_code code_;
    std::vector<std::string> errors_;
    std::string hint_;
};

} // namespace kidevent::cli
