#pragma once
// Signing in by an identity provider of the organisation (OpenID Connect, authorization code with PKCE), and
// connecting an account with one. What the browser carries to the provider and back is made and checked
// here; docs/oidc.md says what is checked. Called by the endpoints.

#include "core/actor.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/worker_threads.hpp"
#include "http/rate_limit.hpp"
#include "identity/oidc_provider.hpp"
#include "tenancy/tenant.hpp"

#include <kidevent/settings.hpp>

#include <memory>

namespace kidevent::db {
class database;
} // namespace kidevent::db

namespace kidevent::crypto {
class envelope;
}

namespace kidevent::identity {

class oidc_client;

// Where a browser goes on, and the secret that it keeps until it comes back.
struct provider_redirect {
    std::string url;
    std::string browser; // value of the cookie; base64url
};

// What came back from the provider, as the query said it; "" for what was not there. And in which browser.
struct provider_return {
    std::string state;
    std::string code;
    std::string issuer; // "iss" (RFC 9207)
    std::string error;
    std::string device; // what the login is recognised by
};

// How a sign-in or a connecting ended well.
struct provider_sign_in {
    account_id account{};
    std::string token; // of the new login; "" when the account that is signed in was connected
    std::string return_to;
    bool is_new = false; // the account was made by it
};

class oidc_service {
public:
    // All must outlive it. `post_to_loop` brings a function to the loop's thread.
    oidc_service(db::database& with, const settings& all, const crypto::envelope& sealing, const clock& now,
                 worker_threads::post_to_loop post_to_loop);
    ~oidc_service();
    oidc_service(const oidc_service&) = delete;
    oidc_service& operator=(const oidc_service&) = delete;

    // Begins a sign-in, or for an account that is signed in the connecting of it. `return_to` is a path of
    // our own. Errors: not_found (no such provider, or it is disabled), invalid_fields, too_many_requests,
    // identity_provider_unavailable.
    task<result<provider_redirect>> begin(const tenancy::tenant& at, identity_provider_id with,
                                          std::string return_to, std::optional<account_id> connecting,
                                          std::string remote_address);
    // Ends it. `browser` is the cookie's value, `acting` whoever is signed in there. A state is used up by
    // the first attempt, however that ends. Errors: not_found, sign_in_attempt_unknown,
    // identity_provider_unavailable, identity_provider_refused, identity_provider_cancelled,
    // sign_up_not_allowed, account_not_linked, identity_taken, second_factor_required (the account has one,
    // and the provider does not say that it asked for several).
    task<result<provider_sign_in>> finish(const tenancy::tenant& at, identity_provider_id with,
                                          provider_return back, std::string browser, actor acting);

private:
    db::database& database_;
    const settings& with_;
    const crypto::envelope& sealing_;
    const clock& time_;
    http::rate_limiter by_address_;
    std::unique_ptr<oidc_client> client_;
};

} // namespace kidevent::identity
