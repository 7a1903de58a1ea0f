#include "outbox/relay.hpp"

#include "db/jobs_transaction.hpp"
#include "telemetry/log.hpp"

#include <algorithm>

namespace kidevent::outbox {

namespace {

using db::connection_role;
using namespace std::chrono_literals;

const db::query publish_events{"outbox.publish", "select platform.publish_events($1)", connection_role::jobs};
const db::query publish_quietly{"outbox.publish_quietly",
                                "select published, announcement from platform.publish_events_quietly($1)",
                                connection_role::jobs};
const db::query announce_events{"outbox.announce", "select platform.announce_events($1)",
                                connection_role::jobs};
const db::query claim_events{"outbox.claim", R"sql(
    select event_position, id, tenant_id, coalesce(slug, ''), type, subject, data, coalesce(traceparent, ''), created_at
    from platform.claim_events($1, $2, $3, $4)
)sql",
                             connection_role::jobs};
const db::query accept_events{"outbox.accept", "select platform.accept_events($1, $2, $3)",
                              connection_role::jobs};
const db::query fail_events{"outbox.fail", "select platform.fail_events($1, $2, $3, $4, $5)",
                            connection_role::jobs};
const db::query release_sink{"outbox.release", "select platform.release_sink($1, $2)", connection_role::jobs};
const db::query purge_events{"outbox.purge", "select platform.purge_events($1, $2)", connection_role::jobs};

constexpr int purged_at_once = 1000;

std::vector<published_event> read_claimed(const db::result_set& found) {
    std::vector<published_event> read;
    read.reserve(static_cast<std::size_t>(found.size()));
    for (const db::row from : found)
        read.push_back({from.get<std::int64_t>(0), from.get<uuid>(1), from.get<std::optional<tenant_id>>(2),
                        from.get<std::string>(3), from.get<std::string>(4), from.get<std::string>(5),
                        from.get<std::string>(6), from.get<std::string>(7), from.get<timestamp>(8)});
    return read;
}

task<send_outcome> send_safely(event_sink& to, std::span<const published_event> events,
                               std::chrono::steady_clock::time_point until) {
    try {
        auto sending = to.send(events, until);
        auto outcome = co_await sending;
        co_return outcome;
    } catch (const std::exception& failed) {
        co_return send_outcome{0, failed.what()};
    }
}

} // namespace

relay::relay(boost::asio::io_context& loop, db::database& with, const outbox_settings& settings)
    : loop_(loop),
      database_(with),
      settings_(settings),
      publishing_(loop, "publish events", settings.poll_min, settings.poll_max, [this] { return publish(); }),
      purging_(loop, "purge events", 1s, 10min, [this] { return purge(); }) {}

void relay::add_sink(std::shared_ptr<event_sink> fed) {
    sinks_.push_back(fed);
    feeding_.push_back(std::make_unique<paced_loop>(loop_, "feed " + fed->name(), settings_.poll_min,
                                                    settings_.poll_max, [this, fed] { return feed(fed); }));
}

void relay::start() {
    publishing_.start();
    purging_.start();
    for (const auto& each : feeding_)
        each->start();
}

void relay::wake_sinks() {
    for (const auto& each : feeding_)
        each->wake();
}

void relay::stop() {
    publishing_.stop();
    purging_.stop();
    for (const auto& each : feeding_)
        each->stop();
}

void relay::close() noexcept {
    for (const auto& each : sinks_)
        each->give_up();
}

bool relay::is_idle() const noexcept {
    return publishing_.is_idle() && purging_.is_idle()
           && std::all_of(feeding_.begin(), feeding_.end(), [](const auto& each) { return each->is_idle(); });
}

task<> relay::release_sinks() {
    auto transaction = co_await db::jobs_transaction::begin(database_);
    for (const auto& each : sinks_)
        transaction.add(release_sink, each->name(), self_);
    co_await transaction.commit();
}

task<bool> relay::publish() {
    if (announce) {
        auto publishing = publish_and_announce();
        const bool published = co_await publishing;
        co_return published;
    }
    auto transaction = co_await db::jobs_transaction::begin(database_);
    const auto done = transaction.add(publish_events, settings_.batch_max);
    co_await transaction.commit();
    const bool some = done.rows().front().get<int>(0) > 0;
    if (some) wake_sinks();
    co_return some;
}

task<bool> relay::publish_and_announce() {
    std::string announcement;
    {
        auto transaction = co_await db::jobs_transaction::begin(database_);
        const auto done = transaction.add(publish_quietly, settings_.batch_max);
        co_await transaction.commit();
        if (done.rows().front().get<int>(0) == 0) co_return false;
        announcement = done.rows().front().get<std::string>(1);
    }
    wake_sinks();
    auto announcing = announce(announcement);
    const bool announced = co_await announcing;
    if (announced) co_return true;
    auto transaction = co_await db::jobs_transaction::begin(database_);
    const auto told = transaction.add(announce_events, announcement);
    co_await transaction.commit();
    co_return true;
}

task<bool> relay::feed(std::shared_ptr<event_sink> fed) {
    report(relay_step::claiming);
    // Counted from before the claim: the lease ends later than we think, never earlier.
    const auto until = std::chrono::steady_clock::now() + settings_.lease * 3 / 4;
    std::vector<published_event> events;
    {
        auto transaction = co_await db::jobs_transaction::begin(database_);
        const auto claimed =
            transaction.add(claim_events, fed->name(), self_,
                            static_cast<std::int64_t>(settings_.lease.count()), settings_.batch_max);
        co_await transaction.commit();
        events = read_claimed(claimed.rows());
    }
    if (events.empty()) co_return false;
    report(relay_step::claimed);
    auto sending = send_safely(*fed, events, until);
    const send_outcome outcome = co_await sending;
    report(relay_step::sent);
    const std::size_t accepted = std::min(outcome.accepted, events.size());
    const std::int64_t upto = accepted == 0 ? events.front().position - 1 : events[accepted - 1].position;
    auto settling = settle(*fed, upto, outcome.error);
    const bool still_ours = co_await settling;
    co_return still_ours&& outcome.error.empty();
}

task<bool> relay::settle(const event_sink& fed, std::int64_t accepted_upto, const std::string& error) {
    report(relay_step::accepting);
    auto transaction = co_await db::jobs_transaction::begin(database_);
    const auto done = error.empty()
                          ? transaction.add(accept_events, fed.name(), self_, accepted_upto)
                          : transaction.add(fail_events, fed.name(), self_, accepted_upto, error,
                                            static_cast<std::int64_t>(settings_.retry_pause_max.count()));
    co_await transaction.commit();
    report(relay_step::accepted);
    const bool still_ours = done.rows().front().get<bool>(0);
    if (!still_ours)
        log::warn("a sink was taken over before its events were accepted", {{"kidevent.sink", fed.name()}});
    else if (!error.empty())
        log::warn("a sink failed", {{"kidevent.sink", fed.name()}, {"exception.message", error}});
    co_return still_ours;
}

task<bool> relay::purge() {
    auto transaction = co_await db::jobs_transaction::begin(database_);
    const auto done = transaction.add(purge_events, settings_.retention, purged_at_once);
    co_await transaction.commit();
    co_return done.rows().front().get<int>(0) == purged_at_once;
}

} // namespace kidevent::outbox
