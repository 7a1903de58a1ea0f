#include "allocation/places.hpp"

#include "events/event.hpp"

namespace kidevent::allocation {

namespace {

// KIDEVENT_CANARY_WITHOUT_LOCK builds the allocator with its lock left out, for the test which proves that
// the race test would notice.
#ifdef KIDEVENT_CANARY_WITHOUT_LOCK
#define KIDEVENT_SESSION_LOCK ""
#else
#define KIDEVENT_SESSION_LOCK " for update of s"
#endif

// Events before sessions, here as in events: whoever changes a session rewrites its event's summary too, and
// the other order would deadlock with a request for several sessions of that event.
const db::query share_events{"places.share_events", R"sql(
    select e.id from events e
    where e.tenant_id = (select tenancy.current_tenant())
      and e.id in (select s.event_id from sessions s
                   where s.tenant_id = (select tenancy.current_tenant()) and s.id = any($1::uuid[]))
    order by e.id for share
)sql"};

const db::query lock_sessions{"places.lock_sessions", R"sql(
    select s.id, s.event_id, (s.starts_at at time zone s.time_zone)::date, s.capacity, s.seats_taken,
        s.age_min, s.age_max,
           s.price_minor, s.currency, e.published_at is not null and e.cancelled_at is null,
               s.starts_at <= now(), now()
    from sessions s join events e on e.tenant_id = s.tenant_id and e.id = s.event_id
    where s.tenant_id = (select tenancy.current_tenant()) and s.id = any($1::uuid[])
    order by s.id)sql" KIDEVENT_SESSION_LOCK};

const db::query take_places{"places.take", R"sql(
    update sessions s set seats_taken = s.seats_taken + wanted.places
    from unnest($1::uuid[], $2::int[]) as wanted (id, places)
    where s.tenant_id = (select tenancy.current_tenant()) and s.id = wanted.id
)sql"};

const db::query free_place{"places.free", R"sql(
    update sessions set seats_taken = seats_taken - 1
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

} // namespace

db::pending_rows add_lock_sessions(db::tenant_transaction& in, const std::vector<session_id>& ids) {
    in.add(share_events, ids);
    return in.add(lock_sessions, ids);
}

std::vector<locked_session> read_locked_sessions(const db::result_set& found) {
    std::vector<locked_session> read;
    read.reserve(static_cast<std::size_t>(found.size()));
    for (const db::row from : found)
        read.push_back({from.get<session_id>(0), from.get<event_id>(1), from.get<std::chrono::sys_days>(2),
                        from.get<int>(3), from.get<int>(4), from.get<int>(5), from.get<int>(6),
                        from.get<std::int64_t>(7), from.get<std::string>(8), from.get<bool>(9),
                        from.get<bool>(10), from.get<timestamp>(11)});
    return read;
}

void add_take_places(db::tenant_transaction& in, const std::map<session_id, int>& places) {
    in.changes(events::calendar_topic);
    std::vector<session_id> ids;
    std::vector<std::int64_t> counts;
    for (const auto& [id, count] : places) {
        ids.push_back(id);
        counts.push_back(count);
    }
    in.add(take_places, ids, counts);
}

void add_free_place(db::tenant_transaction& in, session_id of) {
    in.changes(events::calendar_topic);
    in.add(free_place, of);
}

} // namespace kidevent::allocation
