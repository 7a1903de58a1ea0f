#pragma once
// What processes take of the machine, as /proc and the control group tell. Used by master_metrics.

#include <cstdint>
#include <optional>
#include <sys/types.h>

namespace kidevent::host {

struct process_usage {
    std::int64_t resident_bytes = 0;
    double cpu_seconds = 0;
    double started_at = 0; // seconds since 1970
};
// std::nullopt when the process is gone.
std::optional<process_usage> usage_of(pid_t process);

// Descriptors that this process has open. Those of another one only root could count.
std::uint64_t count_own_descriptors();

struct memory_usage {
    std::int64_t used_bytes = 0;
    std::int64_t limit_bytes = 0;
};
// Of this process's control group when that has a limit, else of the machine.
memory_usage usage_of_memory();

} // namespace kidevent::host
