#include "notifications/account_mail_jobs.hpp"

#include "db/tenant_transaction.hpp"
#include "identity/account_mail.hpp"
#include "identity/link_service.hpp"
#include "notifications/bounce.hpp"
#include "notifications/message_template.hpp"
#include "notifications/notification_repository.hpp"
#include "notifications/sender_values.hpp"
#include "notifications/session_time_text.hpp"
#include "notifications/transports.hpp"

#include <stdexcept>

namespace kidevent::notifications {

namespace {

using identity::account_mail_id;
using identity::due_account_mail;
using identity::mail_purpose;
using jobs::job_context;
using jobs::job_outcome;

struct prepared {
    due_account_mail due;
    sender_profile sender;
};

task<std::optional<prepared>> prepare(job_context& of, account_mail_id id) {
    db::tenant_batch batch{of.parts.database, *of.tenant};
    const auto found = identity::add_find_due_mail(batch, id);
    const auto profile = add_find_profile(batch);
    auto running = batch.run();
    co_await running;
    auto due = identity::read_due_mail(found.rows());
    if (!due) co_return std::nullopt;
    co_return prepared{std::move(*due), read_profile(profile.rows(), of.parts.with)};
}

// The link of somebody who has forgotten the password. False: nobody has the address, and the message is
// gone.
task<bool> make_reset_link(job_context& of, account_mail_id id, std::string email) {
    auto beginning = db::tenant_transaction::begin(of.parts.database, *of.tenant);
    auto making = co_await beginning;
    auto preparing = identity::prepare_password_reset(making, of.parts.with, std::move(email));
    const auto made = co_await preparing;
    if (made)
        identity::add_set_link(making, id, made->account, made->link);
    else
        identity::add_delete_mail(making, id);
    auto committing = making.commit();
    co_await committing;
    co_return made.has_value();
}

boost::json::object values_of(const prepared& of, const job_context& with, std::string_view locale) {
    const due_account_mail& due = of.due;
    boost::json::object values = sender_values(of.sender, locale);
    values["guardian_name"] = due.given_name;
    values["inviter"] = due.inviter;
    values["invited"] =
        due.purpose == mail_purpose::staff_invitation || due.purpose == mail_purpose::household_invitation;
    if (due.link) {
        const auto token = identity::make_link_token(with.parts.with.http, with.tenant->id(),
                                                     {identity::link_of(due.purpose).value(), *due.link});
        // The organisation's own origin, as it is stored: no request has a say in it.
        values["link_url"] = identity::link_url(of.sender.origin, token);
        values["expires"] = session_time_text(due.expires_at.value(), of.sender.zone, locale);
    }
    return values;
}

outgoing_message write(const prepared& of, const job_context& with, account_mail_id id) {
    const std::string_view locale = best_locale(of.due.language.value_or(of.sender.locale));
    rendered_message text =
        render("account_" + std::string{to_text(of.due.purpose)}, locale, values_of(of, with, locale));
    outgoing_message made;
    made.to = of.due.email;
    made.from_name = of.sender.name;
    made.reply_to = of.sender.rules.reply_to.value_or("");
    made.message_id =
        message_id_of(notification_id{id.value}, of.sender.slug, with.parts.with.http.base_domain);
    made.subject = std::move(text.subject);
    made.text = std::move(text.text);
    made.html = std::move(text.html);
    made.language = locale;
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

// In the transaction that ends the job, unless it is to be tried again.
task<> settle(job_context& of, account_mail_id id, std::string_view state, std::string detail) {
    of.parts.counts.series(telemetry::metric_named("kidevent_account_mails_total"), {state})
        .cells[0]
        .fetch_add(1, std::memory_order_relaxed);
    auto beginning = db::tenant_transaction::begin(of.parts.database, *of.tenant);
    auto settling = co_await beginning;
    identity::add_record_mail(settling, id, state, detail);
    if (state != "deferred") of.add_completion(settling);
    auto committing = settling.commit();
    co_await committing;
}

// Why it is not sent; "": it is.
std::string_view obstacle_to(const due_account_mail& of) {
    if (of.is_over) return "its link does not work any more";
    if (of.is_suppressed) return "messages to the address came back";
    return "";
}

} // namespace

task<job_outcome> send_account_mail(job_context& of) {
    const auto id = identity::mail_of(of.job.payload);
    if (!id || !of.tenant || !of.parts.messengers)
        co_return job_outcome::refusal("not the payload of a message about an account");
    auto preparing = prepare(of, *id);
    auto ready = co_await preparing;
    if (!ready || !ready->due.is_open) co_return job_outcome::done();
    if (ready->due.purpose == mail_purpose::password_reset && !ready->due.link) {
        auto making = make_reset_link(of, *id, ready->due.email);
        const bool somebody = co_await making;
        if (!somebody) co_return job_outcome::done();
        auto again = prepare(of, *id);
        ready = co_await again;
        if (!ready) co_return job_outcome::done();
    }
    if (const auto obstacle = obstacle_to(ready->due); !obstacle.empty()) {
        auto settling = settle(of, *id, "suppressed", std::string{obstacle});
        co_await settling;
        co_return job_outcome::done();
    }
    if (!of.parts.messengers->can(channel::email)) throw std::runtime_error("no way out is set for email");
    auto delivering = of.parts.messengers->deliver(write(*ready, of, *id));
    const delivery_report came = co_await delivering;
    auto settling = settle(of, *id, state_of(came.outcome), came.detail);
    co_await settling;
    if (came.outcome == delivery_outcome::deferred) throw std::runtime_error("not taken yet: " + came.detail);
    co_return job_outcome::done();
}

} // namespace kidevent::notifications
