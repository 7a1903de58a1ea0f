#pragma once
// Which tenants have the most requests, in bounded memory: the space-saving algorithm (Metwally, Agrawal, El
// Abbadi 2005). The sketch lies in a worker's slot of shared memory; one process writes, another one reads.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::telemetry {

// All zero bytes are an empty sketch. A count is an upper bound: too high by at most 1/capacity of all
// counted.
struct tenant_sketch {
    static constexpr std::size_t capacity = 128;
    static constexpr std::size_t slug_bytes_max = 63;

    struct entry {
        std::atomic<std::uint32_t> version; // odd while the slug is being replaced
        std::atomic<std::uint64_t> count;
        std::array<std::atomic<std::uint64_t>, 8> slug; // its bytes, filled up with zeros
    };
    std::atomic<std::uint32_t> used; // entries in use, from the first one on
    std::array<entry, capacity> entries;
};

// The writing side; remembers where each tenant's entry is. One per sketch.
class tenant_counter {
public:
    explicit tenant_counter(tenant_sketch& into) noexcept : sketch_(into) {}

    // Does not allocate. Slugs longer than slug_bytes_max are cut off.
    void count(std::string_view slug) noexcept;

private:
    std::size_t find(std::uint64_t hash) noexcept;
    std::size_t replace_smallest() const noexcept;
    void write(tenant_sketch::entry& into, std::string_view slug) const noexcept;

    tenant_sketch& sketch_;
    std::array<std::uint64_t, tenant_sketch::capacity> hashes_{};
    std::array<std::uint8_t, 256> likely_{}; // hash -> entry; a guess that is checked
};

struct tenant_count {
    std::string slug;
    std::uint64_t count;
};

// The reading side. Entries that are being replaced right now are left out.
struct tenant_reading {
    std::vector<tenant_count> counts;
    std::uint64_t smallest = 0; // what a tenant that is not listed may have at most; 0 while there is room
};
tenant_reading read(const tenant_sketch& from);

} // namespace kidevent::telemetry
