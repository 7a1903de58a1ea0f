#pragma once
// Values in the memory of one worker, bounded by their size: what was used least recently goes first. Knows
// neither time nor coroutines; value_cache decides what may still be used.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <unordered_map>

namespace kidevent::cache {

struct remembered {
    std::shared_ptr<const void> value;
    const std::type_info* type = nullptr;
    std::uint64_t generation = 0; // read before the value was loaded
    std::chrono::steady_clock::time_point valid_until;
    std::chrono::nanoseconds load_time{0};
};

class memory_cache {
public:
    explicit memory_cache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    // Null when there is none. Valid until the next call; allocates nothing.
    const remembered* find(std::string_view key);
    // `bytes` is the size of the value. One that takes more than an eighth of all is not kept.
    void insert(std::string_view key, remembered what, std::size_t bytes);
    void erase(std::string_view key);

    std::size_t entries() const noexcept { return by_key_.size(); }
    std::size_t bytes() const noexcept { return bytes_; }
    std::uint64_t evictions() const noexcept { return evictions_; }

private:
    struct entry {
        std::string key;
        remembered what;
        std::size_t bytes;
    };
    using order = std::list<entry>;
    void remove(order::iterator gone);

    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    std::uint64_t evictions_ = 0;
    order by_use_;                                                 // the first one was used last
    std::unordered_map<std::string_view, order::iterator> by_key_; // views of the entries' own keys
};

} // namespace kidevent::cache
