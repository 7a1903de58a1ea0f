#pragma once
// A command that cannot do what it was asked: thrown by commands, printed by run_command_line.

#include "exit_code.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace kidevent::cli {

class command_error : public std::runtime_error {
public:
    // `what` is one line that names the thing; `hint`, when there is one, says what to do about it.
    command_error(exit_code code, const std::string& what, std::string hint = {})
        : std::runtime_error(what), code_(code), hint_(std::move(hint)) {}

    exit_code code() const noexcept { return code_; }
    const std::string& hint() const noexcept { return hint_; }

private:
    exit_code code_;
    std::string hint_;
};

} // namespace kidevent::cli
