#pragma once
// API keys of organisations: who a key acts as, and what owners do with keys. See docs/api-keys.md. The
// request pipeline and the endpoints call it.

#include "cache/value_cache.hpp"
#include "core/actor.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"
#include "core/task.hpp"
#include "core/tenant_handle.hpp"
#include "identity/api_key.hpp"
#include "tenancy/tenant.hpp"

#include <kidevent/settings.hpp>

#include <string>
#include <unordered_map>
#include <vector>

namespace kidevent::db {
class database;
}

namespace kidevent::identity {

struct api_key_with_secret {
    api_key what;
    secret text; // the whole key, shown once
};

class api_key_service {
public:
    // All must outlive it.
    api_key_service(db::database& with, const security_settings& settings, const clock& now,
                    cache::value_cache& remembered, std::chrono::milliseconds login_ttl);

    // Who a request with this key acts as: its creator, cut down to the key's scopes. Remembered as logins
    // are. Errors: api_key_unknown for a key that is misspelled, unknown here, revoked or over, and for one
    // whose creator was disabled.
    task<result<actor>> find_actor(const tenancy::tenant& at, std::string key);

    // Newest first.
    task<std::vector<api_key>> list(const tenancy::tenant& at, std::optional<api_key_id> before, int at_most);
    // Errors: invalid_fields (also for a scope that the creator does not have, and when there are
    // security.api_keys_per_tenant_max of them).
    task<result<api_key_with_secret>> create(const tenancy::tenant& at, actor by, new_api_key wanted);
    // A new secret; the one before works for security.api_key_overlap. Errors: not_found (also when it was
    // revoked or is over).
    task<result<api_key_with_secret>> rotate(const tenancy::tenant& at, actor by, api_key_id id);
    // From now on it is refused. Nothing happens when it was revoked before. Errors: not_found.
    task<result<>> revoke(const tenancy::tenant& at, actor by, api_key_id id);

private:
    task<cache::loaded> read_key(const tenancy::tenant& at, parsed_api_key key);
    // Writes down that it was used, at most once a minute and without anybody waiting for it.
    void note_use(const tenancy::tenant& at, api_key_id id);
    task<> write_use(tenant_handle at, api_key_id id);

    db::database& database_;
    const security_settings& settings_;
    const clock& clock_;
    cache::value_cache& remembered_;
    std::chrono::milliseconds login_ttl_;
    std::unordered_map<std::string, timestamp> noted_; // by tenant and key
};

} // namespace kidevent::identity
