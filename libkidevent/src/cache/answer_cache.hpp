#pragma once
// Finished answers, remembered as they are sent: a hit costs neither a query nor any JSON. In the worker's
// memory, and behind it in Redis where there is one. For endpoints whose answer is the same for everybody.

#include "cache/redis_cache.hpp"
#include "cache/value_cache.hpp"

#include <kidevent/response.hpp>

namespace kidevent::cache {

struct fresh_answer {
    std::optional<response> made; // nothing: what was asked for is not there
    std::chrono::milliseconds ttl{0};
};

class answer_cache {
public:
    // Both must outlive it.
    answer_cache(value_cache& memory, redis_cache& second) : memory_(memory), second_(second) {}

    std::shared_ptr<const response> find(std::string_view key, const topics& depends_on) {
        return memory_.find<response>(key, depends_on);
    }
    // After find() gave null: the answer, or null when the loader found nothing. `loader` is started only
    // when nobody else loads the answer and Redis does not have it.
    task<std::shared_ptr<const response>> load(std::string key, topics depends_on, task<fresh_answer> loader);

private:
    task<loaded> load_through(std::string key, topics depends_on, task<fresh_answer> loader);

    value_cache& memory_;
    redis_cache& second_;
};

// Headers and body as one text and back; std::nullopt when that is not what write_answer() wrote.
std::string write_answer(const response& of);
std::optional<response> read_answer(std::string_view text);

} // namespace kidevent::cache
