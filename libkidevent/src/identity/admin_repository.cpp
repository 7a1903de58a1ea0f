#include "identity/admin_repository.hpp"

namespace kidevent::identity {

namespace {

constexpr auto as_platform = db::connection_role::platform;

const std::string admin_columns = R"sql(
    select a.id, a.email, a.created_at, a.disabled_at, f.confirmed_at, a.password_hash
    from platform.admins a left join platform.second_factors f on f.admin_id = a.id
)sql";

const std::string find_by_email_text = admin_columns + "where a.email = $1 and a.disabled_at is null";
const db::query find_by_email{"admins.find_by_email", find_by_email_text.c_str(), as_platform};

const std::string find_by_id_text = admin_columns + "where a.id = $1";
const db::query find_by_id{"admins.find", find_by_id_text.c_str(), as_platform};

const std::string list_text = admin_columns + "order by a.email";
const db::query list_all{"admins.list", list_text.c_str(), as_platform};

const db::query insert_admin{"admins.insert",
                             "insert into platform.admins (id, email, password_hash) values ($1, $2, $3)",
                             as_platform};

const db::query set_password{"admins.set_password",
                             "update platform.admins set password_hash = $2 where id = $1", as_platform};

const db::query disable{"admins.disable", R"sql(
    update platform.admins set disabled_at = now() where id = $1 and disabled_at is null returning id
)sql",
                        as_platform};

const db::query lock_active{"admins.lock_active",
                            "select id from platform.admins where disabled_at is null order by id for update",
                            as_platform};

const db::query find_login{"admin_logins.find", R"sql(
    select a.id, exists (select from platform.second_factors f
                         where f.admin_id = a.id and f.confirmed_at is not null)
    from platform.logins l join platform.admins a on a.id = l.admin_id
    where l.token_hash = $1 and l.expires_at > now() and a.disabled_at is null
)sql",
                           as_platform};

const db::query insert_login{"admin_logins.insert", R"sql(
    insert into platform.logins (admin_id, token_hash, expires_at)
    values ($1, $2, now() + $3 * interval '1 second')
)sql",
                             as_platform};

const db::query delete_login{"admin_logins.delete",
                             "delete from platform.logins where token_hash = $1 or expires_at <= now()",
                             as_platform};

const db::query delete_logins{"admin_logins.delete_all", "delete from platform.logins where admin_id = $1",
                              as_platform};

// As account_tries.count_sign_in: $2 tries cost nothing, $3 is the longest wait, and those older than $4
// seconds do not count any more. A try is allowed when it is the row's last one.
const db::query count_try{"admin_tries.count", R"sql(
    with counted as (
        insert into platform.admin_tries as t (subject, tries, blocked_until)
        values (sha256(convert_to($1, 'UTF8')), 1,
                now() + case when $2::bigint <= 1 then interval '1 second' else interval '0' end)
        on conflict (subject) do update set
            tries = case when t.last_at < now() - $4::bigint * interval '1 second' then 1
                         when t.blocked_until > now() then t.tries
                         else least(t.tries + 1, 1000000) end,
            last_at = case when t.last_at >= now() - $4::bigint * interval '1 second' and t.blocked_until > now()
                           then t.last_at else now() end,
            blocked_until = case
                when t.last_at < now() - $4::bigint * interval '1 second' then now()
                when t.blocked_until > now() then t.blocked_until
                when t.tries + 1 < $2::bigint then now()
                else now() + least($3::bigint, 2 ^ least(t.tries + 1 - $2::bigint, 40)) * interval '1 second' end
        returning subject, t.last_at = now() as allowed,
                  ceil(greatest(extract(epoch from t.blocked_until - now()), 0))::int as wait_seconds),
    forgotten as (
        delete from platform.admin_tries t using counted c
        where t.last_at < now() - $4::bigint * interval '1 second' and t.subject <> c.subject)
    select allowed, wait_seconds from counted
)sql",
                          as_platform};

const db::query forget_tries{
    "admin_tries.delete", "delete from platform.admin_tries where subject = sha256(convert_to($1, 'UTF8'))",
    as_platform};

const db::query lock_factor{"admin_factors.lock", R"sql(
    select sealed_secret, last_step, confirmed_at is not null, failures::bigint,
           greatest(ceil(extract(epoch from blocked_until - now())), 0)::bigint
    from platform.second_factors where admin_id = $1 for update
)sql",
                            as_platform};

const db::query find_factor_state{"admin_factors.find_state", R"sql(
    select f.confirmed_at,
           (select count(*) from platform.recovery_codes c where c.admin_id = f.admin_id and c.used_at is null)
    from platform.second_factors f where f.admin_id = $1 and f.confirmed_at is not null
)sql",
                                  as_platform};

const db::query begin_factor{"admin_factors.begin", R"sql(
    insert into platform.second_factors as f (admin_id, sealed_secret) values ($1, $2)
    on conflict (admin_id) do update
    set sealed_secret = excluded.sealed_secret, last_step = 0, created_at = now()
    where f.confirmed_at is null
    returning admin_id
)sql",
                             as_platform};

const db::query take_step{"admin_factors.take_step", R"sql(
    update platform.second_factors set last_step = $2, failures = 0, blocked_until = null where admin_id = $1
)sql",
                          as_platform};

const db::query confirm{"admin_factors.confirm",
                        "update platform.second_factors set confirmed_at = now() where admin_id = $1",
                        as_platform};

const db::query note_failure{"admin_factors.note_failure", R"sql(
    update platform.second_factors
    set failures = failures + 1, blocked_until = now() + $2 * interval '1 second' where admin_id = $1
)sql",
                             as_platform};

const db::query forget_failures{"admin_factors.forget_failures", R"sql(
    update platform.second_factors set failures = 0, blocked_until = null where admin_id = $1
)sql",
                                as_platform};

const db::query delete_factor{"admin_factors.delete",
                              "delete from platform.second_factors where admin_id = $1", as_platform};

const db::query delete_codes{"admin_recovery_codes.delete",
                             "delete from platform.recovery_codes where admin_id = $1", as_platform};

const db::query insert_code{"admin_recovery_codes.insert",
                            "insert into platform.recovery_codes (admin_id, code_hash) values ($1, $2)",
                            as_platform};

const db::query use_code{"admin_recovery_codes.use", R"sql(
    update platform.recovery_codes set used_at = now()
    where admin_id = $1 and code_hash = $2 and used_at is null returning admin_id
)sql",
                         as_platform};

admin read_columns(const db::row& from) {
    return {from.get<account_id>(0), from.get<std::string>(1), from.get<timestamp>(2),
            from.get<std::optional<timestamp>>(3), from.get<std::optional<timestamp>>(4)};
}

} // namespace

db::pending_rows add_find_admin_by_email(db::platform_transaction& in, const std::string& email) {
    return in.add(find_by_email, email);
}
db::pending_rows add_find_admin(db::platform_transaction& in, account_id id) {
    return in.add(find_by_id, id);
}

std::optional<stored_admin> read_admin(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    return stored_admin{read_columns(found.front()), found.front().get<std::string>(5)};
}

task<std::optional<stored_admin>> find_active_admin(db::platform_transaction& in, std::string email) {
    const auto found = add_find_admin_by_email(in, normalised_email(email));
    co_await in.run();
    auto read = read_admin(found.rows());
    if (!read) co_await in.rollback();
    co_return read;
}

db::pending_rows add_lock_active_admins(db::platform_transaction& in) { return in.add(lock_active); }

db::pending_rows add_list_admins(db::platform_transaction& in) { return in.add(list_all); }

std::vector<admin> read_admins(const db::result_set& found) {
    std::vector<admin> read;
    for (const db::row each : found)
        read.push_back(read_columns(each));
    return read;
}

void add_insert_admin(db::platform_transaction& in, account_id id, const std::string& email,
                      const std::string& password_hash) {
    in.add(insert_admin, id, email, password_hash);
}
void add_set_admin_password(db::platform_transaction& in, account_id id, const std::string& password_hash) {
    in.add(set_password, id, password_hash);
}
db::pending_rows add_disable_admin(db::platform_transaction& in, account_id id) {
    return in.add(disable, id);
}

db::pending_rows add_find_admin_login(db::platform_transaction& in, const crypto::digest& token_hash) {
    return in.add(find_login, db::bytes_view{token_hash});
}
void add_insert_admin_login(db::platform_transaction& in, account_id id, const crypto::digest& token_hash,
                            std::chrono::seconds lifetime) {
    in.add(insert_login, id, db::bytes_view{token_hash}, lifetime);
}
void add_delete_admin_login(db::platform_transaction& in, const crypto::digest& token_hash) {
    in.add(delete_login, db::bytes_view{token_hash});
}
void add_delete_admin_logins(db::platform_transaction& in, account_id id) { in.add(delete_logins, id); }

db::pending_rows add_count_admin_try(db::platform_transaction& in, const std::string& email,
                                     const identity_settings& with) {
    return in.add(count_try, email, with.failures_before_delay, with.sign_in_delay_max, with.failures_kept);
}
void add_forget_admin_tries(db::platform_transaction& in, const std::string& email) {
    in.add(forget_tries, email);
}

db::pending_rows add_lock_factor(db::platform_transaction& in, account_id of) {
    return in.add(lock_factor, of);
}
db::pending_rows add_find_factor_state(db::platform_transaction& in, account_id of) {
    return in.add(find_factor_state, of);
}
db::pending_rows add_begin_factor(db::platform_transaction& in, account_id of, const std::string& sealed) {
    return in.add(begin_factor, of, sealed);
}
void add_take_step(db::platform_transaction& in, account_id of, std::int64_t step) {
    in.add(take_step, of, step);
}
void add_confirm_factor(db::platform_transaction& in, account_id of) { in.add(confirm, of); }
void add_note_failure(db::platform_transaction& in, account_id of, std::chrono::seconds blocked_for) {
    in.add(note_failure, of, blocked_for);
}
void add_forget_failures(db::platform_transaction& in, account_id of) { in.add(forget_failures, of); }
void add_delete_factor(db::platform_transaction& in, account_id of) { in.add(delete_factor, of); }
void add_delete_recovery_codes(db::platform_transaction& in, account_id of) { in.add(delete_codes, of); }
void add_insert_recovery_code(db::platform_transaction& in, account_id of, const crypto::digest& hash) {
    in.add(insert_code, of, db::bytes_view{hash});
}
db::pending_rows add_use_recovery_code(db::platform_transaction& in, account_id of,
                                       const crypto::digest& hash) {
    return in.add(use_code, of, db::bytes_view{hash});
}

} // namespace kidevent::identity
