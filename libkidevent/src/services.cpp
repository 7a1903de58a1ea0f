#include "services.hpp"

#include "audit/audit_log.hpp"
#include "crypto/hmac.hpp"
#include "crypto/random.hpp"
#include "db/db_error.hpp"
#include "db/safety_check.hpp"
#include "events/event.hpp"
#include "http/problem.hpp"
#include "identity/account_repository.hpp"
#include "job_handlers.hpp"
#include "jobs/job_runner.hpp"
#include "loops_part.hpp"
#include "notifications/notification_sink.hpp"
#include "outbox/kafka_sink.hpp"
#include "outbox/redis_stream_sink.hpp"
#include "routes.hpp"
#include "telemetry/log.hpp"
#include "tenancy/slug.hpp"
#include "webhooks/webhook_sink.hpp"

#include <boost/asio/post.hpp>

#include <bit>
#include <random>

namespace kidevent {

namespace {

http::cursor_signer::mac mac_with(const std::string& key) {
    return [key](std::string_view text) { return crypto::hmac_sha256(key, text); };
}

http::cursor_signer cursor_signer_with(const http_settings& with) {
    std::vector<http::cursor_signer::mac> others;
    for (const std::string& each : with.other_signing_keys)
        others.push_back(mac_with(each));
    return http::cursor_signer{mac_with(with.signing_key), std::move(others)};
}

task<> log_deployment(const outbox::published_event& happened) {
    log::info("a deployment was completed", {{"kidevent.deployment", happened.data}});
    co_return;
}

task<> report_end(task<> watched, std::function<void(std::exception_ptr)> ended) {
    std::exception_ptr failed;
    try {
        co_await watched;
    } catch (...) {
        failed = std::current_exception();
    }
    ended(failed);
}

std::uint32_t random_seed() {
    std::array<std::byte, 4> bytes{};
    crypto::fill_random(bytes);
    return std::bit_cast<std::uint32_t>(bytes);
}

cache::value_cache::surroundings surroundings_of(boost::asio::io_context& loop) {
    return {[] { return std::chrono::steady_clock::now(); },
            [chance = std::minstd_rand{random_seed()}]() mutable {
                return std::uniform_real_distribution<double>{}(chance);
            },
            [&loop](std::function<void()> then) { boost::asio::post(loop, std::move(then)); }};
}

} // namespace

services::services(settings from, shared_memory shared)
    : with(std::move(from)),
      generations(std::move(shared.generations)),
      remembered(static_cast<std::size_t>(with.cache.bytes_max), generations, surroundings_of(loop)),
      redis(loop, with.redis),
      second_level(redis, generations, with.cache.answer_ttl + with.redis.command_timeout),
      public_answers(remembered, second_level),
      counts(std::move(shared.metrics), shared.metrics_slot),
      database(loop, with.db),
      work(loop, database, with.db.work_notify_interval),
      hashing("password hash", static_cast<std::size_t>(with.identity.hashes_concurrent_max),
              static_cast<std::size_t>(with.identity.hashes_waiting_max),
              [this](std::function<void()> then) { boost::asio::post(loop, std::move(then)); }),
      cursors(cursor_signer_with(with.http)),
      tenants(database, with.http),
      sealing(with.security.encryption_keys),
      second_factors(database, with.identity, sealing, time),
      logins(database, with, hashing, time, remembered, with.cache.login_ttl, second_factors),
      admins(database, with.identity, hashing, time, sealing),
      api_keys(database, with.security, time, remembered, with.cache.login_ttl),
      support(database, with.security, remembered, with.cache.login_ttl),
      oidc(database, with, sealing, time,
           [this](std::function<void()> then) { boost::asio::post(loop, std::move(then)); }),
      handler_parts{with,   database, cursors, tenants, logins,         admins,   public_answers,
                    counts, streams,  oidc,    sealing, second_factors, api_keys, support},
      messengers(with.mail, with.provider,
                 [this](std::function<void()> then) { boost::asio::post(loop, std::move(then)); }),
      job_parts{with, database, time, counts, &messengers},
      admissions(
          {static_cast<std::size_t>(with.admission.in_flight_max),
           static_cast<std::size_t>(with.admission.reserved),
           static_cast<std::size_t>(with.admission.waiting_max), with.admission.wait},
          [this](std::coroutine_handle<> waiting) {
              boost::asio::post(loop, [waiting] { waiting.resume(); });
          },
          [] { return std::chrono::steady_clock::now(); }),
      limits(with.rate_limit, redis, [this] { return time.now().time_since_epoch(); }),
      deadlines(loop, with.http.request_timeout,
                [this](const std::string& request_id) {
                    response late = http::timeout_response(request_id);
                    complete(late, request_id);
                    return late;
                }),
      accounting(with, counts, shared.metrics_slot),
      health([this](std::chrono::milliseconds wait, std::function<void()> then) {
          health_limit_.expires_after(wait);
          health_limit_.async_wait([then = std::move(then)](const boost::system::error_code& cancelled) {
              if (!cancelled) then();
          });
      }),
      streams(loop, with, database, tenants, logins),
      events(loop, database, with.outbox),
      fanout(loop, with, redis),
      webhooks(loop, database, tenants, with.webhook, time,
               [this](std::function<void()> then) { boost::asio::post(loop, std::move(then)); }),
      denied(database, counts),
      sealer(loop, database, with.audit, counts),
      schemas_(api_schemas()),
      publishing_(loop),
      health_limit_(loop) {
    const auto routes = all_routes();
    for (std::size_t i = 0; i < routes.size(); ++i) {
        auto& router = routes[i].host == host_kind::tenant ? tenant_routes_ : platform_routes_;
        router.add(routes[i].method, routes[i].path, i);
    }
    add_health_checks();
    database.on_changed = [this](tenant_id at, std::string_view topic) { forget(at, topic); };
    database.on_work_left = [this](db::work_set left) { work.notify(left); };
    database.on_worked = [this](tenant_id of, std::chrono::microseconds worked) {
        admissions.charge(of, worked);
    };
    deadlines.on_sweep = [this] { admissions.sweep(); };
    database.on_tenant_changed = [this](std::string_view slug) {
        tenants.forget(slug);
        streams.on_tenant_changed(slug);
    };
    database.on_accounts_changed = [this](std::string_view tenant) {
        if (const auto at = parse_uuid(tenant)) generations.expire(tenant_id{*at}, identity::accounts_topic);
    };
    // Who announces through Redis falls back to PostgreSQL, so both are heard.
    database.on_events_published = [this](std::string_view payload) { hear_of_events(payload); };
    fanout.on_announced = [this](std::string_view payload) { hear_of_events(payload); };
    fanout.on_silence = [this] { streams.on_events_published(""); };
    if (fanout.is_wanted()) events.announce = [this](std::string told) { return fanout.announce(told); };
    add_sinks();
}

void services::add_sinks() {
    events.add_sink(std::make_shared<kidevent::webhooks::webhook_sink>(database, tenants));
    events.add_sink(std::make_shared<notifications::notification_sink>(
        notifications::planning{with, database, time, messengers}, tenants));
    events.add_sink(std::make_shared<outbox::handler_sink>(
        "log deployments", std::vector{outbox::event_kind::deployment_completed}, log_deployment));
    const auto origins = [this](const std::string& slug) {
        return tenants.origin_of(slug.empty() ? tenancy::platform_slug : std::string_view{slug});
    };
    if (!with.redis.events_stream.empty())
        events.add_sink(
            std::make_shared<outbox::redis_stream_sink>(loop, with.redis, with.outbox.batch_max, origins));
    if (!with.kafka.brokers.empty())
        events.add_sink(
            std::make_shared<outbox::kafka_sink>(with.kafka, origins, [this](std::function<void()> then) {
                boost::asio::post(loop, std::move(then));
            }));
}

void services::hear_of_events(std::string_view announcement) {
    events.wake_sinks();
    streams.on_events_published(announcement);
    forget_published(announcement);
}

services::~services() {
    deadlines.stop();
    admissions.close();
    streams.stop();
    fanout.stop();
    events.close();
    for (const auto& each : background_)
        each->stop();
    work.stop();
    publishing_.cancel();
    health_limit_.cancel();
    health.give_up();
    database.close();
    redis.close();
    // What was in flight hears of it and ends; nothing may be left suspended when the parts go.
    loop.restart();
    loop.poll();
}

void services::forget(tenant_id at, std::string_view topic) {
    generations.bump(at, topic);
    second_level.forget(at, topic);
}

// Our own machine's workers told each other already; this is for what others did, and the command line.
void services::forget_published(std::string_view payload) {
    const auto told = outbox::parse_announcement(payload);
    if (!told.is_complete) remembered.forget_all();
    for (const tenant_id each : told.tenants)
        generations.expire(each, events::calendar_topic);
}

void services::start() {
    log::set_level(log::parse_level(with.log.level));
    audit::set_denied_per_minute_max(with.audit.denied_per_minute_max);
    redis.start();
    std::optional<std::exception_ptr> opened;
    database.start([&opened](std::exception_ptr failed) { opened = failed; });
    loop.restart();
    while (!opened)
        loop.run_one();
    if (*opened) std::rethrow_exception(*opened);
    const auto problems = block_on(db::find_safety_problems(database));
    if (problems.empty()) {
        streams.start();
        fanout.start();
        return publish_later();
    }
    std::string message = "the database does not keep organisations apart, so this process does not start:";
    for (const std::string& each : problems)
        message += "\n  " + each;
    throw std::runtime_error(message);
}

void services::start_background() {
    auto runner =
        std::make_unique<jobs::job_runner>(loop, job_parts, all_job_handlers(), jobs::all_schedules());
    database.listen_to_work([this, &jobs = *runner](db::work_set left) {
        if (left.has(db::work::events)) events.wake();
        if (left.has(db::work::jobs)) jobs.wake();
        if (left.has(db::work::deliveries)) webhooks.wake();
    });
    background_.push_back(std::move(runner));
    background_.push_back(
        std::make_unique<loops_part<outbox::relay>>(loop, events, [this] { return events.release_sinks(); }));
    background_.push_back(std::make_unique<loops_part<kidevent::webhooks::webhook_sender>>(loop, webhooks));
    background_.push_back(std::make_unique<loops_part<audit::audit_sealer>>(loop, sealer));
    for (const auto& each : background_)
        each->start();
}

void services::drain_background(std::function<void()> drained) {
    if (background_.empty()) return drained();
    auto left = std::make_shared<std::size_t>(background_.size());
    for (const auto& each : background_)
        each->drain([left, drained] {
            if (--*left == 0) drained();
        });
}

void services::begin_drain() {
    draining = true;
    streams.begin_drain();
}

void services::add_route(std::string method, std::string path, platform::host_handler handler) {
    if (!path.starts_with('/') || path.find_first_of("{}") != std::string::npos)
        throw std::invalid_argument("a host's route must be a plain path: " + path);
    if (path == "/livez" || path == "/readyz" || path == "/api" || path.starts_with("/api/"))
        throw std::invalid_argument("a host's route must not be one of the library's own: " + path);
    host_routes_.push_back({std::move(method), std::move(path), std::move(handler)});
}

void services::run_until_done(task<> running) {
    std::optional<std::exception_ptr> ended;
    detach(report_end(std::move(running), [&ended](std::exception_ptr failed) { ended = failed; }));
    loop.restart();
    while (!ended)
        loop.run_one();
    if (*ended) std::rethrow_exception(*ended);
}

void services::handle(request incoming, platform::on_response done) {
    auto record = accounting.begin(incoming);
    auto answered =
        deadlines.watch(record->request_id, [this, record, done = std::move(done)](response made) {
            made.headers.push_back({"traceparent", record->spans.traceparent});
            accounting.end(*record, made);
            done(std::move(made));
        });
    detach(answer(std::move(incoming), std::move(record), std::move(answered)));
}

} // namespace kidevent
