#include "cache/redis_cache.hpp"

#include "crypto/sha256.hpp"

namespace kidevent::cache {

namespace {

using redis::reply;

constexpr std::size_t value_bytes_max = 1024 * 1024;

// Counts up when what is stored changes its form.
const std::string prefix = "kidevent:1:";

std::string token_name(slot of) { return prefix + "g:" + std::to_string(of); }

// The tenant stays readable, so that an operator can see whose values take the room.
std::string value_name(std::string_view key) {
    uuid tenant;
    for (std::size_t i = 0; i < tenant.bytes.size(); ++i)
        tenant.bytes[i] = static_cast<std::uint8_t>(key[i]);
    return prefix + "v:" + to_string(tenant) + ":" + crypto::sha256_hex(key);
}

// "" unless every token is there.
std::string joined_tokens(const std::vector<reply>& from, std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
        if (from[i].is != reply::kind::bulk || from[i].text.empty()) return "";
        all += from[i].text + '\n';
    }
    return all;
}

bool is_list_of(const std::optional<reply>& got, std::size_t count) {
    return got && got->is == reply::kind::array && got->items.size() == count;
}

} // namespace

redis_cache::redis_cache(redis::client& with, const generations& local, std::chrono::milliseconds quiet)
    : with_(with), local_(local), quiet_(quiet) {}

task<redis_cache::found> redis_cache::find(std::string key, topics depends_on) {
    if (!with_.is_configured()) co_return found{};
    if (std::chrono::steady_clock::now() - local_.changed_at(depends_on) < quiet_) co_return found{};
    const std::string name = value_name(key);
    const std::size_t count = depends_on.slots().size();
    std::vector<std::string> wanted{"MGET"};
    for (const slot each : depends_on.slots())
        wanted.push_back(token_name(each));
    wanted.push_back(name);
    auto asking = with_.command(std::move(wanted));
    auto asking_time = with_.command({"PTTL", name});
    const auto got = co_await asking;
    const auto time_left = co_await asking_time;
    if (!is_list_of(got, count + 1) || !time_left || time_left->is != reply::kind::integer) {
        ++counts_.errors;
        co_return found{};
    }
    found answer;
    answer.tokens = joined_tokens(got->items, count);
    if (answer.tokens.empty()) {
        auto making = make_tokens(depends_on);
        answer.tokens = co_await making;
    } else if (time_left->number > 0) {
        answer.value = open(got->items[count], answer.tokens, name);
        answer.ttl = std::chrono::milliseconds{time_left->number};
    }
    ++(answer.value ? counts_.hits : counts_.misses);
    co_return answer;
}

// A token is never used twice: what an emptied Redis held cannot come back to life.
task<std::string> redis_cache::make_tokens(topics depends_on) {
    std::vector<std::string> wanted{"MGET"};
    for (const slot each : depends_on.slots()) {
        with_.tell({"SET", token_name(each), to_string(make_uuid()), "NX"});
        wanted.push_back(token_name(each));
    }
    auto asking = with_.command(std::move(wanted));
    const auto got = co_await asking;
    if (!is_list_of(got, depends_on.slots().size())) co_return "";
    co_return joined_tokens(got->items, depends_on.slots().size());
}

std::optional<std::string> redis_cache::open(const reply& got, const std::string& tokens,
                                             const std::string& name) {
    if (got.is == reply::kind::null) return std::nullopt;
    const std::string_view text = got.text;
    const auto header = tokens.size() + name.size() + 1;
    if (!text.starts_with(tokens)) return std::nullopt; // of an earlier generation
    // The value says itself whose it is: a reply that went astray is noticed.
    if (got.is != reply::kind::bulk || text.size() < header || text.substr(tokens.size(), name.size()) != name
        || text[header - 1] != '\n') {
        ++counts_.errors;
        return std::nullopt;
    }
    return std::string{text.substr(header)};
}

void redis_cache::store(std::string_view key, const std::string& tokens, std::string_view value,
                        std::chrono::milliseconds ttl) {
    if (tokens.empty() || ttl.count() <= 0 || value.size() > value_bytes_max) return;
    const std::string name = value_name(key);
    std::string text = tokens + name + '\n';
    text += value;
    with_.tell({"SET", name, std::move(text), "PX", std::to_string(ttl.count())});
}

void redis_cache::forget(tenant_id at, std::string_view topic) {
    if (with_.is_configured()) with_.tell({"DEL", token_name(slot_of(at, topic))});
}

} // namespace kidevent::cache
