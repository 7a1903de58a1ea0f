#include "telemetry/tenant_sketch.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <optional>

namespace kidevent::telemetry {

namespace {

using relaxed_cell = std::atomic<std::uint64_t>;
using slug_words = std::array<std::uint64_t, 8>;

void add(relaxed_cell& to, std::uint64_t amount) noexcept {
    to.store(to.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

std::optional<tenant_count> read(const tenant_sketch::entry& from) {
    constexpr int tries = 8;
    for (int i = 0; i < tries; ++i) {
        const auto before = from.version.load(std::memory_order_acquire);
        if (before % 2 != 0) continue;
        slug_words words;
        for (std::size_t at = 0; at < words.size(); ++at)
            words[at] = from.slug[at].load(std::memory_order_relaxed);
        const auto count = from.count.load(std::memory_order_relaxed);
        std::atomic_thread_fence(std::memory_order_acquire);
        if (from.version.load(std::memory_order_relaxed) != before) continue;
        std::array<char, sizeof(words) + 1> text{};
        std::memcpy(text.data(), words.data(), sizeof(words));
        return tenant_count{text.data(), count};
    }
    return std::nullopt;
}

} // namespace

void tenant_counter::count(std::string_view slug) noexcept {
    slug = slug.substr(0, tenant_sketch::slug_bytes_max);
    const std::uint64_t hash = std::hash<std::string_view>{}(slug);
    std::size_t at = likely_[hash % likely_.size()];
    const auto used = sketch_.used.load(std::memory_order_relaxed);
    if (at >= used || hashes_[at] != hash) {
        at = find(hash);
        if (at == tenant_sketch::capacity) {
            const bool has_room = used < tenant_sketch::capacity;
            at = has_room ? used : replace_smallest();
            write(sketch_.entries[at], slug);
            hashes_[at] = hash;
            if (has_room) sketch_.used.store(used + 1, std::memory_order_release);
        }
        likely_[hash % likely_.size()] = static_cast<std::uint8_t>(at);
    }
    add(sketch_.entries[at].count, 1);
}

std::size_t tenant_counter::find(std::uint64_t hash) noexcept {
    const auto end = hashes_.begin() + sketch_.used.load(std::memory_order_relaxed);
    const auto found = std::find(hashes_.begin(), end, hash);
    return found == end ? tenant_sketch::capacity : static_cast<std::size_t>(found - hashes_.begin());
}

std::size_t tenant_counter::replace_smallest() const noexcept {
    std::size_t smallest = 0;
    for (std::size_t at = 1; at < tenant_sketch::capacity; ++at)
        if (sketch_.entries[at].count.load(std::memory_order_relaxed)
            < sketch_.entries[smallest].count.load(std::memory_order_relaxed))
            smallest = at;
    return smallest;
}

// The count stays: the newcomer inherits it, so that no tenant's count ever goes back.
void tenant_counter::write(tenant_sketch::entry& into, std::string_view slug) const noexcept {
    slug_words words{};
    std::memcpy(words.data(), slug.data(), slug.size());
    const auto version = into.version.load(std::memory_order_relaxed);
    into.version.store(version + 1, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    for (std::size_t at = 0; at < words.size(); ++at)
        into.slug[at].store(words[at], std::memory_order_relaxed);
    into.version.store(version + 2, std::memory_order_release);
}

tenant_reading read(const tenant_sketch& from) {
    tenant_reading made;
    const auto used = std::min<std::size_t>(from.used.load(std::memory_order_acquire), from.capacity);
    for (std::size_t at = 0; at < used; ++at)
        if (auto one = read(from.entries[at])) made.counts.push_back(std::move(*one));
    if (used < from.capacity || made.counts.empty()) return made;
    made.smallest =
        std::min_element(made.counts.begin(), made.counts.end(), [](const auto& a, const auto& b) {
            return a.count < b.count;
        })->count;
    return made;
}

} // namespace kidevent::telemetry
