#include "notifications/notification_endpoints.hpp"

#include "audit/audit_log.hpp"
#include "http/answer.hpp"
#include "http/id_page.hpp"
#include "http/json_fields.hpp"
#include "notifications/bounce.hpp"
#include "notifications/notification_preview.hpp"
#include "notifications/notification_repository.hpp"
#include "tenancy/tenant.hpp"

#include <algorithm>

namespace kidevent::notifications {

namespace {

void write_notification(http::json_writer& out, const notification& of) {
    out.begin_object()
        .member("id", of.id)
        .member("account_id", of.to)
        .member("kind", of.kind)
        .member("channel", of.channel)
        .member("subject_id", of.subject)
        .member("state", of.state)
        .member("attempts", of.attempts)
        .member("scheduled_for", of.scheduled_for)
        .member("sent_at", of.sent_at)
        .member("code", of.code)
        .member("detail", of.detail)
        .member("provider_id", of.provider_id)
        .member("message_id", of.message_id)
        .member("created_at", of.created_at)
        .end_object();
}

void write_suppressed(http::json_writer& out, const suppressed_address& of) {
    out.begin_object()
        .member("id", of.id)
        .member("channel", of.channel)
        .member("address", of.address)
        .member("reason", of.reason)
        .member("detail", of.detail)
        .member("bounces", of.bounces)
        .member("suppressed_at", of.suppressed_at)
        .member("created_at", of.created_at)
        .end_object();
}

response rules_response(const notification_rules& of) {
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("reminders").begin_array();
    for (const reminder_rule& each : of.reminders)
        out.begin_object()
            .member("minutes_before", std::int64_t{each.before.count()})
            .member("channel", to_text(each.by))
            .end_object();
    out.end_array()
        .member("quiet_from", time_of_day_text(of.quiet.from))
        .member("quiet_until", time_of_day_text(of.quiet.until))
        .member("digest_at", time_of_day_text(of.digest_at))
        .member("reply_to", of.reply_to)
        .end_object();
    return http::json_response(200, std::move(text));
}

result<std::chrono::minutes> read_time(const boost::json::value& body, std::string_view member) {
    const auto read = parse_time_of_day(http::text_or(body, member));
    if (read) return *read;
    return refuse(errc::invalid_fields, "/" + std::string{member}, "bad_format",
                  "must be a time of day such as 07:30");
}

result<notification_rules> read_rules(const boost::json::value& body) {
    notification_rules read;
    const auto from = read_time(body, "quiet_from");
    if (!from) return from.error();
    const auto until = read_time(body, "quiet_until");
    if (!until) return until.error();
    const auto digest_at = read_time(body, "digest_at");
    if (!digest_at) return digest_at.error();
    read.quiet = {*from, *until};
    read.digest_at = *digest_at;
    read.reply_to = http::find_text(body, "reply_to");
    const auto& reminders = body.at("reminders").as_array();
    for (std::size_t at = 0; at < reminders.size(); ++at) {
        const reminder_rule made{std::chrono::minutes{*http::find_integer(reminders[at], "minutes_before")},
                                 find_channel(http::text_or(reminders[at], "channel")).value()};
        if (std::find(read.reminders.begin(), read.reminders.end(), made) != read.reminders.end())
            return refuse(errc::invalid_fields, "/reminders/" + std::to_string(at), "duplicate",
                          "is there twice");
        read.reminders.push_back(made);
    }
    return read;
}

} // namespace

task<result<response>> handle_list_notifications(http::request_context& context) {
    const auto known = context.query.check_names({"limit", "cursor", "state", "account_id"});
    if (!known) co_return known.error();
    const auto state =
        context.query.find_one_of("state", {"queued", "deferred", "sent", "failed", "suppressed", "bounced"});
    if (!state) co_return state.error();
    const auto account = context.query.find_uuid("account_id");
    if (!account) co_return account.error();
    log_filter wanted;
    if (*state) wanted.state = std::string{**state};
    if (*account) wanted.account = account_id{**account};
    const std::string filter =
        wanted.state.value_or("") + " " + (*account ? to_string(**account) : std::string{});
    const auto page = http::id_page<notification_id>::read(context, context.tenant->handle.id(), filter);
    if (!page) co_return page.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_list_notifications(batch, wanted, page->after(), page->rows_wanted());
    auto running = batch.run();
    co_await running;
    co_return page->answer(read_notifications(found.rows()), write_notification,
                           [](const notification& of) { return of.id; });
}

task<result<response>> handle_get_notification(http::request_context& context) {
    const auto id = context.path_id<notification_id>(0);
    if (!id) co_return id.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_find_notification(batch, *id);
    auto running = batch.run();
    co_await running;
    if (found.rows().empty()) co_return refuse(errc::not_found);
    std::string text;
    http::json_writer out{text};
    write_notification(out, read_notifications(found.rows()).front());
    co_return http::json_response(200, std::move(text));
}

task<result<response>> handle_preview(http::request_context& context) {
    wanted_preview wanted{find_kind(http::text_or(context.body, "kind")).value(),
                          find_channel(http::text_or(context.body, "channel", "email")).value(),
                          http::find_uuid(context.body, "subject_id"),
                          {"", http::find_text(context.body, "locale"), ""}};
    auto previewing = preview_message(context.parts.database, context.tenant->handle, context.parts.with,
                                      std::move(wanted), context.acting.limited_to());
    const auto made = co_await previewing;
    if (!made) co_return made.error();
    std::string text;
    http::json_writer out{text};
    out.begin_object()
        .member("subject", made->subject)
        .member("text", made->text)
        .member("html", made->html)
        .end_object();
    co_return http::json_response(200, std::move(text));
}

task<result<response>> handle_get_rules(http::request_context& context) {
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_find_profile(batch);
    auto running = batch.run();
    co_await running;
    co_return rules_response(read_profile(found.rows(), context.parts.with).rules);
}

task<result<response>> handle_put_rules(http::request_context& context) {
    const auto wanted = read_rules(context.body);
    if (!wanted) co_return wanted.error();
    auto beginning = db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto transaction = co_await beginning;
    add_insert_rules(transaction, *wanted, context.acting.account());
    audit::add_entry(transaction, context.acting, audit::action::notification_rules_changed, "",
                     {{"reminders", wanted->reminders.size()}});
    auto committing = transaction.commit();
    co_await committing;
    co_return rules_response(*wanted);
}

task<result<response>> handle_list_suppressed(http::request_context& context) {
    const auto known = context.query.check_names({"limit", "cursor"});
    if (!known) co_return known.error();
    const auto page = http::id_page<suppression_id>::read(context, context.tenant->handle.id(), "");
    if (!page) co_return page.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_list_suppressed(batch, page->after(), page->rows_wanted());
    auto running = batch.run();
    co_await running;
    co_return page->answer(read_suppressed(found.rows()), write_suppressed,
                           [](const suppressed_address& of) { return of.id; });
}

task<result<response>> handle_delete_suppressed(http::request_context& context) {
    const auto id = context.path_id<suppression_id>(0);
    if (!id) co_return id.error();
    auto beginning = db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto transaction = co_await beginning;
    const auto gone = add_unsuppress(transaction, *id);
    auto running = transaction.run();
    co_await running;
    if (gone.rows().empty()) {
        auto leaving = transaction.rollback();
        co_await leaving;
        co_return refuse(errc::not_found);
    }
    audit::add_entry(transaction, context.acting, audit::action::suppression_removed,
                     audit::subject_of("suppressed_addresses", id->value));
    auto committing = transaction.commit();
    co_await committing;
    co_return http::empty_response(204);
}

} // namespace kidevent::notifications
