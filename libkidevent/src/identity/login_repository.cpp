#include "identity/login_repository.hpp"

#include "identity/account_repository.hpp"
#include "identity/must_enrol.hpp"

#include <algorithm>

namespace kidevent::identity {

namespace {

const std::string find_login_text = R"sql(
    select a.id, a.role, a.household_id, (extract(epoch from l.expires_at - now()) * 1000)::bigint, l.id,
           case when a.limited_to_events then coalesce(
               (select string_agg(e.event_id::text, ' ') from account_events e
                where e.tenant_id = a.tenant_id and e.account_id = a.id), '') end,
           coalesce(a.email_verified_at is null and a.created_at < now() - $2 * interval '1 second', false),
           l.last_seen_at < now() - $3 * interval '1 second',)sql"
                                    + std::string{must_enrol} + R"sql(
    from logins l join accounts a on a.tenant_id = l.tenant_id and a.id = l.account_id
    where l.tenant_id = (select tenancy.current_tenant()) and l.token_hash = $1 and l.expires_at > now()
      and a.disabled_at is null
)sql";
const db::query find_login{"logins.find", find_login_text.c_str()};

// $5: how long a login lasts; $6: and one of staff that is not used.
const db::query insert_login{"logins.insert", R"sql(
    insert into logins (account_id, id, token_hash, device, expires_at)
    select $1::uuid, $2::uuid, $3::bytea, nullif($4::text, ''),
           now() + case a.role when 'guardian' then $5::bigint else least($5, $6::bigint) end * interval '1 second'
    from accounts a where a.tenant_id = (select tenancy.current_tenant()) and a.id = $1
)sql"};

// Using it moves the end of staff's login, as far as one lasts at all.
const db::query touch_login{"logins.touch", R"sql(
    update logins l set last_seen_at = now(),
        expires_at = case a.role when 'guardian' then l.expires_at
            else least(l.created_at + $2::bigint * interval '1 second', now() + $3::bigint * interval '1 second') end
    from accounts a
    where l.tenant_id = (select tenancy.current_tenant()) and l.id = $1
      and a.tenant_id = l.tenant_id and a.id = l.account_id
)sql"};

// One statement away from an account's old logins: no table grows with logins that ended long ago.
const db::query delete_old_logins{"logins.delete_old", R"sql(
    delete from logins
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1
      and (expires_at <= now()
           or id in (select l.id from logins l
                     where l.tenant_id = (select tenancy.current_tenant()) and l.account_id = $1
                       and l.expires_at > now()
                     order by l.last_seen_at desc, l.id desc offset $2))
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

const db::query delete_login_by_id{"logins.delete_by_id", R"sql(
    delete from logins where tenant_id = (select tenancy.current_tenant()) and account_id = $1 and id = $2
    returning id
)sql"};

const db::query delete_other_logins{"logins.delete_others", R"sql(
    delete from logins
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1 and id is distinct from $2::uuid
)sql"};

const db::query list_logins{"logins.list", R"sql(
    select id, created_at, last_seen_at, device from logins
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1 and expires_at > now()
    order by last_seen_at desc, id desc
)sql"};

event_limit read_limit(std::optional<std::string_view> text) {
    if (!text) return nullptr;
    auto read = std::make_shared<std::vector<event_id>>();
    for (; text->size() >= uuid_text_bytes; text->remove_prefix(std::min(text->size(), uuid_text_bytes + 1)))
        read->push_back(event_id{parse_uuid(text->substr(0, uuid_text_bytes)).value()});
    std::sort(read->begin(), read->end());
    return read;
}

} // namespace

db::pending_rows add_find_login(db::tenant_batch& in, const crypto::digest& token_hash,
                                const std::optional<std::chrono::seconds>& verification_grace,
                                std::chrono::seconds last_seen_step) {
    return in.add(find_login, db::bytes_view{token_hash}, verification_grace, last_seen_step);
}

std::optional<login_owner> read_login_owner(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    const db::row from = found.front();
    const auto acts_as = parse_account_role(from.get<std::string_view>(1));
    if (!acts_as) throw std::logic_error("an account has an unknown role");
    return login_owner{from.get<account_id>(0),
                       *acts_as,
                       from.get<std::optional<household_id>>(2),
                       std::chrono::milliseconds{from.get<std::int64_t>(3)},
                       from.get<login_id>(4),
                       read_limit(from.get<std::optional<std::string_view>>(5)),
                       from.get<bool>(6),
                       from.get<bool>(7),
                       from.get<bool>(8)};
}

void add_insert_login(db::tenant_transaction& in, account_id of, login_id id,
                      const crypto::digest& token_hash, const std::string& device,
                      const identity_settings& with) {
    in.add(delete_old_logins, of, with.logins_per_account_max - 1);
    in.add(insert_login, of, id, db::bytes_view{token_hash}, device, with.login_lifetime,
           with.staff_idle_max);
}

void add_touch_login(db::tenant_transaction& in, login_id id, const identity_settings& with) {
    in.add(touch_login, id, with.login_lifetime, with.staff_idle_max);
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

db::pending_rows add_delete_login(db::tenant_transaction& in, account_id of, login_id id) {
    add_forget_logins(in);
    return in.add(delete_login_by_id, of, id);
}

void add_delete_other_logins(db::tenant_transaction& in, account_id of, const std::optional<login_id>& but) {
    add_forget_logins(in);
    in.add(delete_other_logins, of, but);
}

db::pending_rows add_delete_expired_logins(db::tenant_transaction& in, int at_most) {
    return in.add(delete_all_expired_logins, at_most);
}

db::pending_rows add_list_logins(db::tenant_batch& in, account_id of) { return in.add(list_logins, of); }

std::vector<listed_login> read_logins(const db::result_set& found) {
    std::vector<listed_login> read;
    for (const db::row from : found)
        read.push_back({from.get<login_id>(0), from.get<timestamp>(1), from.get<timestamp>(2),
                        from.get<std::optional<std::string>>(3)});
    return read;
}

} // namespace kidevent::identity
