#pragma once
// Starts a worker process: this program again, from its path on disk, with the listening socket and
// the shared memory inherited. Used by seat.

#include "pool.hpp"

#include <cstddef>
#include <string>
#include <sys/types.h>
#include <vector>

namespace kidevent::host {

// The descriptors as a worker finds them.
inline constexpr int worker_listener_descriptor = 3;
inline constexpr int worker_scoreboard_descriptor = 4;
inline constexpr int worker_generations_descriptor = 5;
inline constexpr int worker_metrics_descriptor = 6;

struct worker_start {
    std::string executable; // absolute path; read anew at each start
    std::string config_path;
    seat_name seat;
    std::size_t slot = 0;
    std::vector<int> inherited; // become worker_listener_descriptor and those after it, in this order
};

// The process id. The worker gets SIGTERM when the calling process dies. Throws std::system_error.
pid_t start_worker(const worker_start& with);

} // namespace kidevent::host
