#pragma once
// The composition root: everything long-lived of one platform, in the order in which it is built. Owned by
// platform; the command line and the tests of this project reach the parts through platform::parts().

#include "audit/audit_sealer.hpp"
#include "audit/denied_attempts.hpp"
#include "background_part.hpp"
#include "cache/answer_cache.hpp"
#include "core/clock.hpp"
#include "core/task.hpp"
#include "core/worker_threads.hpp"
#include "crypto/envelope.hpp"
#include "db/work_notifier.hpp"
#include "http/admission.hpp"
#include "http/cursor.hpp"
#include "http/request_context.hpp"
#include "http/request_limits.hpp"
#include "http/router.hpp"
#include "http/schema_set.hpp"
#include "identity/admin_service.hpp"
#include "identity/api_key_service.hpp"
#include "identity/login_service.hpp"
#include "identity/oidc_service.hpp"
#include "identity/second_factor_service.hpp"
#include "identity/support_service.hpp"
#include "jobs/job_context.hpp"
#include "notifications/transports.hpp"
#include "outbox/relay.hpp"
#include "realtime/event_feed.hpp"
#include "realtime/redis_fanout.hpp"
#include "redis/client.hpp"
#include "request_accounting.hpp"
#include "request_deadlines.hpp"
#include "telemetry/health.hpp"
#include "tenancy/tenant_resolver.hpp"
#include "webhooks/webhook_sender.hpp"

#include <kidevent/platform.hpp>
#include <kidevent/shared_memory.hpp>

#include <boost/asio/io_context.hpp>

#include <optional>

namespace kidevent {

class services {
public:
    services(settings with, shared_memory shared);
    ~services();

    void start();
    // Builds and starts what a process does beside answering requests. Once, after start().
    void start_background();
    // Lets it come to its end and calls `drained` once; at once when there is none.
    void drain_background(std::function<void()> drained);
    void add_route(std::string method, std::string path, platform::host_handler handler);
    void handle(request incoming, platform::on_response done);
    // Streams end, so that their clients go to another worker; everything else is answered as before.
    void begin_drain();
    // What anybody remembers of this topic of the tenant is out of date; see cache/generations.hpp. For
    // whoever hears of a change that another machine or the command line made.
    void forget(tenant_id at, std::string_view topic);

    // Runs the loop until the task has ended, and gives its result or exception. For the command line and
    // tests.
    template<class T> T block_on(task<T> running) {
        std::optional<T> value;
        run_until_done(keep(std::move(running), value));
        return std::move(*value);
    }
    void block_on(task<> running) { run_until_done(std::move(running)); }

    const settings with;
    clock time;
    boost::asio::io_context loop{1};
    cache::generations generations;
    cache::value_cache remembered;
    redis::client redis;
    cache::redis_cache second_level;
    cache::answer_cache public_answers;
    telemetry::metrics counts;
    db::database database;
    db::work_notifier work;
    worker_threads hashing;
    http::cursor_signer cursors;
    tenancy::tenant_resolver tenants;
    crypto::envelope sealing;
    identity::second_factor_service second_factors;
    identity::login_service logins;
    identity::admin_service admins;
    identity::api_key_service api_keys;
    identity::support_service support;
    identity::oidc_service oidc;
    http::handler_parts handler_parts;
    notifications::transports messengers;
    jobs::job_parts job_parts;
    http::admission admissions;
    http::request_limits limits;
    request_deadlines deadlines;
    request_accounting accounting;
    telemetry::health_checks health;
    realtime::event_feed streams;
    outbox::relay events;
    realtime::redis_fanout fanout;
    webhooks::webhook_sender webhooks;
    audit::denied_attempts denied;
    audit::audit_sealer sealer;
    bool draining = false;

private:
    struct host_route {
        std::string method;
        std::string path;
        platform::host_handler handler;
    };

    template<class T> static task<> keep(task<T> running, std::optional<T>& into) {
        into.emplace(co_await running);
    }
    void run_until_done(task<> running);
    void hear_of_events(std::string_view announcement);
    void forget_published(std::string_view payload);
    void add_sinks();

    using record_ptr = std::shared_ptr<request_record>;
    task<> answer(request incoming, record_ptr record, platform::on_response done);
    task<response> answer_or_throw(const request& incoming, request_record& record, const std::string& path);
    task<result<response>> route_request(const request& incoming, request_record& record);
    // Adds what the answer says to a page of another site.
    void greet_other_site(const request& incoming, const tenancy::tenant& at, request_record& record) const;
    // None, or the answer with which the request is turned away: its address, organisation or account asks
    // too often.
    task<std::optional<response>> count_request(http::request_class of, const request& incoming,
                                                request_record& record);
    task<std::optional<response>> count_tenant(const tenancy::tenant* at, const request& incoming,
                                               request_record& record);
    task<std::optional<response>> count_account(const http::request_context& context, request_record& record);
    std::optional<response> judge(const std::optional<http::limit_state>& counted, const request& incoming,
                                  request_record& record);
    task<result<response>> run_route(std::size_t index, http::request_context& context,
                                     request_record& record);
    // Who sent the request: an API key, a support session or a login. Errors: sign_in_required,
    // api_key_unknown.
    task<result<actor>> identify(http::request_context& context);
    task<result<actor>> identify_by_key(const http::request_context& context, std::string_view authorization);
    // The guards of a route that is not for everyone; fills in who is acting.
    task<result<>> let_in(const route& of, http::request_context& context);
    void note_denied(const route& of, const http::request_context& context, errc reason);
    task<response> answer_health(const std::string& path, std::string_view query);
    response failure_response(std::exception_ptr failed, const request_record& record);
    // Adds the headers that every answer carries.
    void complete(response& made, const std::string& request_id) const;

    void add_health_checks();
    task<int> find_latest_migration();
    task<bool> is_database_ready();
    task<bool> is_schema_up_to_date();
    task<bool> has_disk_space();
    task<bool> is_redis_ready();
    void publish_later();
    void publish_gauges();
    void publish_admission();
    void publish_cache();

    http::router tenant_routes_;
    http::router platform_routes_;
    http::schema_set schemas_;
    std::vector<host_route> host_routes_;
    std::vector<std::unique_ptr<background_part>> background_;
    boost::asio::steady_timer publishing_;
    boost::asio::steady_timer health_limit_;
};

} // namespace kidevent
