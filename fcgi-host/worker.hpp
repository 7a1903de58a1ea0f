#pragma once
// One worker process: a platform and a FastCGI server on one event loop. Started by the master
// through main with the descriptors of child_process.hpp.

#include "pool.hpp"

#include <cstddef>
#include <string>

namespace kidevent::host {

struct worker_options {
    std::string config_path;
    seat_name seat;
    std::size_t slot = 0; // in the scoreboard
};

// Serves until SIGTERM or SIGQUIT drained it; a second one ends it at once. Returns 0. Throws
// std::runtime_error when it cannot start.
int run_worker(const worker_options& with);

} // namespace kidevent::host
