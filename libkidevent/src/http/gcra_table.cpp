#include "http/gcra_table.hpp"

#include "crypto/random.hpp"

#include <algorithm>

namespace kidevent::http {

using std::chrono::microseconds;

gcra_verdict verdict_of(const gcra_rate& rate, bool allowed, microseconds full_in) noexcept {
    const microseconds interval = rate.interval();
    const microseconds room = rate.allowance() - full_in;
    return {allowed, std::max<std::int64_t>(room / interval, 0), std::max(interval - room, microseconds{0}),
            full_in};
}

gcra_table::gcra_table(std::size_t keys_max) : buckets_((keys_max + slots - 1) / slots) {
    crypto::fill_random(hash_key_);
}

gcra_verdict gcra_table::take(std::string_view key, const gcra_rate& rate, microseconds now) noexcept {
    now_ = std::max(now_, now);
    slot& found = slot_of(crypto::short_hash(hash_key_, key));
    const microseconds before = std::max(found.full_at, now_);
    const microseconds after = before + rate.interval();
    if (after - now_ > rate.allowance()) return verdict_of(rate, false, before - now_);
    found.full_at = after;
    return verdict_of(rate, true, after - now_);
}

gcra_table::slot& gcra_table::slot_of(std::uint64_t key) noexcept {
    bucket& home = buckets_[key % buckets_.size()];
    slot* least = &home.front();
    for (slot& each : home) {
        if (each.key == key) return each;
        if (each.full_at < least->full_at) least = &each;
    }
    *least = {key, microseconds{0}};
    return *least;
}

} // namespace kidevent::http
