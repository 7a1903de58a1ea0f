#include "cache/value_cache.hpp"

#include "core/spans.hpp"

#include <cmath>

namespace kidevent::cache {

using std::chrono::steady_clock;

namespace {

// Values that were loaded together must not end together: each loses up to a tenth of its time.
constexpr double jitter = 0.1;
// How eager the early load is: with 1, the chance is 37 % when the time left is what a load takes.
constexpr double eagerness = 1.0;
// Beyond that many load times the chance is below one in a million.
constexpr double never_before = 14.0;

} // namespace

std::string key_of(tenant_id at, std::string_view kind, std::string_view text) {
    std::string key;
    key.reserve(at.value.bytes.size() + kind.size() + 1 + text.size());
    for (const std::uint8_t each : at.value.bytes)
        key += static_cast<char>(each);
    key.append(kind) += '\0';
    key.append(text);
    return key;
}

// co_await: until the flight has ended.
struct value_cache::landing {
    flight& of;
    awaited_span waited{};
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        waited.suspend("cache");
        of.waiting.push_back(waiting);
    }
    void await_resume() noexcept { waited.resume(); }
};

value_cache::value_cache(std::size_t bytes_max, const generations& valid, surroundings with)
    : bytes_max_(bytes_max), valid_(valid), with_(std::move(with)), memory_(bytes_max) {}

const remembered* value_cache::find_usable(std::string_view key, const topics& depends_on) {
    if (!is_on()) return nullptr;
    const remembered* const known = memory_.find(key);
    const std::uint64_t generation = generation_of(depends_on);
    if (!known || known->generation != generation || known->valid_until <= with_.now()) {
        if (known) memory_.erase(key);
        ++counts_.misses;
        return nullptr;
    }
    if (is_due_early(*known)) {
        const auto flying = flights_.find(key);
        if (flying == flights_.end() || flying->second->generation != generation) {
            ++counts_.early;
            return nullptr;
        }
    }
    ++counts_.hits;
    return known;
}

// XFetch (Vattani, Chierichetti, Lowenstein 2015): no coordination, and the rarer the use, the rarer the
// load.
bool value_cache::is_due_early(const remembered& of) {
    const double left = std::chrono::duration<double>(of.valid_until - with_.now()).count();
    const double load_time = std::chrono::duration<double>(of.load_time).count() * eagerness;
    if (left > load_time * never_before) return false;
    return with_.random() < std::exp(-left / load_time);
}

task<loaded> value_cache::load_once(std::string key, topics depends_on, task<loaded> loader) {
    if (!is_on()) {
        ++counts_.loads;
        loaded got = co_await loader;
        co_return got;
    }
    // Before the loader begins: what changes from here on makes the value unusable.
    const std::uint64_t generation = generation_of(depends_on);
    if (const auto flying = flights_.find(key);
        flying != flights_.end() && flying->second->generation == generation) {
        const auto joined = flying->second;
        ++counts_.waits;
        co_await landing{*joined};
        if (joined->failure) std::rethrow_exception(joined->failure);
        co_return joined->value;
    }
    const auto mine = std::make_shared<flight>(flight{generation});
    flights_.insert_or_assign(key, mine);
    ++counts_.loads;
    const auto began = with_.now();
    try {
        mine->value = co_await loader;
        keep(key, depends_on, *mine, began);
    } catch (...) {
        // An early load that fails takes nothing away: the value is good for a while yet.
        if (const remembered* const still = memory_.find(key);
            still && still->generation == generation_of(depends_on) && still->valid_until > with_.now())
            mine->value = loaded{*still};
        else
            mine->failure = std::current_exception();
    }
    land(key, mine);
    if (mine->failure) std::rethrow_exception(mine->failure);
    co_return mine->value;
}

void value_cache::keep(const std::string& key, const topics& depends_on, const flight& from,
                       steady_clock::time_point began) {
    const loaded& got = from.value;
    if (got.is_empty() || got.ttl_.count() <= 0) return;
    // Something changed meanwhile, or a later flight is under way: this value would not be used.
    if (generation_of(depends_on) != from.generation) return;
    const auto took = with_.now() - began;
    const std::chrono::duration<double> lives = got.ttl_ * (1.0 - jitter * with_.random());
    // Its time counts from when it was asked for.
    const auto until = began + std::chrono::duration_cast<steady_clock::duration>(lives);
    memory_.insert(key, {got.value_, got.type_, from.generation, until, took}, got.bytes_);
}

void value_cache::land(const std::string& key, const std::shared_ptr<flight>& from) {
    const auto flying = flights_.find(key);
    if (flying != flights_.end() && flying->second == from) flights_.erase(flying);
    // From the loop and not from here, so that nobody waits for all the others' answers.
    for (const auto waiter : std::exchange(from->waiting, {}))
        with_.post([waiter] { waiter.resume(); });
}

cache_stats value_cache::stats() const noexcept {
    cache_stats now = counts_;
    now.evictions = memory_.evictions();
    now.entries = memory_.entries();
    now.bytes = memory_.bytes();
    return now;
}

} // namespace kidevent::cache
