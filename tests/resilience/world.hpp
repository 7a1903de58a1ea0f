#pragma once
// A platform whose one dependency is reached through a fault_proxy, two organisations on it, and everything
// else as it should be. For tests only.

#include "resilience/cell.hpp"
#include "services.hpp"
#include "support/api_client.hpp"
#include "support/identity_provider.hpp"
#include "support/mail_server.hpp"
#include "support/post_receiver.hpp"
#include "support/redis_server.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace kidevent::tests::resilience {

// What has the fault, and what hears of it.
struct parties {
    std::optional<redis_server> redis;
    std::optional<mail_server> mail;
    std::optional<identity_provider> provider;
    post_receiver of_alpha{200};
    post_receiver of_beta{200};
};

class world : public two_organisations {
public:
    explicit world(dependency which) : of(which), proxy(target_of(which)), on(settings_through()) {
        if (of == dependency::identity_provider) connect_provider();
        if (!tells()) return;
        on.served().parts().start_background();
        if (of != dependency::webhook_target) return;
        add_webhook(alpha, "http://" + proxy.address() + "/alpha");
        add_webhook(beta, others.of_beta.url("/beta"));
    }
    ~world() {
        bool drained = false;
        on.served().parts().drain_background([&drained] { drained = true; });
        while (!drained)
            on.run_for(10ms);
    }

    // Something is sent after the answer, and events are published without being asked.
    bool tells() const { return of == dependency::webhook_target || of == dependency::mail_relay; }

    bool wait_for(const std::function<bool()>& holds, milliseconds limit) {
        const auto until = std::chrono::steady_clock::now() + limit;
        while (!holds()) {
            if (std::chrono::steady_clock::now() > until) return false;
            on.run_for(10ms);
        }
        return true;
    }
    // The platform uses the dependency again after a fault.
    bool is_healthy() {
        auto& parts = on.served().parts();
        if (of == dependency::redis) return parts.redis.is_up();
        return parts.database.stats().lanes_open == static_cast<std::size_t>(with.db.lanes)
               && parts.database.hears_announcements();
    }
    // What the relay does; where it does not run.
    void publish() {
        if (!tells()) superuser.rows("select platform.publish_events(10000)");
    }

    // Messages of the tenant that have not arrived.
    int messages_left(const organisation& at) { return count(left_sql(), at); }
    // Messages of the tenant that were tried in vain and will be tried again.
    int messages_kept(const organisation& at) { return count(left_sql() + " and attempts > 0", at); }
    // Messages of the tenant that nobody will try any more.
    int messages_lost(const organisation& at) {
        if (of == dependency::mail_relay)
            return count("select count(*) from notifications where state in ('failed', 'bounced')"
                         " and tenant_id = $1",
                         at);
        return count("select count(*) from webhook_deliveries where delivered_at is null"
                     " and next_attempt_at is null and attempts > 0 and tenant_id = $1",
                     at);
    }
    // Of everything that has happened the messages have been written; registrations are a job of their own.
    bool has_written_messages() {
        return superuser.value("select count(*) from platform.outbox where position is null") == "0"
               && superuser.value("select count(*) filter (where position < (select max(position) from"
                                  " platform.outbox)) = 0 and count(*) > 0 from platform.outbox_sinks")
                      == "t"
               && superuser.value("select count(*) from platform.jobs where kind = 'process_registration'")
                      == "0";
    }
    // What waits for its next try may be tried now. Rows that somebody writes to are waited for on the loop:
    // a writer of this process has its turns there, and PostgreSQL would end its transaction after a while.
    void make_due() {
        const auto is_done = [this](const char* statement) {
            const sql_outcome done = superuser.attempt(statement);
            if (done.sqlstate != "" && done.sqlstate != "55P03") throw sql_error(done.message, done.sqlstate);
            return done.sqlstate == "";
        };
        const bool all = wait_for(
            [&] {
                return is_done("with free as (select tenant_id, delivery_id from platform.webhook_queue for "
                               "update nowait)"
                               " update platform.webhook_queue q set due_at = now() from free f"
                               " where (q.tenant_id, q.delivery_id) = (f.tenant_id, f.delivery_id)")
                       && is_done("with free as (select id from platform.jobs where state = 'scheduled'"
                                  " and kind = 'send_email' for update nowait)"
                                  " update platform.jobs j set state = 'ready', run_at = now()"
                                  " from free f where j.id = f.id");
            },
            5s);
        if (!all) throw std::runtime_error("a message is held by a transaction that does not end");
    }

    const dependency of;
    parties others;
    fault_proxy proxy;
    api_client on;
    std::map<std::string, std::string> providers; // ids, by slug

private:
    std::string target_of(dependency which) {
        switch (which) {
        case dependency::postgresql: return database.host + "/.s.PGSQL." + std::to_string(database.port);
        case dependency::redis: return others.redis.emplace().address();
        case dependency::webhook_target: return others.of_alpha.address();
        case dependency::mail_relay: return others.mail.emplace().address();
        case dependency::identity_provider: return others.provider.emplace("rogue_provider.mjs").address();
        }
        throw std::logic_error("a dependency without a server");
    }
    settings settings_through() {
        settings made = with;
        // Short, so that a cell is over soon; and in the same order as the defaults.
        made.http.request_timeout = 4s;
        made.db.statement_timeout = 2s;
        made.db.lock_timeout = 1500ms;
        made.db.connect_timeout = 2s;
        made.db.pool_wait = 2s;
        if (of == dependency::postgresql) {
            made.db.host = "127.0.0.1";
            made.db.port = proxy.port();
            made.cache.bytes_max = 0; // every answer asks PostgreSQL
            made.cache.login_ttl = 0ms;
        }
        if (of == dependency::redis) {
            made.redis.address = proxy.address();
            made.cache.answer_ttl = 200ms;
        }
        if (of == dependency::mail_relay) {
            made.mail.host = "127.0.0.1";
            made.mail.port = proxy.port();
            made.mail.tls = "none";
            made.mail.from = "events@kidevent.example";
            made.mail.hello_name = "front.kidevent.example";
            made.mail.timeout = 4s; // longer than six slow replies, shorter than a cell waits
            made.notifications.quiet_until = made.notifications.quiet_from; // at any hour
        }
        return made;
    }
    std::string left_sql() const {
        return of == dependency::mail_relay
                   ? "select count(*) from notifications where state in ('queued', 'deferred') and tenant_id "
                     "= $1"
                   : "select count(*) from webhook_deliveries where delivered_at is null and tenant_id = $1";
    }
    int count(const std::string& sql, const organisation& at) {
        return std::stoi(superuser.value(sql, {at.id}));
    }
    // Both organisations have the same one.
    void connect_provider() {
        for (const organisation* at : {&alpha, &beta}) {
            const auto made = api.post(at->owner, "/api/v1/identity-providers",
                                       {{"name", "The provider"},
                                        {"issuer", "http://" + proxy.address()},
                                        {"client_id", "kidevent"},
                                        {"sign_up_allowed", true}});
            if (made.status != 201) throw std::runtime_error("no identity provider: " + made.text);
            providers[at->slug] = made.member("id");
        }
    }
    void add_webhook(const organisation& at, const std::string& url) {
        const auto made = api.post(at.owner, "/api/v1/webhooks", {{"url", url}});
        if (made.status != 201) throw std::runtime_error("no webhook: " + made.text);
    }
};

} // namespace kidevent::tests::resilience
