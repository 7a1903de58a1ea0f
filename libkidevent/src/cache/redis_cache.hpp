#pragma once
// The second level: texts in a Redis that several workers and machines share. It may be away, slow, full or
// emptied at any time; then nothing is found and nothing is stored. Each slot of a topic has a token in
// Redis, a value carries the tokens that were read before its query began, and it counts only while Redis
// still holds exactly these: forgetting a topic is deleting its token, which works in a full Redis too, and
// an emptied one has forgotten everything. Used by answer_cache.

#include "cache/generations.hpp"
#include "core/task.hpp"
#include "redis/client.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kidevent::cache {

struct redis_cache_stats {
    std::uint64_t hits;
    std::uint64_t misses;
    std::uint64_t errors; // no answer, a refusal, or something that we did not store
};

class redis_cache {
public:
    struct found {
        std::optional<std::string> value;
        std::chrono::milliseconds ttl{0}; // what is left of the value's time
        std::string tokens;               // for store(); "": do not
    };

    // After a change on this machine the second level is left alone for `quiet`, which is longer than any
    // value lives in it: whether Redis heard of the change need not be known. All must outlive it.
    redis_cache(redis::client& with, const generations& local, std::chrono::milliseconds quiet);

    // `key` as key_of() makes it. One round trip, two when a topic has no token yet.
    task<found> find(std::string key, topics depends_on);
    // Nobody waits for it.
    void store(std::string_view key, const std::string& tokens, std::string_view value,
               std::chrono::milliseconds ttl);
    void forget(tenant_id at, std::string_view topic);

    redis_cache_stats stats() const noexcept { return counts_; }

private:
    task<std::string> make_tokens(topics depends_on);
    std::optional<std::string> open(const redis::reply& got, const std::string& tokens,
                                    const std::string& name);

    redis::client& with_;
    const generations& local_;
    std::chrono::milliseconds quiet_;
    redis_cache_stats counts_{};
};

} // namespace kidevent::cache
