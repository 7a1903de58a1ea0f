#include "identity/second_factor_repository.hpp"

#include "identity/account_repository.hpp"

namespace kidevent::identity {

namespace {

const db::query lock_factor{"second_factors.lock", R"sql(
    select sealed_secret, last_step, confirmed_at is not null, failures::bigint,
           greatest(ceil(extract(epoch from blocked_until - now())), 0)::bigint
    from second_factors
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1
    for update
)sql"};

const db::query find_factor_state{"second_factors.find_state", R"sql(
    select f.confirmed_at,
           (select count(*) from recovery_codes c
            where c.tenant_id = (select tenancy.current_tenant()) and c.account_id = f.account_id
              and c.used_at is null)
    from second_factors f
    where f.tenant_id = (select tenancy.current_tenant()) and f.account_id = $1 and f.confirmed_at is not null
)sql"};

const db::query begin_factor{"second_factors.begin", R"sql(
    insert into second_factors (account_id, sealed_secret) values ($1, $2)
    on conflict (tenant_id, account_id) do update
    set sealed_secret = excluded.sealed_secret, last_step = 0, created_at = now()
    where second_factors.confirmed_at is null
    returning account_id
)sql"};

const db::query take_step{"second_factors.take_step", R"sql(
    update second_factors set last_step = $2, failures = 0, blocked_until = null
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1
)sql"};

const db::query confirm_factor{"second_factors.confirm", R"sql(
    update second_factors set confirmed_at = now()
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1
)sql"};

const db::query note_failure{"second_factors.note_failure", R"sql(
    update second_factors set failures = failures + 1, blocked_until = now() + $2 * interval '1 second'
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1
)sql"};

const db::query forget_failures{"second_factors.forget_failures", R"sql(
    update second_factors set failures = 0, blocked_until = null
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1
)sql"};

const db::query delete_factor{"second_factors.delete", R"sql(
    delete from second_factors
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1 and confirmed_at is not null
    returning account_id
)sql"};

const db::query delete_recovery_codes{"recovery_codes.delete", R"sql(
    delete from recovery_codes where tenant_id = (select tenancy.current_tenant()) and account_id = $1
)sql"};

const db::query insert_recovery_code{"recovery_codes.insert", R"sql(
    insert into recovery_codes (account_id, code_hash) values ($1, $2)
)sql"};

const db::query use_recovery_code{"recovery_codes.use", R"sql(
    update recovery_codes set used_at = now()
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1 and code_hash = $2
      and used_at is null
    returning account_id
)sql"};

const db::query find_has_password{"accounts.find_has_password", R"sql(
    select id from accounts
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and password_hash is not null
)sql"};

const db::query find_role{"accounts.find_role", R"sql(
    select role from accounts where tenant_id = (select tenancy.current_tenant()) and id = $1
)sql"};

const db::query find_rules{"security_rules.find", R"sql(
    select second_factor_for_staff from security_rules
    where tenant_id = (select tenancy.current_tenant()) order by created_at desc, id desc limit 1
)sql"};

const db::query put_rules{"security_rules.put", R"sql(
    insert into security_rules (id, second_factor_for_staff, created_by) values ($1, $2, $3)
)sql"};

} // namespace

db::pending_rows add_lock_factor(db::tenant_transaction& in, account_id of) {
    return in.add(lock_factor, of);
}

std::optional<stored_factor> read_factor(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    const auto row = found.front();
    return stored_factor{row.get<std::string>(0), row.get<std::int64_t>(1), row.get<bool>(2),
                         row.get<std::int64_t>(3),
                         std::chrono::seconds{row.get<std::optional<std::int64_t>>(4).value_or(0)}};
}

db::pending_rows add_find_factor_state(db::tenant_batch& in, account_id of) {
    return in.add(find_factor_state, of);
}

second_factor_state read_factor_state(const db::result_set& found) {
    if (found.empty()) return {};
    return {found.front().get<timestamp>(0), found.front().get<std::int64_t>(1)};
}

db::pending_rows add_begin_factor(db::tenant_transaction& in, account_id of, const std::string& sealed) {
    return in.add(begin_factor, of, sealed);
}

void add_take_step(db::tenant_transaction& in, account_id of, std::int64_t step) {
    in.add(take_step, of, step);
}

void add_confirm_factor(db::tenant_transaction& in, account_id of) {
    in.add(confirm_factor, of);
    add_forget_logins(in);
}

void add_note_failure(db::tenant_transaction& in, account_id of, std::chrono::seconds blocked_for) {
    in.add(note_failure, of, blocked_for);
}

void add_forget_failures(db::tenant_transaction& in, account_id of) { in.add(forget_failures, of); }

db::pending_rows add_delete_factor(db::tenant_transaction& in, account_id of) {
    const auto deleted = in.add(delete_factor, of);
    add_forget_logins(in);
    return deleted;
}

void add_delete_recovery_codes(db::tenant_transaction& in, account_id of) {
    in.add(delete_recovery_codes, of);
}

void add_insert_recovery_code(db::tenant_transaction& in, account_id of, const crypto::digest& hash) {
    in.add(insert_recovery_code, of, db::bytes_view{hash});
}

db::pending_rows add_use_recovery_code(db::tenant_transaction& in, account_id of,
                                       const crypto::digest& hash) {
    return in.add(use_recovery_code, of, db::bytes_view{hash});
}

db::pending_rows add_find_has_password(db::tenant_batch& in, account_id of) {
    return in.add(find_has_password, of);
}

db::pending_rows add_find_role(db::tenant_transaction& in, account_id of) { return in.add(find_role, of); }

db::pending_rows add_find_rules(db::tenant_batch& in) { return in.add(find_rules); }

security_rules read_rules(const db::result_set& found) {
    if (found.empty()) return {};
    return {found.front().get<bool>(0)};
}

void add_put_rules(db::tenant_transaction& in, const security_rules& wanted, account_id by) {
    in.add(put_rules, make_uuid(), wanted.second_factor_for_staff, by);
    add_forget_logins(in);
}

} // namespace kidevent::identity
