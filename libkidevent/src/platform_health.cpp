// /livez and /readyz, and what the platform publishes of itself every second.

#include "db/db_error.hpp"
#include "db/migration_runner.hpp"
#include "services.hpp"
#include "telemetry/disk_check.hpp"

namespace kidevent {

namespace {

using telemetry::metric_named;

// Asks whether PostgreSQL answers and how far its schema is.
const db::query latest_migration{"health.latest_migration",
                                 "select max(number) from public.schema_migrations"};

response plain_text(int status, std::string text) {
    response made;
    made.status = status;
    made.headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
    made.headers.push_back({"Cache-Control", "no-store"});
    made.body = std::move(text);
    return made;
}

} // namespace

task<response> services::answer_health(const std::string& path, std::string_view query) {
    if (path == "/livez") co_return plain_text(200, "ok\n");
    const auto asked = telemetry::parse_health_query(query);
    auto running = health.run(asked.excluded);
    auto verdicts = co_await running;
    verdicts.insert(verdicts.begin(), {"shutdown", !draining});
    co_return plain_text(telemetry::is_healthy(verdicts) ? 200 : 503,
                         telemetry::health_text(verdicts, asked.verbose));
}

task<int> services::find_latest_migration() {
    auto asking = std::make_shared<db::batch>();
    asking->statements.push_back({&latest_migration, db::params{}, {}});
    auto running = database.run_on_lane(asking);
    co_await running;
    const auto number = db::pending_rows(asking, 0).rows().front().get<std::optional<int>>(0);
    co_return number.value_or(0);
}

task<bool> services::is_database_ready() {
    auto asking = find_latest_migration();
    co_await asking;
    co_return true;
}

task<bool> services::is_schema_up_to_date() {
    auto asking = find_latest_migration();
    const int found = co_await asking;
    co_return found >= db::all_migrations().back().number;
}

task<bool> services::has_disk_space() {
    co_return telemetry::has_free_space(with.telemetry.disk_directory, with.telemetry.disk_bytes_free_min);
}

task<bool> services::is_redis_ready() {
    auto asking = redis.command({"PING"});
    const auto got = co_await asking;
    co_return got && got->is == redis::reply::kind::simple && got->text == "PONG";
}

void services::add_health_checks() {
    const auto is_connected = [this] { return database.stats().lanes_open > 0; };
    health.add(
        "database", [this] { return is_database_ready(); }, is_connected);
    health.add(
        "migrations", [this] { return is_schema_up_to_date(); }, is_connected);
    if (!with.telemetry.disk_directory.empty()) health.add("disk", [this] { return has_disk_space(); });
    // Without it answers are slower and as right as ever.
    if (redis.is_configured())
        health.add_minor(
            "redis", [this] { return is_redis_ready(); }, [this] { return redis.is_up(); });
}

void services::publish_later() {
    publish_gauges();
    publishing_.expires_after(std::chrono::seconds{1});
    publishing_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) publish_later();
    });
}

void services::publish_gauges() {
    const db::database_stats now = database.stats();
    counts.set(metric_named("kidevent_db_pool_connections"), "idle", now.pool_idle);
    counts.set(metric_named("kidevent_db_pool_connections"), "used", now.pool_total - now.pool_idle);
    counts.set(metric_named("kidevent_db_pool_waiting_requests"), now.pool_waiting);
    counts.set(metric_named("kidevent_db_lanes_open"), now.lanes_open);
    counts.set(metric_named("kidevent_db_lane_batches"), now.lane_batches_in_flight);
    counts.set(metric_named("kidevent_db_round_trips_total"), now.round_trips);
    counts.set(metric_named("kidevent_password_hashes_waiting"), hashing.waiting());
    publish_admission();
    publish_cache();
    const realtime::realtime_stats told = streams.stats();
    counts.set(metric_named("kidevent_streams_open"), told.streams);
    counts.set(metric_named("kidevent_stream_messages_total"), told.messages);
    counts.set(metric_named("kidevent_streams_dropped_total"), told.dropped);
    accounting.publish();
    denied.flush();
}

void services::publish_admission() {
    const http::admission_stats now = admissions.stats();
    counts.set(metric_named("kidevent_admission_requests_in_flight"), now.in_flight);
    counts.set(metric_named("kidevent_admission_requests_waiting"), now.waiting);
    counts.set(metric_named("kidevent_admission_admitted_total"), now.admitted);
    counts.set(metric_named("kidevent_admission_refused_total"), "overload", now.refused_overload);
    counts.set(metric_named("kidevent_admission_refused_total"), "plan", now.refused_plan);
}

void services::publish_cache() {
    const cache::cache_stats memory = remembered.stats();
    counts.set(metric_named("kidevent_cache_lookups_total"), "hit", memory.hits);
    counts.set(metric_named("kidevent_cache_lookups_total"), "early", memory.early);
    counts.set(metric_named("kidevent_cache_lookups_total"), "miss", memory.misses);
    counts.set(metric_named("kidevent_cache_loads_total"), memory.loads);
    counts.set(metric_named("kidevent_cache_waits_total"), memory.waits);
    counts.set(metric_named("kidevent_cache_evictions_total"), memory.evictions);
    counts.set(metric_named("kidevent_cache_entries"), memory.entries);
    counts.set(metric_named("kidevent_cache_bytes"), memory.bytes);
    const cache::redis_cache_stats second = second_level.stats();
    counts.set(metric_named("kidevent_cache_redis_lookups_total"), "hit", second.hits);
    counts.set(metric_named("kidevent_cache_redis_lookups_total"), "miss", second.misses);
    counts.set(metric_named("kidevent_cache_redis_lookups_total"), "error", second.errors);
    const redis::client_stats spoken = redis.stats();
    counts.set(metric_named("kidevent_redis_connected_workers"), spoken.is_up ? 1 : 0);
    counts.set(metric_named("kidevent_redis_commands_total"), spoken.commands);
    counts.set(metric_named("kidevent_redis_failures_total"), "unsent", spoken.unsent);
    counts.set(metric_named("kidevent_redis_failures_total"), "unanswered", spoken.unanswered);
    counts.set(metric_named("kidevent_redis_failures_total"), "refused", spoken.refused);
    counts.set(metric_named("kidevent_redis_connections_lost_total"), spoken.losses);
}

} // namespace kidevent
