#pragma once
// A fixture: the organisations of the API's tests, a mail server, and what goes on in the background between
// the two, a step at a time and on a clock that the test sets. For tests only.

#include "core/time_text.hpp"
#include "job_handlers.hpp"
#include "jobs/job_runner.hpp"
#include "mail/mail_fixture.hpp"
#include "notifications/notification_sink.hpp"
#include "services.hpp"
#include "support/api_client.hpp"
#include "support/job_fixture.hpp"

namespace kidevent::tests {

class notified_organisations : public two_organisations {
public:
    notified_organisations() {
        sending = with;
        restart_background(server.port());
        sending.mail.timeout = std::chrono::milliseconds{5000};
        time.at = clock{}.now();
        // What seeding the organisations did is nobody's news.
        superuser.execute("delete from platform.outbox");
    }

    // Everything that is to be done now: events are published and turned into messages, and jobs run.
    void work() {
        auto& parts = background().served().parts();
        while (parts.block_on(parts.events.publish())) {
        }
        const auto sink = std::make_shared<notifications::notification_sink>(plans(), parts.tenants);
        while (parts.block_on(parts.events.feed(sink))) {
        }
        run_jobs();
    }
    void run_jobs() {
        auto& parts = background().served().parts();
        const jobs::job_parts with_clock{parts.with, parts.database, time, parts.counts, &parts.messengers};
        jobs::job_runner runner{parts.loop, with_clock, all_job_handlers(), {}};
        parts.block_on(runner.run_due());
    }
    // What waits for a later hour, or to be tried again, is due.
    void let_jobs_come_due() {
        superuser.execute(
            "update platform.jobs set state = 'ready', run_at = now() where state = 'scheduled'");
    }
    // The number of those that were written.
    int plan_reminders() {
        auto& parts = background().served().parts();
        return parts.block_on(notifications::plan_due_reminders(plans(), handle_of("alpha")));
    }
    // What the schedule does every five minutes, and then everything that follows.
    void remind() {
        plan_reminders();
        let_jobs_come_due();
        run_jobs();
    }
    void send_digests() {
        auto& parts = background().served().parts();
        parts.block_on(notifications::plan_digests(plans(), handle_of("alpha")));
        let_jobs_come_due();
        run_jobs();
    }

    notifications::planning plans() {
        auto& parts = background().served().parts();
        return {parts.with, parts.database, time, parts.messengers};
    }
    tenant_handle handle_of(const std::string& slug) {
        auto& parts = background().served().parts();
        return (*parts.block_on(parts.tenants.resolve_slug(slug)))->handle;
    }
    // Another process, with a mail server that may be another one.
    void restart_background(int port) {
        background_.reset();
        sending.mail = plain_settings(port);
        sending.mail.timeout = std::chrono::milliseconds{1000};
    }

    std::vector<std::string> subjects() const {
        std::vector<std::string> all;
        for (const auto& each : server.mails())
            all.emplace_back(std::string_view{each.at("subject").as_string()});
        return all;
    }
    std::string receivers() const {
        std::string all;
        for (const auto& each : server.mails())
            all += std::string{std::string_view{each.at("receivers").as_array().at(0).as_string()}} + " ";
        return all;
    }
    std::string states(const std::string& kind) {
        return superuser.value(
            "select coalesce(string_agg(state, ' ' order by state), '') from notifications "
            "where kind = $1",
            {kind});
    }
    std::string start_of(const std::string& session) {
        return superuser.value(
            "select to_char(starts_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') "
            "from sessions where id = $1",
            {session});
    }
    void set_time(const std::string& session, std::chrono::minutes before_its_start) {
        time.at = parse_rfc3339(start_of(session)).value() - before_its_start;
    }

    mail_server server;
    settings sending;
    set_clock time;

private:
    api_client& background() {
        if (!background_) background_.emplace(sending);
        return *background_;
    }

    std::optional<api_client> background_;
};

} // namespace kidevent::tests
