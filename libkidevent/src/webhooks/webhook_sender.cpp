#include "webhooks/webhook_sender.hpp"

#include "telemetry/log.hpp"
#include "webhooks/webhook_schedule.hpp"
#include "webhooks/webhook_signature.hpp"

#include <random>

namespace kidevent::webhooks {

namespace {

using namespace std::chrono_literals;

// Reading what is to be sent, and writing what came of it. A claim outlasts that and the request; when its
// process dies, the delivery is sent by another one after it.
constexpr std::chrono::milliseconds database_work_max = 15s;
constexpr std::chrono::milliseconds pause_while_suspended = 10min;

double random_fraction() {
    thread_local std::minstd_rand source{std::random_device{}()};
    return std::uniform_real_distribution<double>{0, 1}(source);
}

} // namespace

webhook_sender::webhook_sender(boost::asio::io_context& loop, db::database& with,
                               tenancy::tenant_resolver& tenants, const webhook_settings& settings,
                               const clock& now, worker_threads::post_to_loop post_to_loop)
    : database_(with),
      tenants_(tenants),
      settings_(settings),
      time_(now),
      claiming_(loop, "send webhooks", settings.poll_min, settings.poll_max, [this] { return claim(); }),
      post_to_loop_(std::move(post_to_loop)) {}

void webhook_sender::start() {
    const auto most = static_cast<std::size_t>(settings_.concurrent_max);
    if (!threads_) threads_.emplace("webhook post", most, most, post_to_loop_);
    claiming_.start();
}

task<bool> webhook_sender::claim() {
    const auto most = static_cast<std::size_t>(settings_.concurrent_max);
    if (in_hand_ >= most) co_return false;
    auto transaction = co_await db::jobs_transaction::begin(database_);
    const auto claimed =
        add_claim(transaction, settings_.timeout + database_work_max,
                  static_cast<int>(settings_.concurrent_per_tenant_max), static_cast<int>(most - in_hand_));
    co_await transaction.commit();
    for (claimed_delivery& each : read_claimed(claimed.rows())) {
        ++in_hand_;
        detach(deliver(std::move(each)));
    }
    co_return !claimed.rows().empty() && in_hand_ < most;
}

task<> webhook_sender::deliver(claimed_delivery due) {
    try {
        auto delivering = deliver_or_throw(due);
        co_await delivering;
    } catch (const std::exception& failed) {
        // It stays in the queue and comes again when the claim ends.
        log::warn("a webhook could not be delivered or its outcome not be written",
                  {{"kidevent.delivery", to_string(due.id.value)},
                   {"exception.message", std::string_view{failed.what()}}});
    }
    --in_hand_;
    claiming_.wake();
}

task<> webhook_sender::deliver_or_throw(const claimed_delivery& due) {
    auto resolving = tenants_.resolve_slug(due.slug);
    const auto tenant = co_await resolving;
    if (!tenant) {
        auto postponing = postpone(due);
        co_await postponing;
        co_return;
    }
    db::tenant_batch batch{database_, (*tenant)->handle};
    const auto found = add_find_outgoing(batch, due.id);
    auto running = batch.run();
    co_await running;
    const auto what = read_outgoing(found.rows());
    if (what && what->is_wanted) {
        auto posting = post(**tenant, due, *what);
        co_await posting;
        co_return;
    }
    // Deleted, delivered by another one, or its webhook was disabled: nothing is to be done any more.
    auto transaction = co_await db::tenant_transaction::begin(database_, (*tenant)->handle);
    const auto dropped = add_drop(transaction, due.id, due.fence);
    co_await transaction.run();
    if (dropped.rows().front().get<bool>(0)) add_give_up(transaction, due.id);
    co_await transaction.commit();
}

task<> webhook_sender::post(const tenancy::tenant& at, const claimed_delivery& due, const outgoing& what) {
    auto posting = threads_->run<http_client::request_outcome>(
        [request = make_post(what)] { return http_client::send(request); });
    const http_client::request_outcome answer = co_await posting;
    bool gone = false;
    const attempt made = judge_answer(answer, what.attempts + 1, gone);
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    const auto settled = add_settle(transaction, due.id, due.fence, made);
    if (gone) add_disable_webhook(transaction, what.of, "410 Gone");
    co_await transaction.run();
    if (settled.rows().front().get<bool>(0))
        co_await transaction.commit();
    else
        co_await transaction.rollback(); // another claim speaks for it now
}

task<> webhook_sender::postpone(const claimed_delivery& due) {
    auto transaction = co_await db::jobs_transaction::begin(database_);
    add_postpone(transaction, due, pause_while_suspended);
    co_await transaction.commit();
}

http_client::guarded_request webhook_sender::make_post(const outgoing& what) const {
    const std::string id = to_string(what.event);
    const auto sent_at = std::chrono::floor<std::chrono::seconds>(time_.now()).time_since_epoch().count();
    return {what.url,
            {{"Content-Type", "application/json"},
             {"User-Agent", "KidEvent-Webhooks/1"},
             {"webhook-id", id},
             {"webhook-timestamp", std::to_string(sent_at)},
             {"webhook-signature",
              signatures_of({what.signing_secret, what.previous_secret}, id, sent_at, what.body)}},
            what.body,
            settings_.timeout,
            settings_.addresses == "any",
            settings_.ca_file};
}

attempt webhook_sender::judge_answer(const http_client::request_outcome& answer, int attempts,
                                     bool& gone) const {
    const verdict is = judge(answer.status, attempts, answer.retry_after, time_.now(), random_fraction());
    attempt made;
    if (answer.status != 0) made.status_code = answer.status;
    if (!answer.error.empty()) made.error = answer.error.substr(0, 300);
    made.delivered = is.is == verdict::outcome::delivered;
    if (is.is == verdict::outcome::again) made.pause = is.pause;
    gone = is.is == verdict::outcome::gone;
    return made;
}

} // namespace kidevent::webhooks
