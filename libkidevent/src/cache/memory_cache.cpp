#include "cache/memory_cache.hpp"

namespace kidevent::cache {

namespace {
// What an entry costs beside its key and its value: two nodes and a control block.
constexpr std::size_t overhead = 256;
constexpr std::size_t largest_share = 8;
} // namespace

const remembered* memory_cache::find(std::string_view key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return &found->second->what;
}

void memory_cache::insert(std::string_view key, remembered what, std::size_t bytes) {
    erase(key);
    bytes += key.size() + overhead;
    if (bytes > bytes_max_ / largest_share) return;
    while (bytes_ + bytes > bytes_max_) {
        remove(std::prev(by_use_.end()));
        ++evictions_;
    }
    by_use_.push_front({std::string{key}, std::move(what), bytes});
    by_key_.emplace(by_use_.front().key, by_use_.begin());
    bytes_ += bytes;
}

void memory_cache::erase(std::string_view key) {
    if (const auto found = by_key_.find(key); found != by_key_.end()) remove(found->second);
}

void memory_cache::remove(order::iterator gone) {
    bytes_ -= gone->bytes;
    by_key_.erase(gone->key);
    by_use_.erase(gone);
}

} // namespace kidevent::cache
