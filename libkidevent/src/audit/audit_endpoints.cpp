#include "audit/audit_endpoints.hpp"

#include "audit/audit_log.hpp"
#include "audit/audit_reader.hpp"
#include "core/time_text.hpp"
#include "http/answer.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::audit {

namespace {

using place_in_list = std::optional<std::pair<timestamp, uuid>>;

std::optional<std::string> text_unless_empty(const std::string& text) {
    if (text.empty()) return std::nullopt;
    return text;
}

void write_entry(http::json_writer& out, const listed_entry& of) {
    const sealed_entry& entry = of.entry;
    out.begin_object()
        .member("id", to_string(entry.id))
        .member("happened_at", entry.happened_at)
        .member("actor", entry.actor)
        .member("role", entry.role)
        .member("action", entry.action)
        .member("subject", text_unless_empty(entry.subject))
        .member("request_id", text_unless_empty(entry.request_id))
        .member("address", text_unless_empty(entry.address));
    out.key("details").raw(entry.details);
    std::optional<std::int64_t> sequence;
    std::optional<std::string> hash;
    if (of.is_sealed) {
        sequence = entry.sequence;
        hash = crypto::to_hex(entry.hash);
    }
    out.member("sequence", sequence).member("hash", hash).end_object();
}

result<std::optional<timestamp>> read_time(const http::query_string& query, std::string_view name) {
    const auto text = query.find(name);
    if (!text) return std::optional<timestamp>{};
    const auto read = parse_rfc3339(*text);
    if (read) return std::optional<timestamp>{*read};
    return refuse(errc::invalid_fields, std::string{name}, "bad_format",
                  "must be a date and time such as 2026-07-01T09:00:00Z");
}

result<entry_filter> read_filter(const http::query_string& query) {
    const auto known = query.check_names({"limit", "cursor", "actor", "action", "subject", "from", "to"});
    if (!known) return known.error();
    entry_filter read;
    for (const auto& [name, into] : {std::pair{"actor", &read.actor}, std::pair{"subject", &read.subject}}) {
        const auto text = query.find_text(name, 100);
        if (!text) return text.error();
        if (*text) *into = std::string{**text};
    }
    if (const auto action = query.find("action")) {
        if (!find_action(*action))
            return refuse(errc::invalid_fields, "action", "not_allowed", "is no action of the log");
        read.action = std::string{*action};
    }
    const auto from = read_time(query, "from");
    if (!from) return from.error();
    const auto until = read_time(query, "to");
    if (!until) return until.error();
    read.from = *from;
    read.until = *until;
    return read;
}

// Every filter in one fixed spelling: a cursor is good for the list that it was made for.
std::string filter_text(const http::query_string& query) {
    std::string text;
    for (const std::string_view name : {"actor", "action", "subject", "from", "to"}) {
        const auto value = query.find(name);
        text += value ? std::to_string(value->size()) + ":" + std::string{*value} : "-";
    }
    return text;
}

result<place_in_list> read_place(const http::request_context& context, const http::cursor_scope& scope) {
    const auto cursor = context.query.find("cursor");
    if (!cursor) return place_in_list{};
    const auto parts = context.parts.cursors.decode(scope, *cursor);
    if (!parts) return parts.error();
    return place_in_list{{*parse_rfc3339((*parts)[0]), *parse_uuid((*parts)[1])}};
}

std::string cursor_after(const http::request_context& context, const http::cursor_scope& scope,
                         const sealed_entry& last) {
    std::string happened_at;
    append_rfc3339(happened_at, last.happened_at);
    return context.parts.cursors.encode(scope, {happened_at, to_string(last.id)});
}

// What was asked for, without what may be about a person: ids and names of actions.
boost::json::object told(const entry_filter& wanted) {
    boost::json::object details;
    if (!wanted.action.empty()) details["action"] = wanted.action;
    return details;
}

} // namespace

task<result<response>> handle_list_entries(http::request_context& context) {
    const auto wanted = read_filter(context.query);
    if (!wanted) co_return wanted.error();
    const auto limit = http::page_limit(context.query);
    if (!limit) co_return limit.error();
    const std::string tenant_text = to_string(context.tenant->handle.id().value);
    const std::string filters = filter_text(context.query);
    const http::cursor_scope scope{tenant_text, context.operation, filters};
    const auto before = read_place(context, scope);
    if (!before) co_return before.error();

    auto beginning = db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto transaction = co_await beginning;
    const auto found = add_list_entries(transaction, *wanted, *before, *limit + 1);
    add_entry(transaction, context.acting, action::audit_read, "", told(*wanted));
    auto committing = transaction.commit();
    co_await committing;
    auto listed = read_entries(found.rows());
    std::string next;
    if (std::ssize(listed) > *limit) {
        listed.pop_back();
        next = cursor_after(context, scope, listed.back().entry);
    }
    std::string text;
    http::json_writer out{text};
    out.begin_object().key("data").begin_array();
    for (const listed_entry& each : listed)
        write_entry(out, each);
    out.end_array();
    http::write_page(out, *limit, next);
    out.end_object();
    co_return http::json_response(200, std::move(text));
}

} // namespace kidevent::audit
