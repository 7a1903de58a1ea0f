#include "identity/provider_memory.hpp"

namespace kidevent::identity {

// When there are too many, any goes: it costs a provider one more question.
provider_memory::entry& provider_memory::at(const key& of) {
    if (!entries_.contains(of) && entries_.size() >= providers_max) entries_.erase(entries_.begin());
    return entries_[of];
}

std::optional<provider_endpoints> provider_memory::find_endpoints(const key& of, instant now) const {
    const std::lock_guard held{mutex_};
    const auto found = entries_.find(of);
    if (found == entries_.end() || now >= found->second.endpoints_until) return std::nullopt;
    return found->second.endpoints;
}

void provider_memory::keep(const key& of, provider_endpoints endpoints, instant now) {
    const std::lock_guard held{mutex_};
    entry& kept = at(of);
    kept.endpoints = std::move(endpoints);
    kept.endpoints_until = now + with_.discovery_ttl;
}

provider_memory::keys_ptr provider_memory::find_keys(const key& of, instant now) const {
    const std::lock_guard held{mutex_};
    const auto found = entries_.find(of);
    if (found == entries_.end() || now >= found->second.keys_until) return nullptr;
    return found->second.keys;
}

void provider_memory::keep(const key& of, keys_ptr keys, instant now) {
    const std::lock_guard held{mutex_};
    entry& kept = at(of);
    kept.keys = std::move(keys);
    kept.keys_until = now + with_.keys_ttl;
    kept.fetched_at = now;
}

bool provider_memory::take_refresh(const key& of, instant now) {
    const std::lock_guard held{mutex_};
    entry& kept = at(of);
    if (kept.fetched_at && now - *kept.fetched_at < with_.keys_refresh_pause) return false;
    kept.fetched_at = now;
    return true;
}

} // namespace kidevent::identity
