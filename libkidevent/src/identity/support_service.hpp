#pragma once
// Support access: a platform admin's time-limited session at an organisation, opened with a reason, seen and
// ended by the organisation's owners. See docs/support-access.md. The request pipeline and the endpoints call
// it.

#include "cache/value_cache.hpp"
#include "core/actor.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "crypto/sha256.hpp"
#include "tenancy/tenant.hpp"

#include <kidevent/settings.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace kidevent::db {
class database;
}

namespace kidevent::identity {

using support_session_id = strong_id<struct support_session_tag>;

struct support_session {
    support_session_id id;
    account_id admin;
    std::string admin_email;
    std::string reason;
    timestamp opened_at;
    timestamp until;
    std::optional<timestamp> entered_at; // when the code was exchanged
    std::optional<timestamp> ended_at;   // before `until`, by `ended_by`
    std::string ended_by; // as in the audit log: "account/<uuid>", "support/<uuid>"; "": nobody
};

struct new_support_session {
    std::string reason;
    std::chrono::minutes length{0};
};

struct opened_support_session {
    support_session what;
    std::string code; // shown once, exchanged once
};

struct support_login {
    support_session what;
    std::string token;              // of the cookie
    std::chrono::seconds time_left; // of the session
};

// How the tokens of support sessions begin, which are longer than those of logins.
inline constexpr std::string_view support_token_prefix = "support_";

class support_service {
public:
    // All must outlive it.
    support_service(db::database& with, const security_settings& settings, cache::value_cache& remembered,
                    std::chrono::milliseconds login_ttl);

    // By a platform admin. Errors: invalid_fields (longer than security.support_session_max, no reason).
    task<result<opened_support_session>> open(const tenancy::tenant& at, actor by, std::string admin_email,
                                              new_support_session wanted);
    // On the organisation's host. Errors: sign_in_failed (unknown, used before, too old, ended).
    task<result<support_login>> enter(const tenancy::tenant& at, std::string code);
    // Who the token belongs to; anonymous when it is unknown, over or ended.
    task<actor> find_actor(const tenancy::tenant& at, std::string token);
    // Writes into the organisation's audit log what a request under a session is about to do.
    task<> note_request(const tenancy::tenant& at, actor by, std::string operation, std::string path);

    // Newest first.
    task<std::vector<support_session>> list(const tenancy::tenant& at,
                                            std::optional<support_session_id> before, int at_most);
    // Nothing happens when it is over. Errors: not_found.
    task<result<>> end(const tenancy::tenant& at, actor by, support_session_id id);

private:
    task<cache::loaded> read_actor(const tenancy::tenant& at, crypto::digest token_hash);

    db::database& database_;
    const security_settings& settings_;
    cache::value_cache& remembered_;
    std::chrono::milliseconds login_ttl_;
};

} // namespace kidevent::identity
