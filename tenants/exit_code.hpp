#pragma once
// What the process returns to its caller; scripts and systemd rely on these numbers.

namespace kidevent::cli {

enum class exit_code : int {
    ok = 0,
    failure = 1,
    usage = 2,      // the command line makes no sense
    difference = 3, // a check found a difference
    not_found = 4,
    conflict = 5,     // it exists already, or it is locked
    bad_data = 65,    // a file or a value that was given is wrong
    unavailable = 69, // a service that is needed does not answer
    try_again = 75,   // it may work a moment later
    no_permission = 77,
    bad_settings = 78, // systemd does not start such a process again
};

} // namespace kidevent::cli
