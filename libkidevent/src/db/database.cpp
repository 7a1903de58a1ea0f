#include "db/database.hpp"

#include "db/connection_pool.hpp"
#include "db/lane.hpp"
#include "db/transport_security.hpp"

namespace kidevent::db {

namespace asio = boost::asio;

namespace {

const query listen_to_tenants{"router.listen", "listen kidevent_tenants", connection_role::router};
const query listen_to_events{"router.listen_to_events", "listen kidevent_events", connection_role::router};
const query listen_to_accounts{"router.listen_to_accounts", "listen kidevent_accounts",
                               connection_role::router};
const query listen_to_work_left{"router.listen_to_work", "listen kidevent_work", connection_role::router};

enum class access { read_only, read_write };

std::string milliseconds_text(std::chrono::milliseconds length) {
    return std::to_string(length.count()) + "ms";
}

using on_answered = std::function<void(const batch&)>;

std::shared_ptr<const connection_options> options_for(const database_settings& with, connection_role role,
                                                      access mode, on_answered answered = nullptr) {
    struct login {
        const char* user;
        const std::string& password;
    };
    const auto login_of = [&with](connection_role wanted) -> login {
        switch (wanted) {
        case connection_role::app: return {"kidevent_app", with.app_password};
        case connection_role::router: return {"kidevent_router", with.router_password};
        case connection_role::platform: return {"kidevent_platform", with.platform_password};
        case connection_role::jobs: return {"kidevent_jobs", with.jobs_password};
        }
        throw std::logic_error("a connection role without a login");
    };
    const login as = login_of(role);
    auto made = std::make_shared<connection_options>();
    std::string session =
        "-c timezone=UTC -c statement_timeout=" + milliseconds_text(with.statement_timeout)
        + " -c lock_timeout=" + milliseconds_text(with.lock_timeout)
        + " -c idle_in_transaction_session_timeout=" + milliseconds_text(with.idle_in_transaction_timeout);
    if (mode == access::read_only) session += " -c default_transaction_read_only=on";
    made->keywords = {{"host", with.host},
                      {"port", std::to_string(with.port)},
                      {"dbname", with.name},
                      {"user", as.user},
                      {"password", as.password},
                      {"client_encoding", "UTF8"},
                      {"application_name", "kidevent"},
                      {"target_session_attrs", mode == access::read_write ? "read-write" : "any"},
                      {"options", session}};
    for (auto& each : transport_security(with))
        made->keywords.push_back(std::move(each));
    made->queries = query::all_of(role);
    made->on_answered = std::move(answered);
    made->connect_timeout = with.connect_timeout;
    // The server's own statement_timeout comes first; this one is for a server that hangs or a path that
    // swallows packets.
    made->answer_timeout = with.statement_timeout + std::chrono::seconds{1};
    return made;
}

connection_pool::limits limits_of(const database_settings& with) {
    return {static_cast<std::size_t>(with.pool_size_max), static_cast<std::size_t>(with.pool_waiting_max),
            with.pool_wait};
}

lane::limits limits_of_lane(const database_settings& with) {
    return {static_cast<std::size_t>(with.lane_batches_max), static_cast<std::size_t>(with.lane_shared_max)};
}

// Calls `done` once, when all `parts` have reported, with the first failure.
class gathering {
public:
    gathering(std::size_t parts, std::function<void(std::exception_ptr)> done)
        : left_(parts), done_(std::move(done)) {}
    void report(std::exception_ptr failed) {
        if (failed && !first_) first_ = failed;
        if (--left_ == 0) done_(first_);
    }

private:
    std::size_t left_;
    std::exception_ptr first_;
    std::function<void(std::exception_ptr)> done_;
};

} // namespace

class database::impl {
public:
    impl(asio::io_context& loop, const database_settings& with, const on_answered& answered)
        : router(loop, options_for(with, connection_role::router, access::read_write), limits_of_lane(with)),
          app(loop, options_for(with, connection_role::app, access::read_write, answered), limits_of(with)),
          platform(loop, options_for(with, connection_role::platform, access::read_write), limits_of(with)),
          jobs(loop, options_for(with, connection_role::jobs, access::read_write), limits_of(with)),
          sweeper(loop) {
        const auto reading = options_for(with, connection_role::app, access::read_only, answered);
        for (std::int64_t i = 0; i < with.lanes; ++i)
            lanes.push_back(std::make_unique<lane>(loop, reading, limits_of_lane(with)));
    }

    void sweep_later() {
        sweeper.expires_after(std::chrono::milliseconds{100});
        sweeper.async_wait([this](const boost::system::error_code& cancelled) {
            if (cancelled) return;
            const auto now = std::chrono::steady_clock::now();
            for (const auto& each : lanes)
                each->sweep(now);
            router.sweep(now);
            app.sweep(now);
            platform.sweep(now);
            jobs.sweep(now);
            sweep_later();
        });
    }

    std::vector<std::unique_ptr<lane>> lanes;
    lane router;
    connection_pool app;
    connection_pool platform;
    connection_pool jobs; // opens its first connection when somebody needs one
    asio::steady_timer sweeper;
    bool listening = false;
    std::function<void(work_set)> on_work;
    std::uint64_t round_trips = 0;
};

database::database(asio::io_context& loop, const database_settings& with)
    : impl_(std::make_unique<impl>(loop, with, [this](const batch& done) {
          if (on_worked && done.of != tenant_id{}) on_worked(done.of, done.worked);
      })) {
    const auto doubt = [this] {
        if (on_tenant_changed) on_tenant_changed("");
        if (on_events_published) on_events_published("");
    };
    impl_->router.on_up = [this, doubt] {
        auto listen = std::make_shared<batch>();
        listen->statements.push_back({&listen_to_tenants, params{}, {}});
        listen->statements.push_back({&listen_to_events, params{}, {}});
        listen->statements.push_back({&listen_to_accounts, params{}, {}});
        if (impl_->on_work) listen->statements.push_back({&listen_to_work_left, params{}, {}});
        impl_->router.submit(std::move(listen));
        // Announcements flow from the moment the server has read this; whatever is resolved afterwards
        // travels behind it on the same connection.
        impl_->listening = true;
        doubt();
        if (impl_->on_work) impl_->on_work(work_set::all());
    };
    impl_->router.on_down = [this, doubt] {
        impl_->listening = false;
        doubt();
    };
    impl_->router.on_notification = [this](std::string_view channel, std::string_view payload) {
        if (channel == "kidevent_work") return impl_->on_work(work_set::parse(payload));
        const auto& heard = channel == "kidevent_events"     ? on_events_published
                            : channel == "kidevent_accounts" ? on_accounts_changed
                                                             : on_tenant_changed;
        if (heard) heard(payload);
    };
}

database::~database() { close(); }

void database::start(std::function<void(std::exception_ptr)> done) {
    auto all = std::make_shared<gathering>(impl_->lanes.size() + 3, std::move(done));
    const auto report = [all](std::exception_ptr failed) { all->report(failed); };
    for (const auto& each : impl_->lanes)
        each->start(report);
    impl_->router.start(report);
    impl_->app.start(report);
    impl_->platform.start(report);
    impl_->sweep_later();
}

void database::close() {
    impl_->sweeper.cancel();
    for (const auto& each : impl_->lanes)
        each->close();
    impl_->router.close();
    impl_->app.close();
    impl_->platform.close();
    impl_->jobs.close();
}

batch_completion database::run_on_lane(std::shared_ptr<batch> sent) {
    lane* quietest = nullptr;
    for (const auto& each : impl_->lanes)
        if (each->is_open() && (!quietest || each->batches_in_flight() < quietest->batches_in_flight()))
            quietest = each.get();
    if (!quietest) throw db_error{db_error::kind::unavailable, "no connection to PostgreSQL"};
    count_round_trip();
    quietest->submit(sent);
    return batch_completion{std::move(sent)};
}

batch_completion database::run_on_router(std::shared_ptr<batch> sent) {
    impl_->router.submit(sent);
    return batch_completion{std::move(sent)};
}

connection_pool& database::app_pool() noexcept { return impl_->app; }
connection_pool& database::platform_pool() noexcept { return impl_->platform; }
connection_pool& database::jobs_pool() noexcept { return impl_->jobs; }
void database::count_round_trip() noexcept { ++impl_->round_trips; }
void database::listen_to_work(std::function<void(work_set)> heard) {
    impl_->on_work = std::move(heard);
    if (!impl_->listening) return; // it will with the others
    auto listen = std::make_shared<batch>();
    listen->statements.push_back({&listen_to_work_left, params{}, {}});
    impl_->router.submit(std::move(listen));
}
bool database::hears_announcements() const noexcept { return impl_->listening; }

database_stats database::stats() const noexcept {
    database_stats now{};
    for (const auto& each : impl_->lanes) {
        now.lanes_open += each->is_open() ? 1 : 0;
        now.lane_batches_in_flight += each->batches_in_flight();
    }
    const pool_stats pool = impl_->app.stats();
    now.pool_total = pool.total;
    now.pool_idle = pool.idle;
    now.pool_waiting = pool.waiting;
    now.round_trips = impl_->round_trips;
    return now;
}

} // namespace kidevent::db
