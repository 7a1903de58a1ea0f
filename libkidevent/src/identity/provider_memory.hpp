#pragma once
// What a worker remembers of identity providers: where their endpoints are and which keys they sign with. Of
// each organisation apart, though two may name one issuer. Used by several threads; for oidc_client.

#include "core/uuid.hpp"
#include "crypto/jwk.hpp"
#include "identity/oidc_discovery.hpp"

#include <kidevent/settings.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace kidevent::identity {

class provider_memory {
public:
    using instant = std::chrono::steady_clock::time_point;
    using key = std::pair<tenant_id, std::string>; // organisation and issuer
    using keys_ptr = std::shared_ptr<const crypto::jwk_set>;
    static constexpr std::size_t providers_max = 1000;

    explicit provider_memory(const oidc_settings& with) : with_(with) {}

    // None when nothing is known that is young enough.
    std::optional<provider_endpoints> find_endpoints(const key& of, instant now) const;
    void keep(const key& of, provider_endpoints endpoints, instant now);
    keys_ptr find_keys(const key& of, instant now) const;
    void keep(const key& of, keys_ptr keys, instant now);

    // Whether the keys may be fetched anew because a token names one that is not among them: not within
    // oidc.keys_refresh_pause of the last time, whoever asks and however that went. Who is told yes fetches.
    bool take_refresh(const key& of, instant now);

private:
    struct entry {
        std::optional<provider_endpoints> endpoints;
        instant endpoints_until;
        keys_ptr keys;
        instant keys_until;
        std::optional<instant> fetched_at; // the keys, or the attempt to
    };
    entry& at(const key& of);

    const oidc_settings& with_;
    mutable std::mutex mutex_;
    std::map<key, entry> entries_;
};

} // namespace kidevent::identity
