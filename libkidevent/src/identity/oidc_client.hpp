#pragma once
// Asks identity providers: where their endpoints are, for tokens, and for the keys that these are signed
// with. On threads of its own, a few for each organisation, with one deadline for all that a step asks; the
// addresses are guarded (http_client/guarded_request). For oidc_service.

#include "core/result.hpp"
#include "core/secret.hpp"
#include "core/task.hpp"
#include "core/worker_threads.hpp"
#include "identity/provider_memory.hpp"

#include <boost/json/object.hpp>

#include <coroutine>
#include <deque>
#include <map>
#include <optional>

namespace kidevent::identity {

// A code, and all that is needed to have tokens for it.
struct code_exchange {
    tenant_id of;
    std::string issuer;
    std::string client_id;
    std::string client_authentication; // client_secret_basic, client_secret_post, none
    secret client_secret;
    std::string code;
    std::string verifier; // of PKCE
    std::string redirect_uri;
    std::string returned_issuer; // "iss" that came back with the code; "": none
};

struct redeemed_code {
    boost::json::object claims; // of the ID token, whose signature is verified; nothing else of it is
    std::string access_token;
};

class oidc_client {
public:
    // `with` must outlive it. `post_to_loop` brings a function to the loop's thread. Threads come with the
    // first question.
    oidc_client(const oidc_settings& with, worker_threads::post_to_loop post_to_loop);

    // Errors: identity_provider_unavailable, also when too much is being asked already.
    task<result<provider_endpoints>> find_endpoints(tenant_id of, std::string issuer);
    // The code is sent to nobody unless the browser came back from the issuer it went to (RFC 9207). Errors:
    // identity_provider_unavailable, identity_provider_refused.
    task<result<redeemed_code>> redeem(code_exchange what);

private:
    // One organisation's steps take turns: its slow provider must not hold all threads.
    struct turns {
        std::int64_t taken = 0;
        std::deque<std::coroutine_handle<>> waiting;
    };
    // Wait for it, then have it until this goes.
    class turn {
    public:
        turn(oidc_client& at, tenant_id of) : at_(at), of_(of) {}
        ~turn() {
            if (is_taken_) at_.end_turn(of_);
        }
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;
        bool await_ready();
        void await_suspend(std::coroutine_handle<> waiting);
        void await_resume() noexcept { is_taken_ = true; }

    private:
        oidc_client& at_;
        tenant_id of_;
        bool is_taken_ = false;
    };
    bool has_room() const noexcept;
    void end_turn(tenant_id of);
    worker_threads& threads();

    const oidc_settings& with_;
    worker_threads::post_to_loop post_to_loop_;
    provider_memory memory_;
    std::map<tenant_id, turns> in_hand_;
    std::int64_t waiting_ = 0;              // for their turn
    std::optional<worker_threads> threads_; // last: what they do uses the rest
};

} // namespace kidevent::identity
