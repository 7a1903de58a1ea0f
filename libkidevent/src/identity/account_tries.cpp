#include "identity/account_tries.hpp"

#include "crypto/hmac.hpp"

namespace kidevent::identity {

namespace {

// $2: for how long tries count; $3: how many cost nothing; $4: the longest wait. A try is allowed when it is
// the row's last one.
const db::query count_sign_in{"account_tries.count_sign_in", R"sql(
    insert into account_tries as t (deed, subject, tries, blocked_until)
    values ('sign_in', $1, 1, now() + case when $3::bigint <= 1 then interval '1 second' else interval '0' end)
    on conflict (tenant_id, deed, subject) do update set
        tries = case when t.last_at < now() - $2::bigint * interval '1 second' then 1
                     when t.blocked_until > now() then t.tries
                     else least(t.tries + 1, 1000000) end,
        last_at = case when t.last_at >= now() - $2::bigint * interval '1 second' and t.blocked_until > now()
                       then t.last_at else now() end,
        blocked_until = case
            when t.last_at < now() - $2::bigint * interval '1 second' then now()
            when t.blocked_until > now() then t.blocked_until
            when t.tries + 1 < $3::bigint then now()
            else now() + least($4::bigint, 2 ^ least(t.tries + 1 - $3::bigint, 40)) * interval '1 second' end
    returning t.last_at = now(), ceil(greatest(extract(epoch from t.blocked_until - now()), 0))::int
)sql"};

const db::query count_mail{"account_tries.count_mail", R"sql(
    insert into account_tries as t (deed, subject, tries) values ('mail', $1, 1)
    on conflict (tenant_id, deed, subject) do update set
        tries = case when t.since < now() - interval '1 hour' then 1 else least(t.tries + 1, 1000000) end,
        since = case when t.since < now() - interval '1 hour' then now() else t.since end,
        last_at = now()
    returning t.tries <= $2::bigint, 0
)sql"};

const db::query forget_sign_ins{"account_tries.forget_sign_ins", R"sql(
    delete from account_tries
    where tenant_id = (select tenancy.current_tenant()) and deed = 'sign_in' and subject = $1
)sql"};

const db::query delete_old{"account_tries.delete_old", R"sql(
    delete from account_tries t using (
        select deed, subject from account_tries
        where tenant_id = (select tenancy.current_tenant()) and last_at < now() - greatest($1::bigint, 3600) * interval '1 second'
          and blocked_until < now()
        order by last_at limit $2) as old
    where t.tenant_id = (select tenancy.current_tenant()) and t.deed = old.deed and t.subject = old.subject
)sql"};

} // namespace

crypto::digest tries_subject(const http_settings& keys, tenant_id at, const std::string& email) {
    return crypto::hmac_sha256(keys.signing_key, "kidevent tries 1\n" + to_string(at.value) + "\n" + email);
}

db::pending_rows add_count_sign_in(db::tenant_transaction& in, const crypto::digest& subject,
                                   const identity_settings& with) {
    return in.add(count_sign_in, db::bytes_view{subject}, with.failures_kept, with.failures_before_delay,
                  with.sign_in_delay_max);
}

counted_try read_counted(const db::result_set& found) {
    return {found.front().get<bool>(0), found.front().get<int>(1)};
}

void add_forget_sign_ins(db::tenant_transaction& in, const crypto::digest& subject) {
    in.add(forget_sign_ins, db::bytes_view{subject});
}

db::pending_rows add_count_mail(db::tenant_transaction& in, const crypto::digest& subject,
                                const identity_settings& with) {
    return in.add(count_mail, db::bytes_view{subject}, with.account_mails_per_hour);
}

db::pending_rows add_delete_old_tries(db::tenant_transaction& in, const identity_settings& with,
                                      int at_most) {
    return in.add(delete_old, with.failures_kept, at_most);
}

} // namespace kidevent::identity
