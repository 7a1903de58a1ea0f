#include "events/event_repository.hpp"

#include "core/time_text.hpp"

namespace kidevent::events {

namespace {

// The hot path: names the tenant as a parameter, so that the planner knows it. The row comparison with
// -infinity instead of "or $2 is null" keeps the index usable in a generic plan.
const db::query list_published{"events.list_published", R"sql(
    select e.id, e.title, e.location, e.category, e.time_zone, e.starts_at, e.ends_at, e.age_min,
        e.age_max, e.price_minor,
           e.sessions,
           (select coalesce(sum(s.capacity - s.seats_taken), 0)::int from sessions s
            where s.tenant_id = $1 and s.event_id = e.id and s.starts_at > now())
    from events e
    where e.tenant_id = $1 and e.published_at is not null and e.cancelled_at is null
      and (e.starts_at, e.id) > ($2::timestamptz, $3::uuid)
      and e.ends_at > coalesce($4::date::timestamp at time zone $6, now())
      and ($5::date is null or e.starts_at < ($5::date + 1)::timestamp at time zone $6)
      and ($7::int is null or $7 between e.age_min and e.age_max)
      and ($8::text is null or e.category = $8)
      and ($9::text is null or position($9 in e.title_folded) > 0)
    order by e.starts_at, e.id limit $10
)sql"};

// What most visitors ask for: no filter. With all filters as parameters that are null, the same list takes
// PostgreSQL nearly half as long again.
const db::query list_upcoming{"events.list_upcoming", R"sql(
    select e.id, e.title, e.location, e.category, e.time_zone, e.starts_at, e.ends_at, e.age_min,
        e.age_max, e.price_minor,
           e.sessions,
           (select coalesce(sum(s.capacity - s.seats_taken), 0)::int from sessions s
            where s.tenant_id = $1 and s.event_id = e.id and s.starts_at > now())
    from events e
    where e.tenant_id = $1 and e.published_at is not null and e.cancelled_at is null
      and (e.starts_at, e.id) > ($2::timestamptz, $3::uuid) and e.ends_at > now()
    order by e.starts_at, e.id limit $4
)sql"};

const db::query list_managed{"events.list_managed", R"sql(
    select id, title, description, location, category, time_zone, version, created_at, published_at,
        cancelled_at
    from events
    where tenant_id = (select tenancy.current_tenant()) and id < $2
      and case $1 when '' then true
                  when 'draft' then published_at is null and cancelled_at is null
                  when 'published' then published_at is not null and cancelled_at is null
                  else cancelled_at is not null end
      and ($4::uuid[] is null or id = any($4))
    order by id desc limit $3
)sql"};

const db::query find_event{"events.find", R"sql(
    select id, title, description, location, category, time_zone, version, created_at, published_at,
        cancelled_at
    from events where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query lock_event{"events.lock", R"sql(
    select id, title, description, location, category, time_zone, version, created_at, published_at,
        cancelled_at
    from events where tenant_id = (select tenancy.current_tenant()) and id = $1 for update
)sql"};

const db::query list_sessions{"sessions.list", R"sql(
    select id, event_id, starts_at, ends_at, time_zone, capacity, seats_taken, age_min, age_max,
        price_minor, currency, version
    from sessions where tenant_id = (select tenancy.current_tenant()) and event_id = $1
    order by starts_at, id
)sql"};

// Before its session: see allocation/places.cpp, which takes them in this order too.
const db::query lock_event_of_session{"events.lock_of_session", R"sql(
    select id, title, description, location, category, time_zone, version, created_at, published_at,
        cancelled_at
    from events
    where tenant_id = (select tenancy.current_tenant())
      and id = (select s.event_id from sessions s
                where s.tenant_id = (select tenancy.current_tenant()) and s.id = $1)
    for update
)sql"};

const db::query lock_session{"sessions.lock", R"sql(
    select id, event_id, starts_at, ends_at, time_zone, capacity, seats_taken, age_min, age_max,
        price_minor, currency, version
    from sessions where tenant_id = (select tenancy.current_tenant()) and id = $1 for update
)sql"};

const db::query insert_event{"events.insert", R"sql(
    insert into events (id, title, title_folded, description, location, category, time_zone, source_uid,
        created_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
)sql"};

const db::query update_event{"events.update", R"sql(
    update events set title = coalesce($2, title), title_folded = coalesce($3, title_folded),
           description = coalesce($4, description), location = coalesce($5, location),
               category = coalesce($6, category),
           time_zone = coalesce($7, time_zone), version = version + 1, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query publish_event{"events.publish", R"sql(
    update events set published_at = now(), published_by = $2, version = version + 1, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and published_at is null
)sql"};

const db::query cancel_event{"events.cancel", R"sql(
    update events set cancelled_at = now(), cancelled_by = $2, version = version + 1, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and cancelled_at is null
)sql"};

const db::query find_by_source{"events.find_by_source", R"sql(
    select id from events where tenant_id = (select tenancy.current_tenant()) and source_uid = $1
)sql"};

const db::query insert_session{"sessions.insert", R"sql(
    insert into sessions (id, event_id, starts_at, ends_at, time_zone, capacity, age_min, age_max,
        price_minor, currency)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
)sql"};

const db::query update_session{"sessions.update", R"sql(
    update sessions set starts_at = coalesce($2, starts_at), ends_at = coalesce($3, ends_at),
           capacity = coalesce($4, capacity), age_min = coalesce($5, age_min), age_max = coalesce($6,
               age_max),
           price_minor = coalesce($7, price_minor), version = version + 1, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query summarise_sessions{"events.summarise_sessions", R"sql(
    update events e set (starts_at, ends_at, age_min, age_max, price_minor, sessions) =
        (select min(s.starts_at), max(s.ends_at), min(s.age_min), max(s.age_max), min(s.price_minor),
            count(*)::int
         from sessions s where s.tenant_id = e.tenant_id and s.event_id = e.id)
    where e.tenant_id = (select tenancy.current_tenant()) and e.id = $1
)sql"};

} // namespace

db::pending_rows add_list_published(db::tenant_batch& in, tenant_id at, const event_filter& filter,
                                    const std::string& time_zone, const std::optional<list_position>& after,
                                    int limit) {
    std::string from_start = "-infinity";
    if (after) {
        from_start.clear();
        append_rfc3339(from_start, after->starts_at);
    }
    const event_id from_id = after ? after->id : event_id{};
    if (!filter.from && !filter.to && !filter.age && !filter.category && !filter.search)
        return in.add(list_upcoming, at, from_start, from_id, limit);
    std::optional<std::string> search;
    if (filter.search) search = folded(*filter.search);
    return in.add(list_published, at, from_start, from_id, filter.from, filter.to, time_zone, filter.age,
                  filter.category, search, limit);
}

event_summary read_summary(const db::row& from) {
    return {from.get<event_id>(0),
            from.get<std::string_view>(1),
            from.get<std::string_view>(2),
            from.get<std::string_view>(3),
            from.get<std::string_view>(4),
            from.get<timestamp>(5),
            from.get<timestamp>(6),
            from.get<int>(7),
            from.get<int>(8),
            from.get<std::int64_t>(9),
            from.get<int>(10),
            from.get<int>(11)};
}

db::pending_rows add_list_managed(db::tenant_batch& in, const std::string& state, const event_limit& only,
                                  const std::optional<event_id>& before, int limit) {
    event_id last;
    last.value.bytes.fill(0xff);
    std::optional<std::vector<event_id>> those;
    if (only) those = *only;
    return in.add(list_managed, state, before.value_or(last), limit, those);
}

db::pending_rows add_find_event(db::tenant_batch& in, event_id id) { return in.add(find_event, id); }
db::pending_rows add_find_event(db::tenant_transaction& in, event_id id) { return in.add(find_event, id); }
db::pending_rows add_lock_event(db::tenant_transaction& in, event_id id) { return in.add(lock_event, id); }

std::vector<event> read_events(const db::result_set& found) {
    std::vector<event> read;
    read.reserve(static_cast<std::size_t>(found.size()));
    for (const db::row from : found)
        read.push_back({from.get<event_id>(0), from.get<std::string>(1), from.get<std::string>(2),
                        from.get<std::string>(3), from.get<std::string>(4), from.get<std::string>(5),
                        from.get<int>(6), from.get<timestamp>(7), from.get<std::optional<timestamp>>(8),
                        from.get<std::optional<timestamp>>(9)});
    return read;
}

std::optional<event> read_event(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    return read_events(found).front();
}

db::pending_rows add_list_sessions(db::tenant_batch& in, event_id of) { return in.add(list_sessions, of); }
db::pending_rows add_list_sessions(db::tenant_transaction& in, event_id of) {
    return in.add(list_sessions, of);
}
locked_session add_lock_session(db::tenant_transaction& in, session_id id) {
    const auto event = in.add(lock_event_of_session, id);
    const auto session = in.add(lock_session, id);
    return {event, session};
}

std::vector<session> read_sessions(const db::result_set& found) {
    std::vector<session> read;
    read.reserve(static_cast<std::size_t>(found.size()));
    for (const db::row from : found)
        read.push_back({from.get<session_id>(0), from.get<event_id>(1), from.get<timestamp>(2),
                        from.get<timestamp>(3), from.get<std::string>(4), from.get<int>(5), from.get<int>(6),
                        from.get<int>(7), from.get<int>(8), from.get<std::int64_t>(9),
                        from.get<std::string>(10), from.get<int>(11)});
    return read;
}

void add_insert_event(db::tenant_transaction& in, const new_event& of) {
    in.changes(calendar_topic);
    in.add(insert_event, of.id, of.title, folded(of.title), of.description, of.location, of.category,
           of.time_zone, of.source_uid, of.created_by);
}

void add_update_event(db::tenant_transaction& in, event_id id, const event_change& values) {
    in.changes(calendar_topic);
    std::optional<std::string> title_folded;
    if (values.title) title_folded = folded(*values.title);
    in.add(update_event, id, values.title, title_folded, values.description, values.location, values.category,
           values.time_zone);
}

void add_publish_event(db::tenant_transaction& in, event_id id, std::optional<account_id> by) {
    in.changes(calendar_topic);
    in.add(publish_event, id, by);
}
void add_cancel_event(db::tenant_transaction& in, event_id id, account_id by) {
    in.changes(calendar_topic);
    in.add(cancel_event, id, by);
}
db::pending_rows add_find_by_source(db::tenant_transaction& in, const std::string& source_uid) {
    return in.add(find_by_source, source_uid);
}

void add_insert_session(db::tenant_transaction& in, const session& of) {
    in.changes(calendar_topic);
    in.add(insert_session, of.id, of.event, of.starts_at, of.ends_at, of.time_zone, of.capacity, of.age_min,
           of.age_max, of.price_minor, of.currency);
}

void add_update_session(db::tenant_transaction& in, session_id id, const session_change& values) {
    in.changes(calendar_topic);
    in.add(update_session, id, values.starts_at, values.ends_at, values.capacity, values.age_min,
           values.age_max, values.price_minor);
}

void add_summarise_sessions(db::tenant_transaction& in, event_id id) {
    in.changes(calendar_topic);
    in.add(summarise_sessions, id);
}

} // namespace kidevent::events
