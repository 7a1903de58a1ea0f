#pragma once
// The generic cell rate algorithm for many keys in a table of fixed size: nothing is allocated after it was
// made, and whoever sends with ever new keys drives out those that have used the least, themselves first.

#include "crypto/short_hash.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kidevent::http {

// `quota` requests per `window`, all of them at once if need be; it fills up again evenly.
struct gcra_rate {
    std::int64_t quota; // 1 or more
    std::chrono::microseconds window;

    std::chrono::microseconds interval() const noexcept { return window / quota; }
    std::chrono::microseconds allowance() const noexcept { return interval() * quota; }
};

struct gcra_verdict {
    bool allowed;
    std::int64_t remaining;             // how many more would be allowed at once
    std::chrono::microseconds retry_in; // until one more is; 0 while there are some
    std::chrono::microseconds full_in;  // until the whole quota is there again
};

// `full_in` is counted after the request, which has cost nothing unless it was allowed.
gcra_verdict verdict_of(const gcra_rate& rate, bool allowed, std::chrono::microseconds full_in) noexcept;

class gcra_table {
public:
    // Room for `keys_max` keys, rounded up to eights.
    explicit gcra_table(std::size_t keys_max);

    // Counts one; a refused one costs nothing. A `now` that goes back stands still.
    gcra_verdict take(std::string_view key, const gcra_rate& rate, std::chrono::microseconds now) noexcept;

    std::size_t bytes() const noexcept { return buckets_.size() * sizeof(bucket); }

private:
    static constexpr std::size_t slots = 8;
    struct slot {
        std::uint64_t key = 0; // a hash of it: two keys that share one share their quota
        std::chrono::microseconds full_at{0};
    };
    using bucket = std::array<slot, slots>;

    slot& slot_of(std::uint64_t key) noexcept;

    std::vector<bucket> buckets_;
    crypto::short_hash_key hash_key_;
    std::chrono::microseconds now_{0};
};

} // namespace kidevent::http
