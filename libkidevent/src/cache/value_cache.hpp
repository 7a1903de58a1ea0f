#pragma once
// Values that a worker need not load again. One loader per key at a time, the others wait for it; a value
// that is used often is loaded anew shortly before its time is over, by one of its users. Used by identity
// (logins) and, through answer_cache, by endpoints.

#include "cache/generations.hpp"
#include "cache/memory_cache.hpp"
#include "core/task.hpp"

#include <coroutine>
#include <exception>
#include <functional>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

namespace kidevent::cache {

// The tenant leads every key: what one stores, no other one can name. `kind` holds no NUL.
std::string key_of(tenant_id at, std::string_view kind, std::string_view text);

// What a loader brings: a value of any type, its size in bytes and for how long it may be used; or nothing,
// which is not remembered.
class loaded {
public:
    loaded() = default;
    template<class T>
    loaded(std::shared_ptr<const T> value, std::size_t bytes, std::chrono::milliseconds ttl)
        : value_(std::move(value)), type_(&typeid(T)), bytes_(bytes), ttl_(ttl) {}

    bool is_empty() const noexcept { return value_ == nullptr; }
    template<class T> std::shared_ptr<const T> as() const {
        if (!type_ || *type_ != typeid(T)) throw std::logic_error("a value of another type");
        return std::static_pointer_cast<const T>(value_);
    }

private:
    friend class value_cache;
    explicit loaded(const remembered& from) : value_(from.value), type_(from.type) {}

    std::shared_ptr<const void> value_;
    const std::type_info* type_ = nullptr;
    std::size_t bytes_ = 0;
    std::chrono::milliseconds ttl_{0};
};

struct cache_stats {
    std::uint64_t hits;      // answered from memory
    std::uint64_t misses;    // not there, out of date, or too old
    std::uint64_t early;     // loads before the time was over
    std::uint64_t loads;     // loaders that ran
    std::uint64_t waits;     // requests that waited for another one's loader
    std::uint64_t evictions; // for want of room
    std::uint64_t entries;   // now
    std::uint64_t bytes;     // now
};

class value_cache {
public:
    // Where time, chance and the event loop come from; tests bring their own.
    struct surroundings {
        std::function<std::chrono::steady_clock::time_point()> now;
        std::function<double()> random; // 0 <= x < 1
        std::function<void(std::function<void()>)> post;
    };

    // With bytes_max 0 nothing is remembered and nobody waits for another one's loader. `valid` must outlive
    // it.
    value_cache(std::size_t bytes_max, const generations& valid, surroundings with);

    bool is_on() const noexcept { return bytes_max_ > 0; }

    // The value, or null when it has to be loaded. Allocates nothing.
    template<class T> std::shared_ptr<const T> find(std::string_view key, const topics& depends_on) {
        const remembered* const known = find_usable(key, depends_on);
        if (!known) return nullptr;
        if (*known->type != typeid(T)) throw std::logic_error("a value of another type");
        return std::static_pointer_cast<const T>(known->value);
    }

    // After find() gave null. Runs the loader, or waits for the one that runs already and lets `loader` go
    // unstarted. What the loader throws, everybody gets who waited for it.
    task<loaded> load(std::string_view key, const topics& depends_on, task<loaded> loader) {
        return load_once(std::string{key}, depends_on, std::move(loader));
    }

    // Changes may have been missed: nothing that is remembered or on its way here is used any more.
    void forget_all() noexcept { ++doubts_; }

    cache_stats stats() const noexcept;

private:
    // One run of a loader and those who wait for it.
    struct flight {
        std::uint64_t generation;
        std::vector<std::coroutine_handle<>> waiting{};
        loaded value{};
        std::exception_ptr failure{};
    };
    struct landing;
    struct key_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    // Both only grow, so the sum is the same only while neither has changed.
    std::uint64_t generation_of(const topics& of) const noexcept { return valid_.read(of) + doubts_; }
    const remembered* find_usable(std::string_view key, const topics& depends_on);
    bool is_due_early(const remembered& of);
    task<loaded> load_once(std::string key, topics depends_on, task<loaded> loader);
    void keep(const std::string& key, const topics& depends_on, const flight& from,
              std::chrono::steady_clock::time_point began);
    void land(const std::string& key, const std::shared_ptr<flight>& from);

    std::size_t bytes_max_;
    const generations& valid_;
    surroundings with_;
    memory_cache memory_;
    std::unordered_map<std::string, std::shared_ptr<flight>, key_hash, std::equal_to<>> flights_;
    cache_stats counts_{};
    std::uint64_t doubts_ = 0;
};

} // namespace kidevent::cache
