#include "cache/generations.hpp"

#include <atomic>
#include <limits>
#include <stdexcept>

namespace kidevent::cache {

namespace {

using std::chrono::steady_clock;

constexpr std::uint64_t layout_mark = 0x4b45'4745'4e45'0001; // counts up with every change of the layout
constexpr std::size_t slots_max = std::numeric_limits<slot>::max() + std::size_t{1};

struct counter {
    std::atomic<std::uint64_t> generation;
    std::atomic<steady_clock::rep> changed_at; // the clock of the machine: the same in all its processes

    void bump(steady_clock::rep now) noexcept {
        // First: whoever sees the new generation must see when it came.
        auto before = changed_at.load();
        while (before < now && !changed_at.compare_exchange_weak(before, now)) {
        }
        expire();
    }
    void expire() noexcept { ++generation; }
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "the counters lie in shared memory");

steady_clock::rep now_of_machine() noexcept { return steady_clock::now().time_since_epoch().count(); }

} // namespace

// A region begins as zeros, which is what every counter begins with.
struct generations::layout {
    std::atomic<std::uint64_t> mark;
    counter all;
    std::array<counter, slots_max> slots;
};

slot slot_of(tenant_id at, std::string_view topic) noexcept {
    // FNV-1a, folded.
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto take = [&hash](std::uint8_t byte) {
        hash ^= byte;
        hash *= 0x100000001b3;
    };
    for (const std::uint8_t each : at.value.bytes)
        take(each);
    for (const char each : topic)
        take(static_cast<std::uint8_t>(each));
    hash ^= hash >> 32;
    return static_cast<slot>(hash ^ (hash >> 16));
}

topics::topics(tenant_id at, std::initializer_list<std::string_view> of) noexcept {
    slots_[count_++] = slot_of(at, "");
    for (const std::string_view each : of)
        if (count_ < slots_.size()) slots_[count_++] = slot_of(at, each);
}

std::size_t generations::bytes() noexcept { return sizeof(layout); }

generations::generations(std::shared_ptr<shared_region> in)
    : memory_(std::move(in)), layout_(reinterpret_cast<layout*>(memory_->bytes().data())) {
    std::uint64_t found = 0;
    if (!layout_->mark.compare_exchange_strong(found, layout_mark) && found != layout_mark)
        throw std::runtime_error("the master is of another version: restart it instead of reloading it");
}

void generations::bump(tenant_id at, std::string_view topic) noexcept {
    layout_->slots[slot_of(at, topic)].bump(now_of_machine());
}

void generations::bump_all() noexcept { layout_->all.bump(now_of_machine()); }

void generations::expire(tenant_id at, std::string_view topic) noexcept {
    layout_->slots[slot_of(at, topic)].expire();
}

std::uint64_t generations::read(const topics& of) const noexcept {
    // Counters only grow, so their sum is the same only while each of them is.
    std::uint64_t sum = layout_->all.generation;
    for (const slot each : of.slots())
        sum += layout_->slots[each].generation;
    return sum;
}

steady_clock::time_point generations::changed_at(const topics& of) const noexcept {
    steady_clock::rep latest = layout_->all.changed_at;
    for (const slot each : of.slots())
        latest = std::max(latest, layout_->slots[each].changed_at.load());
    return steady_clock::time_point{steady_clock::duration{latest}};
}

} // namespace kidevent::cache
