#include "realtime/stream_endpoints.hpp"

#include "events/event_service.hpp"
#include "events/session_places.hpp"
#include "http/cookie.hpp"
#include "http/header_field.hpp"
#include "http/origin.hpp"
#include "identity/login_service.hpp"
#include "realtime/event_feed.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::realtime {

namespace {

// Anybody may listen to what is public, so a login is looked up when there is one.
task<result<actor>> find_listener(http::request_context& context) {
    const auto cookie = http::find_cookie(context.incoming, http::login_cookie_name);
    if (!cookie) co_return cookie.error();
    if (!*cookie) co_return actor{};
    context.login_token = std::string{**cookie};
    auto asking = context.parts.logins.find_actor(*context.tenant, context.login_token);
    auto found = co_await asking;
    co_return found;
}

// Staff that is limited to given events hears of their sessions only. Errors: those of check_reach.
task<result<>> check_rosters(const http::request_context& context, const std::vector<topic>& topics,
                             const actor& listener) {
    std::vector<session_id> sessions;
    for (const topic& each : topics)
        if (each.kind == topic_kind::roster) sessions.push_back(session_id{each.about});
    if (sessions.empty() || !listener.is_limited()) co_return result<>{};
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = events::add_list_places(batch, sessions);
    auto running = batch.run();
    co_await running;
    const auto known = events::read_places(found.rows());
    for (const events::session_places& each : known) {
        const auto reached = events::check_reach(listener, each.event, each.is_public);
        if (!reached) co_return reached.error();
    }
    if (known.size() < sessions.size()) co_return refuse(errc::not_found);
    co_return result<>{};
}

} // namespace

task<result<response>> handle_open_stream(http::request_context& context) {
    const auto same_origin = http::check_origin(context.incoming, context.tenant->origin);
    if (!same_origin) co_return same_origin.error();
    const auto known = context.query.check_names({"topics"});
    if (!known) co_return known.error();
    const auto wanted = context.query.find("topics").value_or("events");
    const auto last_event_id = http::find_single_header(context.incoming, "Last-Event-ID");
    if (!last_event_id) co_return last_event_id.error();
    auto finding = find_listener(context);
    const auto listener = co_await finding;
    if (!listener) co_return listener.error();
    if (listener->must_enrol()) co_return refuse(errc::second_factor_enrolment_required);
    const auto topics_max = static_cast<std::size_t>(context.parts.with.realtime.topics_max);
    auto topics = parse_topics(wanted, topics_max, *listener);
    if (!topics) co_return topics.error();
    auto checking = check_rosters(context, *topics, *listener);
    const auto heard = co_await checking;
    if (!heard) co_return heard.error();

    audience_member person{context.tenant->handle.id(), std::move(*topics), *listener, "",
                           context.incoming.remote_address};
    if (listener->is_signed_in()) person.login_token = context.login_token;
    auto opened = context.parts.streams.open(context.tenant, std::move(person), last_event_id->value_or(""));
    if (!opened) co_return opened.error();
    response made;
    made.headers = {
        {"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    made.body = std::move(*opened);
    co_return made;
}

} // namespace kidevent::realtime
