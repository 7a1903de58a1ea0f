#include <kidevent/shared_memory.hpp>

#include "cache/generations.hpp"

namespace kidevent {

shared_memory make_shared_memory() {
    return {std::make_shared<shared_region>("kidevent-generations", cache::generations::bytes()), nullptr};
}

} // namespace kidevent
