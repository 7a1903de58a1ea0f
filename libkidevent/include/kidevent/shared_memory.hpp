#pragma once
// The memory that the processes of one machine share: made by the master of the workers and inherited by each
// of them, so that what one worker changed is known to the next request of every other one, and what they
// count can be read in one place.

#include <kidevent/shared_region.hpp>

#include <cstddef>
#include <memory>

namespace kidevent {

struct shared_memory {
    // Counters that say which remembered values are out of date; see docs/cache.md.
    std::shared_ptr<shared_region> generations;
    // A slot for each worker; see docs/metrics.md. None: the platform counts for itself.
    std::shared_ptr<shared_region> metrics;
    std::size_t metrics_slot = 0;
};

// New memory, for a master and for a process that is alone. Throws std::system_error.
shared_memory make_shared_memory();

} // namespace kidevent
