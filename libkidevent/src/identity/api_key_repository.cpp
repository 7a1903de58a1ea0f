#include "identity/api_key_repository.hpp"

#include "identity/account_repository.hpp"
#include "identity/must_enrol.hpp"

#include <algorithm>
#include <stdexcept>

namespace kidevent::identity {

namespace {

// The right to use a key ends with the key, with the account behind it, and with its role among the staff. It
// rests while the account has to set up a second factor: a key is no way around that.
const std::string find_usable_key_text = R"sql(
    select a.id, a.role, a.household_id,
           case when a.limited_to_events then array_to_string(array(
               select e.event_id from account_events e
               where e.tenant_id = a.tenant_id and e.account_id = a.id order by e.event_id), ' ') end,
           k.scopes,
           (extract(epoch from case when k.key_hash = $2 then k.expires_at
                                    else least(k.previous_until, k.expires_at) end - now()) * 1000)::bigint,)sql"
                                         + std::string{must_enrol} + R"sql(
    from api_keys k join accounts a on a.tenant_id = k.tenant_id and a.id = k.created_by
    where k.tenant_id = (select tenancy.current_tenant()) and k.id = $1
      and (k.key_hash = $2 or (k.previous_hash = $2 and k.previous_until > now()))
      and k.revoked_at is null and k.expires_at > now() and a.disabled_at is null
)sql";
const db::query find_usable_key{"api_keys.find_usable", find_usable_key_text.c_str()};

const std::string key_columns = R"sql(
    select id, name, scopes, created_by, created_at, expires_at, last_used_at, revoked_at
    from api_keys where tenant_id = (select tenancy.current_tenant())
)sql";

const std::string list_text = key_columns + "and ($1::uuid is null or id < $1) order by id desc limit $2";
const db::query list_keys{"api_keys.list", list_text.c_str()};

const std::string find_text = key_columns + "and id = $1";
const db::query find_key{"api_keys.find", find_text.c_str()};

const db::query count_usable_keys{"api_keys.count_usable", R"sql(
    select count(*) from api_keys
    where tenant_id = (select tenancy.current_tenant()) and revoked_at is null and expires_at > now()
)sql"};

const db::query insert_key{"api_keys.insert", R"sql(
    insert into api_keys (id, name, key_hash, scopes, created_by, expires_at)
    values ($1, $2, $3, $4, $5, coalesce($6::timestamptz, now() + $7 * interval '1 second'))
)sql"};

const db::query rotate_key{"api_keys.rotate", R"sql(
    update api_keys
    set previous_hash = key_hash, previous_until = now() + $3 * interval '1 second', key_hash = $2,
        rotated_at = now()
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and revoked_at is null
      and expires_at > now()
    returning id
)sql"};

const db::query revoke_key{"api_keys.revoke", R"sql(
    update api_keys set revoked_at = now(), revoked_by = $2
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and revoked_at is null
    returning id
)sql"};

const db::query note_use{"api_keys.note_use", R"sql(
    update api_keys set last_used_at = date_trunc('minute', now())
    where tenant_id = (select tenancy.current_tenant()) and id = $1
      and (last_used_at is null or last_used_at <= now() - interval '1 minute')
)sql"};

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

event_limit read_limit(std::optional<std::string_view> ids) {
    if (!ids) return nullptr;
    std::vector<event_id> read;
    for (const std::string& each : words_of(*ids))
        read.push_back(event_id{parse_uuid(each).value()});
    return std::make_shared<const std::vector<event_id>>(std::move(read));
}

} // namespace

db::pending_rows add_find_usable_key(db::tenant_batch& in, const parsed_api_key& key) {
    return in.add(find_usable_key, key.id, db::bytes_view{key.hash});
}

std::optional<api_key_owner> read_key_owner(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    const auto row = found.front();
    const auto acts_as = parse_account_role(row.get<std::string_view>(1));
    if (!acts_as) throw std::logic_error("an account has an unknown role");
    return api_key_owner{row.get<account_id>(0),
                         *acts_as,
                         row.get<std::optional<household_id>>(2),
                         read_limit(row.get<std::optional<std::string_view>>(3)),
                         row.get<std::string>(4),
                         row.get<bool>(6),
                         std::chrono::milliseconds{row.get<std::int64_t>(5)}};
}

db::pending_rows add_list_api_keys(db::tenant_batch& in, std::optional<api_key_id> before, int at_most) {
    return in.add(list_keys, before, at_most);
}

db::pending_rows add_find_api_key(db::tenant_transaction& in, api_key_id id) { return in.add(find_key, id); }

std::vector<api_key> read_api_keys(const db::result_set& found) {
    std::vector<api_key> read;
    for (const db::row each : found)
        read.push_back({each.get<api_key_id>(0), each.get<std::string>(1),
                        words_of(each.get<std::string_view>(2)), each.get<account_id>(3),
                        each.get<timestamp>(4), each.get<timestamp>(5), each.get<std::optional<timestamp>>(6),
                        each.get<std::optional<timestamp>>(7)});
    return read;
}

db::pending_rows add_count_usable_keys(db::tenant_transaction& in) { return in.add(count_usable_keys); }

void add_insert_api_key(db::tenant_transaction& in, api_key_id id, const new_api_key& from,
                        const crypto::digest& hash, account_id by, std::chrono::seconds lifetime) {
    std::string scopes;
    for (const std::string& each : from.scopes)
        scopes.append(scopes.empty() ? "" : " ").append(each);
    in.add(insert_key, id, from.name, db::bytes_view{hash}, scopes, by, from.expires_at, lifetime);
}

db::pending_rows add_rotate_api_key(db::tenant_transaction& in, api_key_id id, const crypto::digest& hash,
                                    std::chrono::seconds overlap) {
    return in.add(rotate_key, id, db::bytes_view{hash}, overlap);
}

db::pending_rows add_revoke_api_key(db::tenant_transaction& in, api_key_id id, account_id by) {
    add_forget_logins(in);
    return in.add(revoke_key, id, by);
}

void add_note_key_use(db::tenant_transaction& in, api_key_id id) { in.add(note_use, id); }

} // namespace kidevent::identity
