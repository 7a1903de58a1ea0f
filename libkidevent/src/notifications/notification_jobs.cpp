#include "notifications/notification_jobs.hpp"

#include "identity/account_mail.hpp"
#include "notifications/bounce.hpp"
#include "notifications/notification_message.hpp"
#include "notifications/notification_plan.hpp"
#include "notifications/notification_queue.hpp"
#include "notifications/notification_repository.hpp"
#include "notifications/transports.hpp"
#include "notifications/unsubscribe.hpp"

#include <boost/json/parse.hpp>

#include <stdexcept>

namespace kidevent::notifications {

namespace {

using jobs::job_context;
using jobs::job_outcome;

planning planning_of(const job_context& of) {
    return {of.parts.with, of.parts.database, of.parts.time, *of.parts.messengers};
}

void count(const job_context& of, channel by, std::string_view outcome) {
    of.parts.counts.series(telemetry::metric_named("kidevent_notifications_total"), {to_text(by), outcome})
        .cells[0]
        .fetch_add(1, std::memory_order_relaxed);
}

// A message that is due, with everything that decides about it.
struct prepared {
    due_message due;
    sender_profile sender;
    std::vector<told_place> places;
};

task<std::optional<prepared>> prepare(job_context& of, notification_id id) {
    db::tenant_batch first{of.parts.database, *of.tenant};
    const auto found = add_find_due(first, id);
    const auto profile = add_find_profile(first);
    auto finding = first.run();
    co_await finding;
    if (found.rows().empty()) co_return std::nullopt;
    prepared made{read_due(found.rows()), read_profile(profile.rows(), of.parts.with), {}};
    if (!needs_places(made.due.what.kind)) co_return made;
    db::tenant_batch second{of.parts.database, *of.tenant};
    const auto places =
        add_find_places(second, made.due.what, made.due.household, of.parts.time.now(), made.sender.zone);
    auto reading = second.run();
    co_await reading;
    made.places = read_places(places.rows());
    co_return made;
}

struct verdict {
    std::string_view state{}; // "": it is sent now
    std::string_view why{};
};

verdict judge(const prepared& of, const job_context& with) {
    const due_message& due = of.due;
    if (due.is_disabled) return {"suppressed", "the account is disabled"};
    if (!due.address) return {"suppressed", "the account has no such address any more"};
    if (due.is_suppressed) return {"suppressed", "messages to the address came back"};
    if (!due.is_wanted) return {"suppressed", "not wanted"};
    if (due.is_superseded) return {"suppressed", "a later message tells more"};
    if (needs_places(due.what.kind) && of.places.empty())
        return {"suppressed", "there is nothing left to tell"};
    if (with.parts.time.now() - due.first_due > with.parts.with.notifications.give_up_after)
        return {"failed", "given up: it could not be sent for too long"};
    return {};
}

outgoing_message write(const prepared& of, const settings& with) {
    const due_message& due = of.due;
    reader to{due.given_name, due.locale, {}};
    if (is_optional(due.what.kind, due.by) && due.by == channel::email)
        to.unsubscribe_url = unsubscribe_url(of.sender.origin, with.http.signing_key, due.to, due.what.kind);
    rendered_message text = write_message(due.what.kind, due.by, of.sender, to, of.places);
    outgoing_message made;
    made.by = due.by;
    made.to = *due.address;
    made.from_name = of.sender.name;
    made.reply_to = of.sender.rules.reply_to.value_or("");
    made.message_id = message_id_of(due.id, of.sender.slug, with.http.base_domain);
    made.subject = std::move(text.subject);
    made.text = std::move(text.text);
    made.html = std::move(text.html);
    made.language = best_locale(due.locale.value_or(of.sender.locale));
    made.unsubscribe_url = to.unsubscribe_url;
    return made;
}

std::string_view state_of(delivery_outcome came) noexcept {
    switch (came) {
    case delivery_outcome::accepted: return "sent";
    case delivery_outcome::deferred: return "deferred";
    case delivery_outcome::rejected: return "failed";
    }
    return "";
}

// In the transaction that ends the job: nothing of it happens when another process has it.
task<> settle(job_context& of, const due_message& due, const delivery_report& came,
              const std::string& message_id) {
    auto beginning = db::tenant_transaction::begin(of.parts.database, *of.tenant);
    auto settling = co_await beginning;
    add_record_attempt(settling, due.id, state_of(came.outcome), came, message_id);
    if (came.outcome == delivery_outcome::rejected && due.by == channel::email) {
        const auto most = bounces_until_suppressed(fault_of(came.detail), of.parts.with.notifications);
        if (most > 0) add_bounce(settling, due.by, *due.address, came.detail, most);
    }
    if (came.outcome != delivery_outcome::deferred) of.add_completion(settling);
    auto committing = settling.commit();
    co_await committing;
}

task<> end_unsent(job_context& of, const due_message& due, verdict is) {
    auto beginning = db::tenant_transaction::begin(of.parts.database, *of.tenant);
    auto ending = co_await beginning;
    add_end(ending, due.id, is.state, is.why);
    of.add_completion(ending);
    auto committing = ending.commit();
    co_await committing;
}

task<> postpone(job_context& of, const due_message& due, timestamp until) {
    auto beginning = db::tenant_transaction::begin(of.parts.database, *of.tenant);
    auto postponing = co_await beginning;
    add_postpone(postponing, due.id, until);
    add_sending(postponing, due.id, due.by, until);
    of.add_completion(postponing);
    auto committing = postponing.commit();
    co_await committing;
}

// The registration that the job is about.
std::optional<registration_id> registration_of(const std::string& payload) {
    boost::system::error_code broken;
    const auto read = boost::json::parse(payload, broken);
    if (broken || !read.is_object()) return std::nullopt;
    const auto* const id = read.as_object().if_contains("registration_id");
    if (!id || !id->is_string()) return std::nullopt;
    const auto parsed = parse_uuid(std::string_view{id->as_string()});
    if (!parsed) return std::nullopt;
    return registration_id{*parsed};
}

// Calls again while a whole batch was made: the next one may be waiting.
task<job_outcome> plan_all(job_context& of, task<int> (*plan)(const planning&, tenant_handle)) {
    if (!of.tenant || !of.parts.messengers) co_return job_outcome::refusal("a job of an organisation");
    const planning with = planning_of(of);
    int made = 0;
    do {
        auto planned = plan(with, *of.tenant);
        made = co_await planned;
    } while (made >= with.with.notifications.batch_max && !of.is_over());
    co_return job_outcome::done();
}

} // namespace

task<job_outcome> process_registration(job_context& of) {
    const auto id = registration_of(of.job.payload);
    if (!id || !of.tenant || !of.parts.messengers)
        co_return job_outcome::refusal("not the payload of a registration");
    const planning with = planning_of(of);
    auto planned = plan_registration_confirmed(with, *of.tenant, *id);
    co_await planned;
    co_return job_outcome::done();
}

task<job_outcome> send_message(job_context& of) {
    const auto id = sent_by(of.job.payload);
    if (!id || !of.tenant || !of.parts.messengers)
        co_return job_outcome::refusal("not the payload of a message");
    auto preparing = prepare(of, *id);
    const auto ready = co_await preparing;
    // Deleted, or its end was written by an attempt whose own end we did not see.
    if (!ready || (ready->due.state != "queued" && ready->due.state != "deferred"))
        co_return job_outcome::done();
    const due_message& due = ready->due;
    const verdict is = judge(*ready, of);
    if (!is.state.empty()) {
        auto ending = end_unsent(of, due, is);
        co_await ending;
        count(of, due.by, is.state);
        co_return job_outcome::done();
    }
    const auto now = of.parts.time.now();
    const auto earliest = earliest_time(due.what.kind, due.by, ready->sender, now);
    if (earliest > now) {
        auto postponing = postpone(of, due, earliest);
        co_await postponing;
        co_return job_outcome::done();
    }
    if (!of.parts.messengers->can(due.by))
        throw std::runtime_error("no way out is set for " + std::string{to_text(due.by)});
    outgoing_message written = write(*ready, of.parts.with);
    const std::string message_id = written.message_id;
    auto delivering = of.parts.messengers->deliver(std::move(written));
    const delivery_report came = co_await delivering;
    auto settling = settle(of, due, came, message_id);
    co_await settling;
    count(of, due.by, state_of(came.outcome));
    if (came.outcome == delivery_outcome::deferred) throw std::runtime_error("not taken yet: " + came.detail);
    co_return job_outcome::done();
}

task<job_outcome> send_due_reminders(job_context& of) { return plan_all(of, plan_due_reminders); }

task<job_outcome> send_digests(job_context& of) { return plan_all(of, plan_digests); }

task<job_outcome> cleanup_notifications(job_context& of) {
    if (!of.tenant) co_return job_outcome::refusal("a job of an organisation");
    const auto& with = of.parts.with.notifications;
    for (bool more = true; more && !of.is_over();) {
        auto beginning = db::tenant_transaction::begin(of.parts.database, *of.tenant);
        auto deleting = co_await beginning;
        const auto deleted = add_delete_ended(deleting, of.parts.time.now() - with.retention, with.batch_max);
        const auto mails =
            identity::add_delete_old_mails(deleting, with.retention, static_cast<int>(with.batch_max));
        auto running = deleting.run();
        co_await running;
        more = deleted.rows().rows_affected() == with.batch_max
               || mails.rows().rows_affected() == with.batch_max;
        if (!more) of.add_completion(deleting);
        auto committing = deleting.commit();
        co_await committing;
    }
    co_return job_outcome::done();
}

} // namespace kidevent::notifications
