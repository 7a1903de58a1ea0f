#include "identity/account_repository.hpp"

namespace kidevent::identity {

namespace {

const db::query find_by_email{"accounts.find_by_email", R"sql(
    select id, email, role, given_name, family_name, household_id, created_at, password_hash
    from accounts
    where tenant_id = (select tenancy.current_tenant()) and email = $1 and disabled_at is null
)sql"};

const db::query find_account{"accounts.find", R"sql(
    select id, email, role, given_name, family_name, household_id, created_at
    from accounts
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query find_login{"logins.find", R"sql(
    select a.id, a.role, a.household_id, (extract(epoch from l.expires_at - now()) * 1000)::bigint
    from logins l join accounts a on a.tenant_id = l.tenant_id and a.id = l.account_id
    where l.tenant_id = (select tenancy.current_tenant()) and l.token_hash = $1 and l.expires_at > now()
      and a.disabled_at is null
)sql"};

const db::query insert_household{"households.insert", "insert into households (id) values ($1)"};

const db::query insert_account{"accounts.insert", R"sql(
    insert into accounts (id, email, password_hash, role, given_name, family_name, household_id)
    values ($1, $2, nullif($3, ''), $4, $5, $6, $7)
)sql"};

const db::query set_password{"accounts.set_password", R"sql(
    update accounts set password_hash = $2, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query claim_account{"accounts.claim", R"sql(
    update accounts set password_hash = $2, given_name = $3, family_name = $4, updated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and password_hash is null
)sql"};

const db::query insert_login{"logins.insert", R"sql(
    insert into logins (account_id, token_hash, expires_at) values ($1, $2, now() + $3 * interval '1 second')
)sql"};

// One statement away from an account's old logins: no table grows with logins that ended long ago.
const db::query delete_expired_logins{"logins.delete_expired", R"sql(
    delete from logins
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1 and expires_at <= now()
)sql"};

const db::query delete_all_expired_logins{"logins.delete_all_expired", R"sql(
    delete from logins l using (
        select token_hash from logins
        where tenant_id = (select tenancy.current_tenant()) and expires_at <= now()
        order by expires_at limit $1) as old
    where l.tenant_id = (select tenancy.current_tenant()) and l.token_hash = old.token_hash
)sql"};

const db::query delete_login{"logins.delete", R"sql(
    delete from logins where tenant_id = (select tenancy.current_tenant()) and token_hash = $1
)sql"};

account read_columns(const db::row& from) {
    const auto acts_as = parse_account_role(from.get<std::string_view>(2));
    if (!acts_as) throw std::logic_error("an account has an unknown role");
    return {from.get<account_id>(0),  from.get<std::string>(1), *acts_as,
            from.get<std::string>(3), from.get<std::string>(4), from.get<std::optional<household_id>>(5),
            from.get<timestamp>(6)};
}

} // namespace

db::pending_rows add_find_by_email(db::tenant_batch& in, const std::string& email) {
    return in.add(find_by_email, email);
}
db::pending_rows add_find_by_email(db::tenant_transaction& in, const std::string& email) {
    return in.add(find_by_email, email);
}

std::optional<stored_password> read_stored_password(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    return stored_password{read_columns(found.front()), found.front().get<std::optional<std::string>>(7)};
}

db::pending_rows add_find_login(db::tenant_batch& in, const crypto::digest& token_hash) {
    return in.add(find_login, db::bytes_view{token_hash});
}

std::optional<login_owner> read_login_owner(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    const auto acts_as = parse_account_role(found.front().get<std::string_view>(1));
    if (!acts_as) throw std::logic_error("an account has an unknown role");
    return login_owner{found.front().get<account_id>(0), *acts_as,
                       found.front().get<std::optional<household_id>>(2),
                       std::chrono::milliseconds{found.front().get<std::int64_t>(3)}};
}

db::pending_rows add_find_account(db::tenant_batch& in, account_id id) { return in.add(find_account, id); }

std::optional<account> read_account(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    return read_columns(found.front());
}

void add_insert_account(db::tenant_transaction& in, account_id id, const new_account& from,
                        const std::string& password_hash, std::optional<household_id> household) {
    if (household) in.add(insert_household, *household);
    in.add(insert_account, id, from.email, password_hash, to_text(from.acts_as), from.given_name,
           from.family_name, household);
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

void add_insert_login(db::tenant_transaction& in, account_id id, const crypto::digest& token_hash,
                      std::chrono::seconds lifetime) {
    in.add(delete_expired_logins, id);
    in.add(insert_login, id, db::bytes_view{token_hash}, lifetime);
}

std::string login_topic(const crypto::digest& token_hash) {
    std::string topic = "login:";
    for (const std::byte each : token_hash)
        topic += static_cast<char>(each);
    return topic;
}

void add_delete_login(db::tenant_transaction& in, const crypto::digest& token_hash) {
    in.changes(login_topic(token_hash));
    in.add(delete_login, db::bytes_view{token_hash});
}

db::pending_rows add_delete_expired_logins(db::tenant_transaction& in, int at_most) {
    return in.add(delete_all_expired_logins, at_most);
}

} // namespace kidevent::identity
