#pragma once
// The memory that the processes of one machine share: made by the master of the workers and inherited by each
// of them, so that what one worker changed is known to the next request of every other one.

#include <kidevent/shared_region.hpp>

#include <memory>

namespace kidevent {

struct shared_memory {
    // Counters that say which remembered values are out of date; see docs/cache.md.
    std::shared_ptr<shared_region> generations;
};

// New memory, for a master and for a process that is alone. Throws std::system_error.
shared_memory make_shared_memory();

} // namespace kidevent
