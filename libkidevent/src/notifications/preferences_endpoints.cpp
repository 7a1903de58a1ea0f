#include "notifications/preferences_endpoints.hpp"

#include "http/answer.hpp"
#include "http/json_fields.hpp"
#include "notifications/preferences.hpp"
#include "notifications/unsubscribe.hpp"
#include "notifications/unsubscribe_page.hpp"
#include "tenancy/tenant.hpp"

#include <algorithm>

namespace kidevent::notifications {

namespace {

response preferences_response(const preferences& of) {
    std::string text;
    http::json_writer out{text};
    out.begin_object()
        .member("locale", of.locale)
        .member("phone", of.phone)
        .member("has_push_token", of.has_push_token);
    out.key("choices").begin_array();
    for (const choice& each : of.choices)
        out.begin_object()
            .member("kind", rule_of(each.kind).name)
            .member("channel", to_text(each.by))
            .member("enabled", each.enabled)
            .end_object();
    out.end_array().end_object();
    return http::json_response(200, std::move(text));
}

std::optional<std::optional<std::string>> find_change(const boost::json::value& body, std::string_view name) {
    if (!body.as_object().contains(name)) return std::nullopt;
    return http::find_text(body, name);
}

bool is_phone_number(std::string_view text) {
    return text.size() >= 8 && text.size() <= 16 && text[0] == '+'
           && text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

bool is_locale(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
}

result<preferences_change> read_change(const boost::json::value& body) {
    preferences_change read{
        find_change(body, "locale"), find_change(body, "phone"), find_change(body, "push_token"), {}};
    if (read.locale && *read.locale && !is_locale(**read.locale))
        return refuse(errc::invalid_fields, "/locale", "bad_format", "must be a language tag such as de-AT");
    if (read.phone && *read.phone && !is_phone_number(**read.phone))
        return refuse(errc::invalid_fields, "/phone", "bad_format", "must be a number such as +4312345678");
    const auto* const choices = http::find_member(body, "choices");
    if (!choices) return read;
    std::size_t at = 0;
    for (const auto& each : choices->as_array()) {
        const choice made{find_kind(http::text_or(each, "kind")).value(),
                          find_channel(http::text_or(each, "channel")).value(), each.at("enabled").as_bool()};
        if (!exists(made.kind, made.by) || !is_optional(made.kind, made.by))
            return refuse(errc::invalid_fields, "/choices/" + std::to_string(at), "not_allowed",
                          "cannot be chosen");
        read.choices.push_back(made);
        ++at;
    }
    return read;
}

result<unsubscription> read_token(const http::request_context& context) {
    const auto known = context.query.check_names({"token"});
    if (!known) return known.error();
    const auto token = context.query.find_text("token", 300);
    if (!token) return token.error();
    if (!*token) return refuse(errc::not_found);
    const auto& keys = context.parts.with.http;
    const auto read =
        read_unsubscribe_token(keys.signing_key, keys.other_signing_keys, context.tenant->origin, **token);
    if (!read) return refuse(errc::not_found);
    return *read;
}

} // namespace

task<result<response>> handle_get_preferences(http::request_context& context) {
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_find_preferences(batch, context.acting.account());
    auto running = batch.run();
    co_await running;
    co_return preferences_response(read_preferences(found));
}

task<result<response>> handle_update_preferences(http::request_context& context) {
    const auto change = read_change(context.body);
    if (!change) co_return change.error();
    auto beginning = db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto transaction = co_await beginning;
    add_change_preferences(transaction, context.acting.account(), *change);
    const auto written = add_find_preferences(transaction, context.acting.account());
    auto committing = transaction.commit();
    co_await committing;
    co_return preferences_response(read_preferences(written));
}

task<result<response>> handle_get_unsubscribe(http::request_context& context) {
    const auto what = read_token(context);
    if (!what) co_return what.error();
    co_return unsubscribe_page(*context.tenant, context.query.find("token").value());
}

task<result<response>> handle_unsubscribe(http::request_context& context) {
    const auto what = read_token(context);
    if (!what) co_return what.error();
    auto beginning = db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto transaction = co_await beginning;
    add_choose(transaction, what->of, {what->kind, channel::email, false});
    auto committing = transaction.commit();
    co_await committing;
    co_return unsubscribed_page(*context.tenant);
}

} // namespace kidevent::notifications
