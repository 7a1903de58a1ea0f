#pragma once
// The memory that a host with several worker processes shares among them: made by the master, inherited by
// each worker. Left empty, a platform keeps to itself, which is right for a host of one process.

#include <kidevent/shared_region.hpp>

#include <cstddef>
#include <memory>

namespace kidevent {

struct shared_memory {
    std::shared_ptr<shared_region> generations; // of what the caches remember
    std::shared_ptr<shared_region> metrics;     // a slot for each worker
    std::size_t metrics_slot = 0;
};

} // namespace kidevent
