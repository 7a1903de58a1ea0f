#include "identity/oidc_client.hpp"

#include "identity/provider_conversation.hpp"

namespace kidevent::identity {

namespace {

using std::chrono::steady_clock;

refusal too_much_asked() {
    refusal why = refuse(errc::identity_provider_unavailable, "provider", "busy",
                         "too many sign-ins wait for the organisation's providers");
    why.retry_after_seconds = 1;
    return why;
}

} // namespace

oidc_client::oidc_client(const oidc_settings& with, worker_threads::post_to_loop post_to_loop)
    : with_(with), post_to_loop_(std::move(post_to_loop)), memory_(with) {}

worker_threads& oidc_client::threads() {
    if (!threads_)
        threads_.emplace("identity provider", static_cast<std::size_t>(with_.concurrent_max),
                         static_cast<std::size_t>(with_.waiting_max), post_to_loop_);
    return *threads_;
}

bool oidc_client::has_room() const noexcept {
    return waiting_ < with_.waiting_max && (!threads_ || threads_->has_room());
}

bool oidc_client::turn::await_ready() {
    turns& all = at_.in_hand_[of_];
    if (all.taken >= at_.with_.concurrent_per_tenant_max) return false;
    ++all.taken;
    return true;
}

void oidc_client::turn::await_suspend(std::coroutine_handle<> waiting) {
    ++at_.waiting_;
    at_.in_hand_[of_].waiting.push_back(waiting);
}

// Whoever waits takes the turn over.
void oidc_client::end_turn(tenant_id of) {
    const auto found = in_hand_.find(of);
    turns& all = found->second;
    if (all.waiting.empty()) {
        if (--all.taken == 0) in_hand_.erase(found);
        return;
    }
    const auto next = all.waiting.front();
    all.waiting.pop_front();
    --waiting_;
    post_to_loop_([next] { next.resume(); });
}

task<result<provider_endpoints>> oidc_client::find_endpoints(tenant_id of, std::string issuer) {
    const provider_memory::key which{of, std::move(issuer)};
    if (auto known = memory_.find_endpoints(which, steady_clock::now())) co_return std::move(*known);
    if (!has_room()) co_return too_much_asked();
    const auto until = steady_clock::now() + with_.timeout;
    turn own{*this, of};
    co_await own;
    auto asking = threads().run<result<provider_endpoints>>([this, &which, until] {
        return provider_conversation{with_, memory_, which, until}.find_endpoints();
    });
    auto found = co_await asking;
    co_return found;
}

task<result<redeemed_code>> oidc_client::redeem(code_exchange what) {
    if (!has_room()) co_return too_much_asked();
    const auto until = steady_clock::now() + with_.timeout;
    turn own{*this, what.of};
    co_await own;
    auto asking = threads().run<result<redeemed_code>>([this, &what, until] {
        return provider_conversation{with_, memory_, {what.of, what.issuer}, until}.redeem(what);
    });
    auto redeemed = co_await asking;
    co_return redeemed;
}

} // namespace kidevent::identity
