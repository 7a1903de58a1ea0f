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
    const bool ready = std::all_of(verdicts.begin(), verdicts.end(),
                                   [](const telemetry::health_verdict& each) { return each.passed; });
    co_return plain_text(ready ? 200 : 503, telemetry::health_text(verdicts, asked.verbose));
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

void services::add_health_checks() {
    const auto is_connected = [this] { return database.stats().lanes_open > 0; };
    health.add(
        "database", [this] { return is_database_ready(); }, is_connected);
    health.add(
        "migrations", [this] { return is_schema_up_to_date(); }, is_connected);
    if (!with.telemetry.disk_directory.empty()) health.add("disk", [this] { return has_disk_space(); });
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
    accounting.publish();
}

} // namespace kidevent
