#include "identity/account_link_repository.hpp"

namespace kidevent::identity {

namespace {

const std::string link_columns = " id, purpose, account_id, email, staff_role, "
                                 "case when limited_to_events then array_to_string(event_ids, ' ') end, "
                                 "household_id, login_id, created_by, "
                                 "created_at, expires_at, used_at ";

const db::query insert_link{"account_links.insert", R"sql(
    insert into account_links (id, purpose, account_id, email, staff_role, limited_to_events, event_ids, household_id,
                               login_id, created_by, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now() + $11::bigint * interval '1 second')
)sql"};

const std::string find_link_text = "select" + link_columns + R"sql(
    from account_links
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and purpose = $2
      and used_at is null and revoked_at is null and expires_at > now()
)sql";
const db::query find_link{"account_links.find", find_link_text.c_str()};

const std::string use_link_text = R"sql(
    update account_links set used_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and purpose = $2
      and used_at is null and revoked_at is null and expires_at > now()
    returning)sql" + link_columns;
const db::query use_link{"account_links.use", use_link_text.c_str()};

const db::query revoke_links{"account_links.revoke_of_account", R"sql(
    update account_links set revoked_at = now()
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1 and ($2::text is null or purpose = $2)
      and used_at is null and revoked_at is null
)sql"};

const std::string list_invitations_text = "select" + link_columns + R"sql(
    from account_links
    where tenant_id = (select tenancy.current_tenant()) and purpose = $1
      and household_id is not distinct from $2::uuid and used_at is null and revoked_at is null
      and ($3::uuid is null or id < $3)
    order by id desc limit $4
)sql";
const db::query list_invitations{"account_links.list_invitations", list_invitations_text.c_str()};

const db::query count_invitations{"account_links.count_invitations", R"sql(
    select count(*) from account_links
    where tenant_id = (select tenancy.current_tenant()) and purpose = $1
      and household_id is not distinct from $2::uuid
      and used_at is null and revoked_at is null and expires_at > now()
)sql"};

const db::query revoke_invitation{"account_links.revoke_invitation", R"sql(
    update account_links set revoked_at = now()
    where tenant_id = (select tenancy.current_tenant()) and purpose = $1
      and household_id is not distinct from $2::uuid
      and ($3::text is null or email = $3) and ($4::uuid is null or id = $4)
      and used_at is null and revoked_at is null
    returning id
)sql"};

const db::query delete_old{"account_links.delete_old", R"sql(
    delete from account_links where tenant_id = (select tenancy.current_tenant()) and id in (
        select l.id from account_links l
        where l.tenant_id = (select tenancy.current_tenant())
          and l.expires_at < now() - $1::bigint * interval '1 second'
        order by l.expires_at limit $2)
)sql"};

std::vector<event_id> ids_in(std::string_view text) {
    std::vector<event_id> read;
    for (; text.size() >= uuid_text_bytes; text.remove_prefix(std::min(text.size(), uuid_text_bytes + 1)))
        read.push_back(event_id{parse_uuid(text.substr(0, uuid_text_bytes)).value()});
    return read;
}

account_link read_link(const db::row& from) {
    account_link read{from.get<link_id>(0),
                      find_link_purpose(from.get<std::string_view>(1)).value(),
                      from.get<std::optional<account_id>>(2),
                      from.get<std::string>(3),
                      std::nullopt,
                      std::nullopt,
                      from.get<std::optional<household_id>>(6),
                      from.get<std::optional<login_id>>(7),
                      from.get<std::optional<account_id>>(8),
                      from.get<timestamp>(9),
                      from.get<timestamp>(10),
                      from.get<std::optional<timestamp>>(11)};
    if (const auto staff_role = from.get<std::optional<std::string_view>>(4))
        read.staff_role = parse_account_role(*staff_role).value();
    if (const auto events = from.get<std::optional<std::string_view>>(5)) read.events = ids_in(*events);
    return read;
}

} // namespace

void add_insert_link(db::tenant_transaction& in, const account_link& what, std::chrono::seconds lifetime) {
    std::optional<std::string_view> staff_role;
    if (what.staff_role) staff_role = to_text(*what.staff_role);
    in.add(insert_link, what.id, to_text(what.purpose), what.account, what.email, staff_role,
           what.events.has_value(), what.events.value_or(std::vector<event_id>{}), what.household,
           what.asked_in, what.created_by, lifetime);
}

db::pending_rows add_find_link(db::tenant_batch& in, const link_claim& which) {
    return in.add(find_link, which.id, to_text(which.purpose));
}

db::pending_rows add_use_link(db::tenant_transaction& in, const link_claim& which) {
    return in.add(use_link, which.id, to_text(which.purpose));
}

void add_revoke_links(db::tenant_transaction& in, account_id of, link_purpose what) {
    in.add(revoke_links, of, to_text(what));
}
void add_revoke_links(db::tenant_transaction& in, account_id of) { in.add(revoke_links, of, std::nullopt); }

db::pending_rows add_list_invitations(db::tenant_batch& in, link_purpose what,
                                      const std::optional<household_id>& household,
                                      const std::optional<link_id>& before, int limit) {
    return in.add(list_invitations, to_text(what), household, before, limit);
}

db::pending_rows add_count_invitations(db::tenant_transaction& in, link_purpose what,
                                       const std::optional<household_id>& household) {
    return in.add(count_invitations, to_text(what), household);
}

void add_revoke_invitation(db::tenant_transaction& in, link_purpose what,
                           const std::optional<household_id>& household, const std::string& email) {
    in.add(revoke_invitation, to_text(what), household, email, std::nullopt);
}

db::pending_rows add_revoke_invitation(db::tenant_transaction& in, link_purpose what,
                                       const std::optional<household_id>& household, link_id id) {
    return in.add(revoke_invitation, to_text(what), household, std::nullopt, id);
}

std::vector<account_link> read_links(const db::result_set& found) {
    std::vector<account_link> read;
    for (const db::row from : found)
        read.push_back(read_link(from));
    return read;
}

db::pending_rows add_delete_old_links(db::tenant_transaction& in, std::chrono::seconds kept, int at_most) {
    return in.add(delete_old, kept, at_most);
}

} // namespace kidevent::identity
