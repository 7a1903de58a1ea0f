#pragma once
// Posts the deliveries that are due. Any number of processes may run one: a delivery is claimed for a while,
// and only the latest claim can say what came of it. Started by the processes that do background work.

#include "core/worker_threads.hpp"
#include "db/database.hpp"
#include "http_client/guarded_request.hpp"
#include "outbox/paced_loop.hpp"
#include "tenancy/tenant_resolver.hpp"
#include "webhooks/webhook_repository.hpp"

#include <kidevent/settings.hpp>

#include <optional>

namespace kidevent::webhooks {

class webhook_sender {
public:
    // All must outlive it. `post_to_loop` brings a function to the loop's thread.
    webhook_sender(boost::asio::io_context& loop, db::database& with, tenancy::tenant_resolver& tenants,
                   const webhook_settings& settings, const clock& now,
                   worker_threads::post_to_loop post_to_loop);

    void start();
    // Deliveries may have become due.
    void wake() { claiming_.wake(); }
    // Deliveries in hand are finished; is_idle() turns true then.
    void stop() { claiming_.stop(); }
    bool is_idle() const noexcept { return claiming_.is_idle() && in_hand_ == 0; }

private:
    task<bool> claim();
    task<> deliver(claimed_delivery due);
    task<> deliver_or_throw(const claimed_delivery& due);
    task<> post(const tenancy::tenant& at, const claimed_delivery& due, const outgoing& what);
    task<> postpone(const claimed_delivery& due);
    http_client::guarded_request make_post(const outgoing& what) const;
    attempt judge_answer(const http_client::request_outcome& answer, int attempts, bool& gone) const;

    db::database& database_;
    tenancy::tenant_resolver& tenants_;
    const webhook_settings& settings_;
    const clock& time_;
    outbox::paced_loop claiming_;
    std::size_t in_hand_ = 0;
    worker_threads::post_to_loop post_to_loop_;
    std::optional<worker_threads> threads_; // from start() on: most processes post nothing
};

} // namespace kidevent::webhooks
