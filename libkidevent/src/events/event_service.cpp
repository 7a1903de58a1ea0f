#include "events/event_service.hpp"

#include "audit/audit_log.hpp"
#include "db/db_error.hpp"
#include "events/time_zone.hpp"
#include "outbox/outbox.hpp"

namespace kidevent::events {

namespace {

constexpr std::int64_t age_open_min = 0;
constexpr std::int64_t age_open_max = 25;

result<> check_time_zone(const std::optional<std::string>& name) {
    if (!name || time_zone::find(*name)) return {};
    return refuse(errc::invalid_fields, "/time_zone", "bad_format",
                  "must be an IANA time zone such as Europe/Vienna");
}

// `at` is the pointer of the session in the request: "" or "/sessions/3".
result<> check_session(const session& made, const std::string& at) {
    if (made.ends_at <= made.starts_at)
        return refuse(errc::invalid_fields, at + "/ends_at", "too_small", "must be after starts_at");
    if (made.age_min > made.age_max)
        return refuse(errc::invalid_fields, at + "/age_max", "too_small", "must not be below age_min");
    return {};
}

session made_session(const session_change& from, event_id of, const std::string& zone,
                     const std::string& currency) {
    return {session_id{make_uuid()},
            of,
            *from.starts_at,
            *from.ends_at,
            zone,
            static_cast<int>(*from.capacity),
            0,
            static_cast<int>(from.age_min.value_or(age_open_min)),
            static_cast<int>(from.age_max.value_or(age_open_max)),
            from.price_minor.value_or(0),
            currency,
            1};
}

session changed_session(session from, const session_change& by) {
    from.starts_at = by.starts_at.value_or(from.starts_at);
    from.ends_at = by.ends_at.value_or(from.ends_at);
    from.capacity = static_cast<int>(by.capacity.value_or(from.capacity));
    from.age_min = static_cast<int>(by.age_min.value_or(from.age_min));
    from.age_max = static_cast<int>(by.age_max.value_or(from.age_max));
    from.price_minor = by.price_minor.value_or(from.price_minor);
    return from;
}

refusal overlap() {
    return refuse(errc::session_overlaps, "/starts_at", "not_allowed", "another session starts then");
}

outbox::new_event told(outbox::event_kind what, const event& about) {
    return {what, about.id.value, {{"event_id", to_string(about.id.value)}, {"state", about.state()}}};
}

outbox::new_event told(outbox::event_kind what, session_id id, const event& parent) {
    return {what,
            id.value,
            {{"session_id", to_string(id.value)},
             {"event_id", to_string(parent.id.value)},
             {"state", parent.state()}}};
}

void note(db::tenant_transaction& in, const actor& by, audit::action what, event_id id,
          boost::json::object details) {
    audit::add_entry(in, by, what, audit::subject_of("events", id.value), std::move(details));
}

void note(db::tenant_transaction& in, const actor& by, audit::action what, session_id id,
          const event& parent) {
    audit::add_entry(in, by, what, audit::subject_of("sessions", id.value),
                     {{"event_id", to_string(parent.id.value)}, {"state", parent.state()}});
}

// What speaks against the change of a session that the client has seen in this version.
result<> check_change(const session& before, const session& after, int seen_version) {
    if (before.version != seen_version) return refuse(errc::version_stale);
    const auto good = check_session(after, "");
    if (!good) return good.error();
    if (after.capacity >= after.seats_taken) return {};
    return refuse(errc::capacity_below_taken, "/capacity", "too_small",
                  std::to_string(after.seats_taken) + " places are taken");
}

// Commits, and answers with the event as it then is. Errors: session_overlaps.
task<result<event_with_sessions>> commit_and_read(db::tenant_transaction& in, event_id id) {
    const auto found = add_find_event(in, id);
    const auto sessions = add_list_sessions(in, id);
    try {
        co_await in.commit();
    } catch (const db::db_error& failed) {
        if (failed.constraint() != "sessions_start_unique") throw;
        co_return overlap();
    }
    co_return event_with_sessions{*read_event(found.rows()), read_sessions(sessions.rows())};
}

// Changes one event. While it is locked, `judge` says of it as it is whether that is allowed, and `change`
// adds the statements; it gets the event as it was. Errors: not_found, those of check_reach and of `judge`,
// session_overlaps.
template<class Judge, class Change>
task<result<event_with_sessions>> change_event(db::database& with, const tenancy::tenant& at, const actor& by,
                                               event_id id, Judge judge, Change change) {
    auto transaction = co_await db::tenant_transaction::begin(with, at.handle);
    const auto locked = add_lock_event(transaction, id);
    const auto sessions = add_list_sessions(transaction, id);
    co_await transaction.run();
    result<> allowed = refuse(errc::not_found);
    const auto before = read_event(locked.rows());
    if (before) allowed = check_reach(by, id, before->published_at.has_value());
    if (before && allowed) allowed = judge(event_with_sessions{*before, read_sessions(sessions.rows())});
    if (!allowed) {
        co_await transaction.rollback();
        co_return allowed.error();
    }
    change(transaction, *before);
    auto committing = commit_and_read(transaction, id);
    auto written = co_await committing;
    co_return written;
}

} // namespace

outbox::new_event created_event(event_id id, bool is_published, std::size_t sessions) {
    return {outbox::event_kind::event_created,
            id.value,
            {{"event_id", to_string(id.value)},
             {"state", is_published ? "published" : "draft"},
             {"sessions", sessions}}};
}

outbox::new_event published_event(event_id id) {
    return {outbox::event_kind::event_published,
            id.value,
            {{"event_id", to_string(id.value)}, {"state", "published"}}};
}

task<result<event_with_sessions>> get_event(db::database& with, const tenancy::tenant& at, event_id id) {
    db::tenant_batch batch{with, at.handle};
    const auto found = add_find_event(batch, id);
    const auto sessions = add_list_sessions(batch, id);
    auto running = batch.run();
    co_await running;
    auto what = read_event(found.rows());
    if (!what) co_return refuse(errc::not_found);
    co_return event_with_sessions{std::move(*what), read_sessions(sessions.rows())};
}

result<> check_reach(const actor& by, event_id which, bool is_public) {
    if (by.may_reach(which)) return {};
    return refuse(is_public ? errc::forbidden : errc::not_found);
}

task<result<event_with_sessions>> create_event(db::database& with, const tenancy::tenant& at, const actor& by,
                                               event_change values, std::vector<session_change> sessions) {
    const auto checked = check_time_zone(values.time_zone);
    if (!checked) co_return checked.error();
    new_event made{event_id{make_uuid()},
                   values.title.value_or(""),
                   values.description.value_or(""),
                   values.location.value_or(""),
                   values.category.value_or(""),
                   values.time_zone.value_or(at.time_zone),
                   std::nullopt,
                   by.account()};
    std::vector<session> made_sessions;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        made_sessions.push_back(made_session(sessions[i], made.id, made.time_zone, at.currency));
        const auto good = check_session(made_sessions.back(), "/sessions/" + std::to_string(i));
        if (!good) co_return good.error();
    }
    auto transaction = co_await db::tenant_transaction::begin(with, at.handle);
    add_insert_event(transaction, made);
    for (const session& each : made_sessions)
        add_insert_session(transaction, each);
    add_summarise_sessions(transaction, made.id);
    outbox::add_event(transaction, created_event(made.id, false, made_sessions.size()));
    note(transaction, by, audit::action::event_created, made.id,
         {{"state", "draft"}, {"sessions", made_sessions.size()}});
    auto committing = commit_and_read(transaction, made.id);
    auto written = co_await committing;
    co_return written;
}

task<result<event_with_sessions>> update_event(db::database& with, const tenancy::tenant& at, const actor& by,
                                               event_id id, int seen_version, event_change values) {
    const auto checked = check_time_zone(values.time_zone);
    if (!checked) co_return checked.error();
    auto changing = change_event(
        with, at, by, id,
        [&](const event_with_sessions& before) -> result<> {
            if (before.what.version != seen_version) return refuse(errc::version_stale);
            return {};
        },
        [&](db::tenant_transaction& in, const event& before) {
            add_update_event(in, id, values);
            outbox::add_event(in, told(outbox::event_kind::event_updated, before));
            note(in, by, audit::action::event_updated, id, {{"state", before.state()}});
        });
    auto written = co_await changing;
    co_return written;
}

task<result<event_with_sessions>> publish_event(db::database& with, const tenancy::tenant& at,
                                                const actor& by, event_id id) {
    return change_event(
        with, at, by, id,
        [](const event_with_sessions& before) -> result<> {
            if (before.what.cancelled_at) return refuse(errc::event_not_open);
            if (before.sessions.empty()) return refuse(errc::event_without_sessions);
            return {};
        },
        [id, &by](db::tenant_transaction& in, const event& before) {
            add_publish_event(in, id, by.account());
            if (before.published_at) return;
            outbox::add_event(in, published_event(id));
            note(in, by, audit::action::event_published, id, {{"state", "published"}});
        });
}

task<result<event_with_sessions>> cancel_event(db::database& with, const tenancy::tenant& at, const actor& by,
                                               event_id id) {
    return change_event(
        with, at, by, id, [](const event_with_sessions&) { return result<>{}; },
        [id, &by](db::tenant_transaction& in, const event& before) {
            add_cancel_event(in, id, by.account());
            if (before.cancelled_at) return;
            outbox::add_event(in, told(outbox::event_kind::event_cancelled, before));
            note(in, by, audit::action::event_cancelled, id, {{"state", "cancelled"}});
        });
}

task<result<session>> create_session(db::database& with, const tenancy::tenant& at, const actor& by,
                                     event_id of, session_change values) {
    session made;
    auto changing = change_event(
        with, at, by, of,
        [&](const event_with_sessions& parent) -> result<> {
            if (parent.what.cancelled_at) return refuse(errc::event_not_open);
            made = made_session(values, of, parent.what.time_zone, at.currency);
            return check_session(made, "");
        },
        [&](db::tenant_transaction& in, const event& parent) {
            add_insert_session(in, made);
            add_summarise_sessions(in, of);
            outbox::add_event(in, told(outbox::event_kind::session_created, made.id, parent));
            note(in, by, audit::action::session_created, made.id, parent);
        });
    const auto written = co_await changing;
    if (!written) co_return written.error();
    co_return made;
}

task<result<session>> update_session(db::database& with, const tenancy::tenant& at, const actor& by,
                                     session_id id, int seen_version, session_change values) {
    auto transaction = co_await db::tenant_transaction::begin(with, at.handle);
    const auto locked = add_lock_session(transaction, id);
    co_await transaction.run();
    const auto found = read_sessions(locked.session.rows());
    session changed;
    result<> allowed = refuse(errc::not_found);
    const auto parent = read_event(locked.event.rows());
    if (!found.empty()) allowed = check_reach(by, parent->id, parent->published_at.has_value());
    if (!found.empty() && allowed) {
        changed = changed_session(found.front(), values);
        allowed = check_change(found.front(), changed, seen_version);
    }
    if (!allowed) {
        co_await transaction.rollback();
        co_return allowed.error();
    }
    add_update_session(transaction, id, values);
    add_summarise_sessions(transaction, changed.event);
    auto updated = told(outbox::event_kind::session_updated, id, *parent);
    updated.data["moved"] =
        changed.starts_at != found.front().starts_at || changed.ends_at != found.front().ends_at;
    outbox::add_event(transaction, updated);
    note(transaction, by, audit::action::session_updated, id, *parent);
    auto committing = commit_and_read(transaction, changed.event);
    const auto written = co_await committing;
    if (!written) co_return written.error();
    ++changed.version;
    co_return changed;
}

} // namespace kidevent::events
