#pragma once
// Turns what the library refuses into a command_error: which exit code, which lines. Called by commands.

#include "command_error.hpp"

#include "core/result.hpp"

#include <string>
#include <utility>

namespace kidevent::cli {

// not_found 4, conflict 5, bad_data 65, try_again 75.
exit_code exit_code_of(errc reason) noexcept;

// "owner_email: must be an e-mail address"; fields of fields are written with dots.
std::string line_of(const field_error& field);

// One line for each field. Without fields the line is "`subject`: " and the reason's usual words.
command_error refused(const refusal& why, const std::string& subject, std::string hint = {});

// Faults of values that the command itself checked. Throws when there are any.
void require_no_faults(const std::vector<field_error>& faults);

// The value, or the refusal as an exception.
template<class T> T required(result<T> outcome, const std::string& subject, const std::string& hint = {}) {
    if (!outcome) throw refused(outcome.error(), subject, hint);
    return std::move(*outcome);
}

} // namespace kidevent::cli
