#pragma once
// What one worker's FastCGI front is doing, as counters that another process may read: the worker
// writes them, the master's status page reads them through shared memory.

#include <atomic>
#include <cstdint>

namespace kidevent::fastcgi {

struct traffic {
    using counter = std::atomic<std::uint64_t>;
    static_assert(counter::is_always_lock_free, "counters are shared between processes");

    counter connections_accepted{0};
    counter connections_open{0};
    counter connections_active{0}; // open ones with a request in work
    counter requests_active{0};
    counter requests_total{0};   // begun since the worker started
    counter requests_refused{0}; // answered by the front itself (400, 413, 431, 501, overload)
    counter requests_dropped{0}; // ended without an answer: no method or host, or the input broke off
    counter protocol_errors{0};
    counter timeouts{0};         // connections closed because the peer stalled
    counter descriptors_open{0}; // of the whole process, counted once a second

    // One writer, so a plain addition will do.
    static void add(counter& to, std::int64_t amount) noexcept {
        to.store(to.load(std::memory_order_relaxed) + static_cast<std::uint64_t>(amount),
                 std::memory_order_relaxed);
    }
};

} // namespace kidevent::fastcgi
