#include "identity/account_repository.hpp"

#include <algorithm>

namespace kidevent::identity {

namespace {

// What read_columns() reads. The events are those that staff is limited to.
const std::string account_columns = R"sql(
    select a.id, a.email, a.role, a.given_name, a.family_name, a.household_id, a.created_at,
           a.email_verified_at is not null, a.language, a.disabled_at,
           case when a.limited_to_events then coalesce(
               (select string_agg(e.event_id::text, ' ') from account_events e
                where e.tenant_id = a.tenant_id and e.account_id = a.id), '') end
)sql";

const db::query forget_logins{"accounts.forget_logins", "select tenancy.announce_accounts()"};

const std::string find_by_email_text = account_columns + R"sql(, a.password_hash
    from accounts a
    where a.tenant_id = (select tenancy.current_tenant()) and a.email = $1 and a.disabled_at is null
)sql";
const db::query find_by_email{"accounts.find_by_email", find_by_email_text.c_str()};

const std::string lock_account_text = account_columns + R"sql(, a.password_hash
    from accounts a
    where a.tenant_id = (select tenancy.current_tenant()) and a.id = $1
    for update
)sql";
const db::query lock_account{"accounts.lock", lock_account_text.c_str()};

const std::string find_account_text = account_columns + R"sql(
    from accounts a where a.tenant_id = (select tenancy.current_tenant()) and a.id = $1
)sql";
const db::query find_account{"accounts.find", find_account_text.c_str()};

const std::string list_accounts_text = account_columns + R"sql(
    from accounts a
    where a.tenant_id = (select tenancy.current_tenant()) and ($1::text is null or a.role = $1)
      and ($2::uuid is null or a.id < $2)
    order by a.id desc limit $3
)sql";
const db::query list_accounts{"accounts.list", list_accounts_text.c_str()};

const db::query insert_household{"households.insert", "insert into households (id) values ($1)"};

const db::query insert_account{"accounts.insert", R"sql(
    insert into accounts (id, email, password_hash, role, given_name, family_name, household_id, email_verified_at)
    values ($1, $2, nullif($3, ''), $4, $5, $6, $7, case when $8 then now() end)
)sql"};

const db::query set_password{"accounts.set_password", R"sql(
    update accounts set password_hash = $2, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query claim_account{"accounts.claim", R"sql(
    update accounts set password_hash = $2, given_name = $3, family_name = $4, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and password_hash is null
)sql"};

const db::query verify_email{"accounts.verify_email", R"sql(
    update accounts set email_verified_at = now(), updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and email = $2 and email_verified_at is null
    returning id
)sql"};

const db::query set_email{"accounts.set_email", R"sql(
    update accounts set email = $2, email_verified_at = now(), updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query change_profile{"accounts.change_profile", R"sql(
    update accounts
    set given_name = coalesce($2, given_name), family_name = coalesce($3, family_name),
        language = case when $4 then $5 else language end, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query lock_owners{"accounts.lock_owners", R"sql(
    select id from accounts
    where tenant_id = (select tenancy.current_tenant()) and role = 'owner' and disabled_at is null
    order by id for update
)sql"};

const db::query set_role{"accounts.set_role", R"sql(
    update accounts set role = $2, limited_to_events = $3, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query delete_events{"account_events.delete", R"sql(
    delete from account_events where tenant_id = (select tenancy.current_tenant()) and account_id = $1
)sql"};

const db::query insert_events{"account_events.insert", R"sql(
    insert into account_events (account_id, event_id)
    select $1, e.id from events e where e.tenant_id = (select tenancy.current_tenant()) and e.id = any ($2::uuid[])
    returning event_id
)sql"};

const db::query set_disabled{"accounts.set_disabled", R"sql(
    update accounts set disabled_at = case when $2 then coalesce(disabled_at, now()) end, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query lock_household{"households.lock", R"sql(
    select id from households where tenant_id = (select tenancy.current_tenant()) and id = $1 for update
)sql"};

const db::query find_empty_household{"households.find_empty", R"sql(
    select h.id from households h
    where h.tenant_id = (select tenancy.current_tenant()) and h.id = $1
      and not exists (select from children c where c.tenant_id = h.tenant_id and c.household_id = h.id)
      and not exists (select from registrations r where r.tenant_id = h.tenant_id and r.household_id = h.id)
      and not exists (select from accounts a
                      where a.tenant_id = h.tenant_id and a.household_id = h.id and a.id <> $2)
)sql"};

const db::query move_to_household{"accounts.move_to_household", R"sql(
    update accounts set household_id = $2, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

// Invitations into it go with it.
const db::query delete_household_links{"account_links.delete_of_household", R"sql(
    delete from account_links where tenant_id = (select tenancy.current_tenant()) and household_id = $1
)sql"};

const db::query delete_household{"households.delete", R"sql(
    delete from households where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

std::optional<std::vector<event_id>> read_events(std::optional<std::string_view> text) {
    if (!text) return std::nullopt;
    std::vector<event_id> read;
    for (; text->size() >= uuid_text_bytes; text->remove_prefix(std::min(text->size(), uuid_text_bytes + 1)))
        read.push_back(event_id{parse_uuid(text->substr(0, uuid_text_bytes)).value()});
    std::sort(read.begin(), read.end());
    return read;
}

constexpr int columns = 11;

account read_columns(const db::row& from) {
    const auto acts_as = parse_account_role(from.get<std::string_view>(2));
    if (!acts_as) throw std::logic_error("an account has an unknown role");
    return {from.get<account_id>(0),
            from.get<std::string>(1),
            *acts_as,
            from.get<std::string>(3),
            from.get<std::string>(4),
            from.get<std::optional<household_id>>(5),
            from.get<timestamp>(6),
            from.get<bool>(7),
            from.get<std::optional<std::string>>(8),
            read_events(from.get<std::optional<std::string_view>>(10)),
            from.get<std::optional<timestamp>>(9)};
}

} // namespace

void add_forget_logins(db::tenant_transaction& in) {
    in.changes(accounts_topic);
    in.add(forget_logins);
}

db::pending_rows add_find_by_email(db::tenant_batch& in, const std::string& email) {
    return in.add(find_by_email, email);
}
db::pending_rows add_find_by_email(db::tenant_transaction& in, const std::string& email) {
    return in.add(find_by_email, email);
}
db::pending_rows add_lock_account(db::tenant_transaction& in, account_id id) {
    return in.add(lock_account, id);
}

std::optional<stored_password> read_stored_password(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    return stored_password{read_columns(found.front()),
                           found.front().get<std::optional<std::string>>(columns)};
}

db::pending_rows add_find_account(db::tenant_batch& in, account_id id) { return in.add(find_account, id); }
db::pending_rows add_find_account(db::tenant_transaction& in, account_id id) {
    return in.add(find_account, id);
}

std::optional<account> read_account(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    return read_columns(found.front());
}

db::pending_rows add_list_accounts(db::tenant_batch& in, const std::optional<std::string>& role_name,
                                   const std::optional<account_id>& before, int limit) {
    return in.add(list_accounts, role_name, before, limit);
}

std::vector<account> read_accounts(const db::result_set& found) {
    std::vector<account> read;
    for (const db::row from : found)
        read.push_back(read_columns(from));
    return read;
}

void add_insert_household(db::tenant_transaction& in, household_id id) { in.add(insert_household, id); }

void add_insert_account(db::tenant_transaction& in, account_id id, const new_account& from,
                        const std::string& password_hash, std::optional<household_id> household) {
    in.add(insert_account, id, from.email, password_hash, to_text(from.acts_as), from.given_name,
           from.family_name, household, from.email_verified);
}

void add_set_password(db::tenant_transaction& in, account_id id, const std::string& password_hash) {
    in.changes(accounts_topic);
    in.add(set_password, id, password_hash);
}

void add_claim_account(db::tenant_transaction& in, account_id id, const new_account& from,
                       const std::string& password_hash) {
    in.changes(accounts_topic);
    in.add(claim_account, id, password_hash, from.given_name, from.family_name);
}

db::pending_rows add_verify_email(db::tenant_transaction& in, account_id id, const std::string& email) {
    in.changes(accounts_topic);
    return in.add(verify_email, id, email);
}

void add_set_email(db::tenant_transaction& in, account_id id, const std::string& email) {
    in.add(set_email, id, email);
}

void add_change_profile(db::tenant_transaction& in, account_id id, const profile_change& by) {
    in.add(change_profile, id, by.given_name, by.family_name, by.language.has_value(),
           by.language.value_or(std::nullopt));
}

db::pending_rows add_lock_owners(db::tenant_transaction& in) { return in.add(lock_owners); }

void add_set_role(db::tenant_transaction& in, account_id id, role wanted, bool limited_to_events) {
    in.add(set_role, id, to_text(wanted), limited_to_events);
}

db::pending_rows add_set_events(db::tenant_transaction& in, account_id id,
                                const std::vector<event_id>& events) {
    in.add(delete_events, id);
    return in.add(insert_events, id, events);
}

void add_set_disabled(db::tenant_transaction& in, account_id id, bool disabled) {
    in.add(set_disabled, id, disabled);
}

void add_lock_household(db::tenant_transaction& in, household_id id) { in.add(lock_household, id); }

db::pending_rows add_find_empty_household(db::tenant_transaction& in, household_id id, account_id of) {
    return in.add(find_empty_household, id, of);
}

void add_move_to_household(db::tenant_transaction& in, account_id id, household_id to) {
    in.add(move_to_household, id, to);
}

void add_delete_household(db::tenant_transaction& in, household_id id) {
    in.add(delete_household_links, id);
    in.add(delete_household, id);
}

} // namespace kidevent::identity
