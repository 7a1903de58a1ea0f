#include "families/child_repository.hpp"

namespace kidevent::families {

namespace {

const db::query list_children{"children.list", R"sql(
    select id, household_id, given_name, family_name, birth_date, version, created_at
    from children
    where tenant_id = (select tenancy.current_tenant()) and household_id = $1 and removed_at is null
      and id > $2
    order by id limit $3
)sql"};

const db::query find_child{"children.find", R"sql(
    select id, household_id, given_name, family_name, birth_date, version, created_at
    from children
    where tenant_id = (select tenancy.current_tenant()) and household_id = $1 and id = $2
        and removed_at is null
)sql"};

const db::query lock_child{"children.lock", R"sql(
    select id, household_id, given_name, family_name, birth_date, version, created_at
    from children
    where tenant_id = (select tenancy.current_tenant()) and household_id = $1 and id = $2
        and removed_at is null
    for update
)sql"};

const db::query share_children{"children.share", R"sql(
    select id, household_id, given_name, family_name, birth_date, version, created_at
    from children
    where tenant_id = (select tenancy.current_tenant()) and household_id = $1 and id = any($2::uuid[])
      and removed_at is null
    order by id for share
)sql"};

const db::query insert_child{"children.insert", R"sql(
    insert into children (id, household_id, given_name, family_name, birth_date, created_by)
    values ($1, $2, $3, $4, $5, $6)
    returning id, household_id, given_name, family_name, birth_date, version, created_at
)sql"};

const db::query update_child{"children.update", R"sql(
    update children set given_name = coalesce($2, given_name), family_name = coalesce($3, family_name),
           birth_date = coalesce($4, birth_date), version = version + 1, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
    returning id, household_id, given_name, family_name, birth_date, version, created_at
)sql"};

const db::query remove_child{"children.remove", R"sql(
    update children set removed_at = now(), removed_by = $2, version = version + 1, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query find_coming_registration{"children.find_coming_registration", R"sql(
    select r.id
    from registrations r join sessions s on s.tenant_id = r.tenant_id and s.id = r.session_id
    where r.tenant_id = (select tenancy.current_tenant()) and r.child_id = $1 and r.cancelled_at is null
      and s.ends_at > now()
    limit 1
)sql"};

} // namespace

db::pending_rows add_list_children(db::tenant_batch& in, household_id of,
                                   const std::optional<child_id>& after, int limit) {
    return in.add(list_children, of, after.value_or(child_id{}), limit);
}
db::pending_rows add_find_child(db::tenant_batch& in, household_id of, child_id id) {
    return in.add(find_child, of, id);
}
db::pending_rows add_lock_child(db::tenant_transaction& in, household_id of, child_id id) {
    return in.add(lock_child, of, id);
}
db::pending_rows add_share_children(db::tenant_transaction& in, household_id of,
                                    const std::vector<child_id>& ids) {
    return in.add(share_children, of, ids);
}

std::vector<child> read_children(const db::result_set& found) {
    std::vector<child> read;
    read.reserve(static_cast<std::size_t>(found.size()));
    for (const db::row each : found)
        read.push_back({each.get<child_id>(0), each.get<household_id>(1), each.get<std::string>(2),
                        each.get<std::string>(3), each.get<std::chrono::sys_days>(4), each.get<int>(5),
                        each.get<timestamp>(6)});
    return read;
}

db::pending_rows add_insert_child(db::tenant_transaction& in, child_id id, household_id of,
                                  const child_change& values, account_id by) {
    return in.add(insert_child, id, of, values.given_name, values.family_name, values.birth_date, by);
}

db::pending_rows add_update_child(db::tenant_transaction& in, child_id id, const child_change& values) {
    return in.add(update_child, id, values.given_name, values.family_name, values.birth_date);
}

void add_remove_child(db::tenant_transaction& in, child_id id, account_id by) {
    in.add(remove_child, id, by);
}

db::pending_rows add_find_coming_registration(db::tenant_transaction& in, child_id id) {
    return in.add(find_coming_registration, id);
}

} // namespace kidevent::families
