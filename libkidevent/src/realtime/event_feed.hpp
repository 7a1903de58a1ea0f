#pragma once
// Keeps the streams of one worker fed: reads the events that were published since it last looked, once for
// all streams of a tenant and under that tenant's row-level security, and repeats to a client that comes back
// what it missed. Ends streams whose listener may not hear any more. Built by services.

#include "core/task.hpp"
#include "db/database.hpp"
#include "identity/login_service.hpp"
#include "outbox/published_event.hpp"
#include "realtime/hub.hpp"
#include "tenancy/tenant_resolver.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <map>

namespace kidevent::realtime {

class event_feed {
public:
    // All must outlive it.
    event_feed(boost::asio::io_context& loop, const settings& with, db::database& database,
               tenancy::tenant_resolver& tenants, identity::login_service& logins);

    // A stream that begins at once. `last_event_id` is what the client heard last, "" when it is new.
    // Errors: overloaded, too_many_requests.
    result<std::unique_ptr<body_stream>> open(tenancy::tenant_ptr at, audience_member person,
                                              std::string_view last_event_id);

    // What PostgreSQL announced; see db::database.
    void on_events_published(std::string_view announcement);
    void on_tenant_changed(std::string_view slug);

    void start();
    // Ends all streams, so that their clients go to another worker.
    void begin_drain();
    void stop() noexcept;

    realtime_stats stats() const noexcept { return hub_.stats(); }

private:
    struct newcomer {
        subscriber_ptr who;
        std::optional<std::int64_t> heard_upto; // none: it is new
    };
    // Where the streams of one tenant stand.
    struct source {
        tenancy::tenant_ptr at;
        std::optional<std::int64_t> seen; // every event up to here was told
        std::vector<newcomer> newcomers;
        bool has_news = false;      // there may be events beyond `seen`
        bool is_in_doubt = false;   // the tenant may have been suspended
        bool is_being_read = false; // by one coroutine at a time
        bool is_ahead() const { return has_news || is_in_doubt || !newcomers.empty(); }
    };
    using source_ptr = std::shared_ptr<source>;
    using published = std::vector<outbox::published_event>;

    void begin_reading(const source_ptr& of);
    task<> read(source_ptr of);
    task<> read_step(source_ptr of);
    task<> check_tenant(source_ptr of);
    task<> find_position(source_ptr of);
    task<> welcome(source_ptr of);
    task<> repeat_missed(source_ptr of, std::vector<newcomer> to);
    task<> read_news(source_ptr of);
    task<std::vector<message>> make_messages(source_ptr of, published events, std::vector<session_id> heard);
    task<> check_logins();

    void tick();
    void tick_later();

    boost::asio::steady_timer timer_;
    const realtime_settings& with_;
    db::database& database_;
    tenancy::tenant_resolver& tenants_;
    identity::login_service& logins_;
    hub hub_;
    std::map<tenant_id, source_ptr> sources_;
    std::chrono::steady_clock::time_point kept_alive_at_{};
    bool is_checking_logins_ = false;
    bool draining_ = false;
    bool stopping_ = false;
};

} // namespace kidevent::realtime
