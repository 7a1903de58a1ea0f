#pragma once
// All connections of one worker to PostgreSQL: the read lanes, the pool of the app role, the router's lane,
// the pools of the platform and the jobs role. Built by the composition root; the domains reach it through
// tenant_batch and the transactions only.

#include "core/uuid.hpp"
#include "db/batch.hpp"
#include "db/work.hpp"

#include <kidevent/settings.hpp>

#include <functional>
#include <memory>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace kidevent::db {

class connection_pool;

struct database_stats {
    std::size_t lanes_open;
    std::size_t lane_batches_in_flight;
    std::size_t pool_total;
    std::size_t pool_idle;
    std::size_t pool_waiting;
    std::uint64_t round_trips; // batches sent since the start
};

class database {
public:
    database(boost::asio::io_context& loop, const database_settings& with);
    ~database();

    // Opens every kind of connection once. `done` gets the first failure, or null.
    void start(std::function<void(std::exception_ptr)> done);
    void close();

    // Runs the batch on the read lane with the least in flight. Throws db_error when no lane can take it.
    batch_completion run_on_lane(std::shared_ptr<batch> sent);
    // The router's lane: which host is whose, and announcements; no tenant's query ever runs on it.
    batch_completion run_on_router(std::shared_ptr<batch> sent);
    connection_pool& app_pool() noexcept;
    connection_pool& platform_pool() noexcept;
    // Not opened by start(): most processes do no background work.
    connection_pool& jobs_pool() noexcept;
    void count_round_trip() noexcept;

    // Tenant changes announced by PostgreSQL: the slug, or "" when some may have been missed (the listening
    // connection was lost or came back), so that everything remembered is in doubt.
    std::function<void(std::string_view slug)> on_tenant_changed;
    // Domain events that were published, as outbox::parse_announcement reads it, or "" when some may have
    // been missed.
    std::function<void(std::string_view announcement)> on_events_published;
    // Accounts or logins of a tenant changed (its id): who a login belongs to has to be asked for again. When
    // some may have been missed, on_events_published says so.
    std::function<void(std::string_view tenant)> on_accounts_changed;
    // True while announcements are being heard; what is remembered may be believed only then.
    bool hears_announcements() const noexcept;

    // Changes of this process's own transactions, when they have ended and before anybody is answered: what
    // is remembered of this topic of the tenant is out of date ("" stands for everything of the tenant).
    std::function<void(tenant_id at, std::string_view topic)> on_changed;
    // A transaction of this process has committed and left something to do in the background.
    std::function<void(work_set left)> on_work_left;
    // From now on `heard` is called when this or another process says that there is such work, and with all
    // of it when that may have been missed. For the processes that do it. Once.
    void listen_to_work(std::function<void(work_set left)> heard);
    // PostgreSQL worked that long for the tenant; called for each of its batches.
    std::function<void(tenant_id of, std::chrono::microseconds worked)> on_worked;

    database_stats stats() const noexcept;

private:
    class impl;
    std::unique_ptr<impl> impl_;
};

} // namespace kidevent::db
