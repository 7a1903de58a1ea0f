#include "identity/oidc_repository.hpp"

namespace kidevent::identity {

namespace {

const db::query list_providers{"identity_providers.list", R"sql(
    select id, name, issuer, client_id, client_authentication, scopes, sign_up_allowed, links_by_email, version,
           created_at, disabled_at, client_secret is not null
    from identity_providers
    where tenant_id = (select tenancy.current_tenant()) and ($1::uuid is null or id < $1)
    order by id desc limit $2
)sql"};

const db::query find_provider{"identity_providers.find", R"sql(
    select id, name, issuer, client_id, client_authentication, scopes, sign_up_allowed, links_by_email, version,
           created_at, disabled_at, client_secret is not null
    from identity_providers
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query lock_provider{"identity_providers.lock", R"sql(
    select id, name, issuer, client_id, client_authentication, scopes, sign_up_allowed, links_by_email, version,
           created_at, disabled_at, client_secret is not null
    from identity_providers
    where tenant_id = (select tenancy.current_tenant()) and id = $1 for update
)sql"};

const db::query list_open_providers{"identity_providers.list_open", R"sql(
    select id, name from identity_providers
    where tenant_id = (select tenancy.current_tenant()) and disabled_at is null
    order by name, id limit 100
)sql"};

const db::query count_providers{"identity_providers.count", R"sql(
    select count(*) from identity_providers where tenant_id = (select tenancy.current_tenant())
)sql"};

const db::query find_client_secret{"identity_providers.find_client_secret", R"sql(
    select client_secret from identity_providers
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query insert_provider{"identity_providers.insert", R"sql(
    insert into identity_providers (id, name, issuer, client_id, client_secret, client_authentication, scopes,
                                    sign_up_allowed, links_by_email, created_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
)sql"};

const db::query update_provider{"identity_providers.update", R"sql(
    update identity_providers
    set name = $2, client_id = $3, client_authentication = $4, scopes = $5, sign_up_allowed = $6,
        links_by_email = $7, client_secret = case when $4 = 'none' then null else coalesce($8, client_secret) end,
        disabled_at = case when $9 then null else coalesce(disabled_at, now()) end,
        disabled_by = case when $9 then null else coalesce(disabled_by, $10) end,
        updated_at = now(), version = version + 1
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query delete_provider{"identity_providers.delete", R"sql(
    delete from identity_providers where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query insert_attempt{"provider_sign_ins.insert", R"sql(
    insert into provider_sign_ins (state_hash, browser_hash, provider_id, origin, return_to, account_id, expires_at)
    values ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 second')
)sql"};

// What does not fit is left to whom it belongs.
const db::query take_attempt{"provider_sign_ins.take", R"sql(
    delete from provider_sign_ins
    where tenant_id = (select tenancy.current_tenant()) and state_hash = $1 and browser_hash = $2
      and provider_id = $3 and origin = $4 and expires_at > now()
    returning return_to, account_id
)sql"};

const db::query delete_expired_attempts{"provider_sign_ins.delete_expired", R"sql(
    delete from provider_sign_ins p using (
        select state_hash from provider_sign_ins
        where tenant_id = (select tenancy.current_tenant()) and expires_at <= now()
        order by expires_at limit $1 for update skip locked) as old
    where p.tenant_id = (select tenancy.current_tenant()) and p.state_hash = old.state_hash
)sql"};

const db::query lock_identity{"external_identities.lock", R"sql(
    select i.id, i.account_id, a.disabled_at is not null
    from external_identities i join accounts a on a.tenant_id = i.tenant_id and a.id = i.account_id
    where i.tenant_id = (select tenancy.current_tenant()) and i.issuer = $1 and i.subject = $2
    for update of i
)sql"};

const db::query insert_identity{"external_identities.insert", R"sql(
    insert into external_identities (id, issuer, subject, account_id, email, last_used_at)
    values ($1, $2, $3, $4, $5, now())
)sql"};

const db::query touch_identity{"external_identities.touch", R"sql(
    update external_identities set last_used_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query list_identities{"external_identities.list", R"sql(
    select i.id, i.issuer, coalesce(p.name, ''), i.email, i.created_at, i.last_used_at
    from external_identities i
    left join identity_providers p on p.tenant_id = i.tenant_id and p.issuer = i.issuer
    where i.tenant_id = (select tenancy.current_tenant()) and i.account_id = $1
    order by i.id desc limit 100
)sql"};

const db::query delete_identity{"external_identities.delete", R"sql(
    delete from external_identities
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1 and id = $2 returning issuer
)sql"};

const db::query find_way_in{"external_identities.find_way_in", R"sql(
    select a.password_hash is not null or exists (
        select from external_identities i
        join identity_providers p on p.tenant_id = i.tenant_id and p.issuer = i.issuer
        where i.tenant_id = a.tenant_id and i.account_id = a.id and p.disabled_at is null)
    from accounts a
    where a.tenant_id = (select tenancy.current_tenant()) and a.id = $1
)sql"};

} // namespace

db::pending_rows add_list_providers(db::tenant_batch& in, const std::optional<identity_provider_id>& before,
                                    int limit) {
    return in.add(list_providers, before, limit);
}
db::pending_rows add_find_provider(db::tenant_batch& in, identity_provider_id id) {
    return in.add(find_provider, id);
}
db::pending_rows add_find_provider(db::tenant_transaction& in, identity_provider_id id) {
    return in.add(find_provider, id);
}
db::pending_rows add_lock_provider(db::tenant_transaction& in, identity_provider_id id) {
    return in.add(lock_provider, id);
}

std::vector<identity_provider> read_providers(const db::result_set& found) {
    std::vector<identity_provider> read;
    for (const db::row from : found)
        read.push_back({from.get<identity_provider_id>(0), from.get<std::string>(1), from.get<std::string>(2),
                        from.get<std::string>(3), from.get<std::string>(4), from.get<std::string>(5),
                        from.get<bool>(6), from.get<bool>(7), from.get<int>(8), from.get<timestamp>(9),
                        from.get<std::optional<timestamp>>(10), from.get<bool>(11)});
    return read;
}

db::pending_rows add_list_open_providers(db::tenant_batch& in) { return in.add(list_open_providers); }
db::pending_rows add_count_providers(db::tenant_transaction& in) { return in.add(count_providers); }

db::pending_rows add_find_client_secret(db::tenant_transaction& in, identity_provider_id id) {
    return in.add(find_client_secret, id);
}

void add_insert_provider(db::tenant_transaction& in, const identity_provider& made,
                         const std::optional<std::string>& sealed, account_id by) {
    in.add(insert_provider, made.id, made.name, made.issuer, made.client_id, sealed,
           made.client_authentication, made.scopes, made.sign_up_allowed, made.links_by_email, by);
}

void add_update_provider(db::tenant_transaction& in, const identity_provider& wanted, bool enabled,
                         const std::optional<std::string>& sealed, account_id by) {
    in.add(update_provider, wanted.id, wanted.name, wanted.client_id, wanted.client_authentication,
           wanted.scopes, wanted.sign_up_allowed, wanted.links_by_email, sealed, enabled, by);
}

void add_delete_provider(db::tenant_transaction& in, identity_provider_id id) { in.add(delete_provider, id); }

void add_insert_attempt(db::tenant_transaction& in, const sign_in_attempt& made,
                        std::chrono::seconds lifetime) {
    in.add(insert_attempt, db::bytes_view{made.state}, db::bytes_view{made.browser}, made.provider,
           made.origin, made.return_to, made.connecting, lifetime);
}

db::pending_rows add_take_attempt(db::tenant_transaction& in, const sign_in_attempt& of) {
    return in.add(take_attempt, db::bytes_view{of.state}, db::bytes_view{of.browser}, of.provider, of.origin);
}

db::pending_rows add_delete_expired_attempts(db::tenant_transaction& in, int at_most) {
    return in.add(delete_expired_attempts, at_most);
}

db::pending_rows add_lock_identity(db::tenant_transaction& in, const std::string& issuer,
                                   const std::string& subject) {
    return in.add(lock_identity, issuer, subject);
}

std::optional<known_identity> read_known_identity(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    const db::row from = found.front();
    return known_identity{from.get<external_identity_id>(0), from.get<account_id>(1), from.get<bool>(2)};
}

void add_insert_identity(db::tenant_transaction& in, external_identity_id id, const std::string& issuer,
                         const std::string& subject, account_id of, const std::string& email) {
    in.add(insert_identity, id, issuer, subject, of, email);
}

void add_touch_identity(db::tenant_transaction& in, external_identity_id id) { in.add(touch_identity, id); }

db::pending_rows add_list_identities(db::tenant_batch& in, account_id of) {
    return in.add(list_identities, of);
}

std::vector<external_identity> read_identities(const db::result_set& found) {
    std::vector<external_identity> read;
    for (const db::row from : found)
        read.push_back({from.get<external_identity_id>(0), from.get<std::string>(1), from.get<std::string>(2),
                        from.get<std::string>(3), from.get<timestamp>(4),
                        from.get<std::optional<timestamp>>(5)});
    return read;
}

db::pending_rows add_delete_identity(db::tenant_transaction& in, account_id of, external_identity_id id) {
    return in.add(delete_identity, of, id);
}

db::pending_rows add_find_way_in(db::tenant_transaction& in, account_id of) {
    return in.add(find_way_in, of);
}

} // namespace kidevent::identity
