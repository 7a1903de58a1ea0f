#include "events/session_places.hpp"

namespace kidevent::events {

namespace {

const db::query list_places{"sessions.list_places", R"sql(
    select s.id, s.event_id, s.capacity - s.seats_taken, e.published_at is not null
    from sessions s join events e on e.tenant_id = s.tenant_id and e.id = s.event_id
    where s.tenant_id = (select tenancy.current_tenant()) and s.id = any($1::uuid[])
)sql"};

} // namespace

db::pending_rows add_list_places(db::tenant_batch& in, const std::vector<session_id>& of) {
    return in.add(list_places, of);
}
db::pending_rows add_list_places(db::tenant_transaction& in, const std::vector<session_id>& of) {
    return in.add(list_places, of);
}

std::vector<session_places> read_places(const db::result_set& found) {
    std::vector<session_places> read;
    read.reserve(static_cast<std::size_t>(found.size()));
    for (const db::row from : found)
        read.push_back({from.get<session_id>(0), from.get<event_id>(1), from.get<int>(2), from.get<bool>(3)});
    return read;
}

} // namespace kidevent::events
