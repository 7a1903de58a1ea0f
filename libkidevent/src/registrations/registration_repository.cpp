#include "registrations/registration_repository.hpp"

namespace kidevent::registrations {

namespace {

const db::query find_taken{"registrations.find_taken", R"sql(
    select r.child_id, r.session_id
    from registrations r
    join unnest($1::uuid[], $2::uuid[]) as wished (child_id, session_id)
      on wished.child_id = r.child_id and wished.session_id = r.session_id
    where r.tenant_id = (select tenancy.current_tenant()) and r.cancelled_at is null
)sql"};

const db::query insert_registrations{"registrations.insert", R"sql(
    insert into registrations (id, session_id, child_id, household_id, price_minor, currency, registered_by)
    select made.id, made.session_id, made.child_id, $4, s.price_minor, s.currency, $5
    from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as made (id, session_id, child_id)
    join sessions s on s.tenant_id = (select tenancy.current_tenant()) and s.id = made.session_id
)sql"};

const db::query list_of_household{"registrations.list_of_household", R"sql(
    select r.id, r.session_id, s.event_id, r.child_id, r.household_id, r.price_minor, r.currency,
        r.version, r.registered_at,
           r.cancelled_at, e.title, s.starts_at
    from registrations r
    join sessions s on s.tenant_id = r.tenant_id and s.id = r.session_id
    join events e on e.tenant_id = s.tenant_id and e.id = s.event_id
    where r.tenant_id = (select tenancy.current_tenant()) and r.household_id = $1 and r.id < $2
    order by r.id desc limit $3
)sql"};

const db::query find_registration{"registrations.find", R"sql(
    select r.id, r.session_id, s.event_id, r.child_id, r.household_id, r.price_minor, r.currency,
        r.version, r.registered_at,
           r.cancelled_at, e.title, s.starts_at
    from registrations r
    join sessions s on s.tenant_id = r.tenant_id and s.id = r.session_id
    join events e on e.tenant_id = s.tenant_id and e.id = s.event_id
    where r.tenant_id = (select tenancy.current_tenant()) and r.id = $1
        and ($2::uuid is null or r.household_id = $2)
)sql"};

const db::query cancel_registration{"registrations.cancel", R"sql(
    update registrations set cancelled_at = now(), cancelled_by = $2, version = version + 1
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and cancelled_at is null
    returning id
)sql"};

const db::query list_roster{"registrations.list_roster", R"sql(
    select r.id, c.id, c.given_name, c.family_name, c.birth_date, a.given_name || ' ' || a.family_name,
        a.email,
           r.registered_at
    from registrations r
    join children c on c.tenant_id = r.tenant_id and c.id = r.child_id
    join accounts a on a.tenant_id = r.tenant_id and a.id = r.registered_by
    where r.tenant_id = (select tenancy.current_tenant()) and r.session_id = $1
        and r.cancelled_at is null and r.id > $2
    order by r.id limit $3
)sql"};

} // namespace

db::pending_rows add_find_taken(db::tenant_transaction& in, const std::vector<place>& wished) {
    std::vector<child_id> children;
    std::vector<session_id> sessions;
    for (const place& each : wished) {
        children.push_back(each.child);
        sessions.push_back(each.session);
    }
    return in.add(find_taken, children, sessions);
}

std::vector<place> read_places(const db::result_set& found) {
    std::vector<place> read;
    for (const db::row from : found)
        read.push_back({from.get<child_id>(0), from.get<session_id>(1)});
    return read;
}

void add_insert_registrations(db::tenant_transaction& in, const std::vector<registration>& made,
                              account_id by) {
    std::vector<registration_id> ids;
    std::vector<session_id> sessions;
    std::vector<child_id> children;
    for (const registration& each : made) {
        ids.push_back(each.id);
        sessions.push_back(each.session);
        children.push_back(each.child);
    }
    in.add(insert_registrations, ids, sessions, children, made.front().household, by);
}

db::pending_rows add_list_of_household(db::tenant_batch& in, household_id of,
                                       const std::optional<registration_id>& before, int limit) {
    registration_id last;
    last.value.bytes.fill(0xff);
    return in.add(list_of_household, of, before.value_or(last), limit);
}

db::pending_rows add_find(db::tenant_batch& in, const actor& acting, registration_id id) {
    return in.add(find_registration, id, acting.is_staff() ? std::nullopt : acting.household());
}
db::pending_rows add_find(db::tenant_transaction& in, const actor& acting, registration_id id) {
    return in.add(find_registration, id, acting.is_staff() ? std::nullopt : acting.household());
}

std::vector<registration> read_registrations(const db::result_set& found) {
    std::vector<registration> read;
    read.reserve(static_cast<std::size_t>(found.size()));
    for (const db::row from : found)
        read.push_back({from.get<registration_id>(0), from.get<session_id>(1), from.get<event_id>(2),
                        from.get<child_id>(3), from.get<household_id>(4), from.get<std::int64_t>(5),
                        from.get<std::string>(6), from.get<int>(7), from.get<timestamp>(8),
                        from.get<std::optional<timestamp>>(9), from.get<std::string>(10),
                        from.get<timestamp>(11)});
    return read;
}

db::pending_rows add_cancel(db::tenant_transaction& in, registration_id id, account_id by) {
    return in.add(cancel_registration, id, by);
}

db::pending_rows add_list_roster(db::tenant_transaction& in, session_id of,
                                 const std::optional<registration_id>& after, int limit) {
    return in.add(list_roster, of, after.value_or(registration_id{}), limit);
}

std::vector<roster_line> read_roster(const db::result_set& found) {
    std::vector<roster_line> read;
    read.reserve(static_cast<std::size_t>(found.size()));
    for (const db::row from : found)
        read.push_back({from.get<registration_id>(0), from.get<child_id>(1), from.get<std::string>(2),
                        from.get<std::string>(3), from.get<std::chrono::sys_days>(4),
                        from.get<std::string>(5), from.get<std::string>(6), from.get<timestamp>(7)});
    return read;
}

} // namespace kidevent::registrations
