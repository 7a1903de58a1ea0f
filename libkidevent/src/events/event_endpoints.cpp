#include "events/event_endpoints.hpp"

#include "cache/answer_cache.hpp"
#include "events/event_json.hpp"
#include "http/answer.hpp"
#include "http/id_page.hpp"
#include "http/json_fields.hpp"
#include "telemetry/metrics.hpp"

namespace kidevent::events {

namespace {

response event_response(int status, const event_with_sessions& of) {
    return http::versioned_response(status, of.what.version, write_event, of);
}

response session_response(int status, const session& of) {
    return http::versioned_response(status, of.version, write_session, of);
}

event_change read_event_change(const boost::json::value& body) {
    return {http::find_text(body, "title"), http::find_text(body, "description"),
            http::find_text(body, "location"), http::find_text(body, "category"),
            http::find_text(body, "time_zone")};
}

session_change read_session_change(const boost::json::value& body) {
    return {http::find_timestamp(body, "starts_at"), http::find_timestamp(body, "ends_at"),
            http::find_integer(body, "capacity"),    http::find_integer(body, "age_min"),
            http::find_integer(body, "age_max"),     http::find_integer(body, "price_minor")};
}

result<event_filter> read_filter(const http::query_string& query) {
    const auto known = query.check_names({"limit", "cursor", "from", "to", "age", "category", "q"});
    if (!known) return known.error();
    const auto from = query.find_date("from");
    if (!from) return from.error();
    const auto to = query.find_date("to");
    if (!to) return to.error();
    const auto age = query.find_integer("age", 0, 25);
    if (!age) return age.error();
    const auto category = query.find_text("category", 60);
    if (!category) return category.error();
    const auto search = query.find_text("q", 100);
    if (!search) return search.error();
    event_filter read{*from, *to, *age, std::nullopt, std::nullopt};
    if (*category) read.category = std::string{**category};
    if (*search) read.search = std::string{**search};
    return read;
}

// Every filter in one fixed spelling: a cursor is good for the list that it was made for.
std::string filter_text(const http::query_string& query) {
    std::string text;
    for (const std::string_view name : {"from", "to", "age", "category", "q", "state"}) {
        const auto value = query.find(name);
        text += value ? std::to_string(value->size()) + ":" + std::string{*value} : "-";
    }
    return text;
}

result<std::optional<list_position>> read_position(const http::request_context& context,
                                                   const http::cursor_scope& scope) {
    const auto cursor = context.query.find("cursor");
    if (!cursor) return std::optional<list_position>{};
    const auto parts = context.parts.cursors.decode(scope, *cursor);
    if (!parts) return parts.error();
    return std::optional<list_position>{{*parse_rfc3339((*parts)[0]), event_id{*parse_uuid((*parts)[1])}}};
}

std::string position_cursor(const http::request_context& context, const http::cursor_scope& scope,
                            const event_summary& last) {
    std::string starts_at;
    append_rfc3339(starts_at, last.starts_at);
    return context.parts.cursors.encode(scope, {starts_at, to_string(last.id.value)});
}

// What of the organisation itself stands in the list or decides on it.
std::string tenant_text_of(const tenancy::tenant& at) { return at.currency + ' ' + at.time_zone + ' '; }

// The time until the first of these is over and leaves the list, but no more than `most`.
std::chrono::milliseconds time_unchanged(const db::result_set& listed, std::chrono::milliseconds most) {
    const auto now = std::chrono::system_clock::now();
    for (const db::row each : listed) {
        const auto left = std::chrono::floor<std::chrono::milliseconds>(read_summary(each).ends_at - now);
        most = std::clamp(left, std::chrono::milliseconds{0}, most);
    }
    return most;
}

task<cache::fresh_answer> load_list(const http::request_context& context, event_filter filter,
                                    std::optional<list_position> after, int limit) {
    const tenancy::tenant& at = *context.tenant;
    const std::string tenant_text = to_string(at.handle.id().value);
    const std::string filters = filter_text(context.query);
    db::tenant_batch batch{context.parts.database, at.handle};
    const auto found = add_list_published(batch, at.handle.id(), filter, at.time_zone, after, limit + 1);
    auto running = batch.run();
    co_await running;

    const db::result_set& rows = found.rows();
    const int count = std::min(rows.size(), limit);
    const http::cursor_scope scope{tenant_text, context.operation, filters};
    std::string next;
    if (rows.size() > limit) next = position_cursor(context, scope, read_summary(rows[count - 1]));
    std::string text;
    text.reserve(static_cast<std::size_t>(count) * 420 + 256);
    http::json_writer out{text};
    out.begin_object().key("data").begin_array();
    for (int i = 0; i < count; ++i)
        write_summary(out, read_summary(rows[i]), at.currency);
    out.end_array();
    http::write_page(out, limit, next);
    out.end_object();
    cache::fresh_answer fresh;
    fresh.made = http::json_response(200, std::move(text));
    fresh.made->headers.push_back({"ETag", http::etag_of(fresh.made->text())});
    fresh.ttl = time_unchanged(rows, context.parts.with.cache.answer_ttl);
    co_return fresh;
}

task<cache::fresh_answer> load_event(const http::request_context& context, event_id id) {
    const auto found = co_await get_event(context.parts.database, *context.tenant, id);
    // A draft is nobody's business yet; what was published and then cancelled is.
    if (!found || !found->what.published_at) co_return cache::fresh_answer{};
    std::string text;
    http::json_writer out{text};
    write_event(out, *found);
    cache::fresh_answer fresh;
    fresh.made = http::json_response(200, std::move(text));
    fresh.made->headers.push_back({"ETag", http::etag_of(found->what.version, fresh.made->text())});
    fresh.ttl = context.parts.with.cache.answer_ttl;
    co_return fresh;
}

} // namespace

task<result<response>> handle_list_events(http::request_context& context) {
    const auto filter = read_filter(context.query);
    if (!filter) co_return filter.error();
    const auto limit = http::page_limit(context.query);
    if (!limit) co_return limit.error();
    const tenant_id at = context.tenant->handle.id();
    const std::string tenant_text = to_string(at.value);
    const std::string filters = filter_text(context.query);
    const http::cursor_scope scope{tenant_text, context.operation, filters};
    const auto after = read_position(context, scope);
    if (!after) co_return after.error();

    const std::string key =
        cache::key_of(at, "events.list",
                      tenant_text_of(*context.tenant) + std::to_string(*limit) + ' ' + filters
                          + std::string{context.query.find("cursor").value_or("")});
    const cache::topics depends_on{at, {calendar_topic}};
    auto found = context.parts.answers.find(key, depends_on);
    if (!found) {
        auto loading =
            context.parts.answers.load(key, depends_on, load_list(context, *filter, *after, *limit));
        found = co_await loading;
    }
    co_return http::public_answer(*found, context.incoming);
}

task<result<response>> handle_get_event(http::request_context& context) {
    const auto id = context.path_id<event_id>(0);
    if (!id) co_return id.error();
    const tenant_id at = context.tenant->handle.id();
    const std::string key = cache::key_of(at, "events.get", to_string(id->value));
    const cache::topics depends_on{at, {calendar_topic}};
    auto found = context.parts.answers.find(key, depends_on);
    if (!found) {
        auto loading = context.parts.answers.load(key, depends_on, load_event(context, *id));
        found = co_await loading;
    }
    if (!found) co_return refuse(errc::not_found);
    co_return http::public_answer(*found, context.incoming);
}

task<result<response>> handle_list_managed_events(http::request_context& context) {
    const auto known = context.query.check_names({"limit", "cursor", "state"});
    if (!known) co_return known.error();
    const auto state = context.query.find_one_of("state", {"draft", "published", "cancelled"});
    if (!state) co_return state.error();
    const auto page =
        http::id_page<event_id>::read(context, context.tenant->handle.id(), filter_text(context.query));
    if (!page) co_return page.error();
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_list_managed(batch, std::string{state->value_or("")}, context.acting.limited_to(),
                                        page->after(), page->rows_wanted());
    auto running = batch.run();
    co_await running;
    co_return page->answer(
        read_events(found.rows()),
        [](http::json_writer& out, const event& of) {
            out.begin_object();
            write_event_members(out, of);
            out.end_object();
        },
        [](const event& of) { return of.id; });
}

task<result<response>> handle_get_managed_event(http::request_context& context) {
    const auto id = context.path_id<event_id>(0);
    if (!id) co_return id.error();
    const auto found = co_await get_event(context.parts.database, *context.tenant, *id);
    if (!found) co_return found.error();
    const auto reached = check_reach(context.acting, *id, found->what.published_at.has_value());
    if (!reached) co_return reached.error();
    co_return event_response(200, *found);
}

task<result<response>> handle_create_event(http::request_context& context) {
    std::vector<session_change> sessions;
    if (const auto* listed = http::find_member(context.body, "sessions"))
        for (const auto& each : listed->as_array())
            sessions.push_back(read_session_change(each));
    auto creating = create_event(context.parts.database, *context.tenant, context.acting,
                                 read_event_change(context.body), std::move(sessions));
    const auto made = co_await creating;
    if (!made) co_return made.error();
    response answer = event_response(201, *made);
    answer.headers.push_back({"Location", "/api/v1/managed-events/" + to_string(made->what.id.value)});
    co_return answer;
}

task<result<response>> handle_update_event(http::request_context& context) {
    const auto id = context.path_id<event_id>(0);
    if (!id) co_return id.error();
    const auto seen_version = http::required_version(context.incoming);
    if (!seen_version) co_return seen_version.error();
    auto updating = update_event(context.parts.database, *context.tenant, context.acting, *id, *seen_version,
                                 read_event_change(context.body));
    const auto written = co_await updating;
    if (!written) co_return written.error();
    co_return event_response(200, *written);
}

task<result<response>> handle_put_publication(http::request_context& context) {
    const auto id = context.path_id<event_id>(0);
    if (!id) co_return id.error();
    const auto written = co_await publish_event(context.parts.database, *context.tenant, context.acting, *id);
    if (!written) co_return written.error();
    context.parts.counts.add(telemetry::metric_named("kidevent_events_published_total"));
    co_return event_response(200, *written);
}

task<result<response>> handle_put_cancellation(http::request_context& context) {
    const auto id = context.path_id<event_id>(0);
    if (!id) co_return id.error();
    const auto written = co_await cancel_event(context.parts.database, *context.tenant, context.acting, *id);
    if (!written) co_return written.error();
    co_return event_response(200, *written);
}

task<result<response>> handle_create_session(http::request_context& context) {
    const auto id = context.path_id<event_id>(0);
    if (!id) co_return id.error();
    auto creating = create_session(context.parts.database, *context.tenant, context.acting, *id,
                                   read_session_change(context.body));
    const auto made = co_await creating;
    if (!made) co_return made.error();
    co_return session_response(201, *made);
}

task<result<response>> handle_update_session(http::request_context& context) {
    const auto id = context.path_id<session_id>(0);
    if (!id) co_return id.error();
    const auto seen_version = http::required_version(context.incoming);
    if (!seen_version) co_return seen_version.error();
    auto updating = update_session(context.parts.database, *context.tenant, context.acting, *id,
                                   *seen_version, read_session_change(context.body));
    const auto written = co_await updating;
    if (!written) co_return written.error();
    co_return session_response(200, *written);
}

} // namespace kidevent::events
