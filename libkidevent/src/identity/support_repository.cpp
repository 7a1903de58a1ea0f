#include "identity/support_repository.hpp"

#include "identity/account_repository.hpp"

namespace kidevent::identity {

namespace {

const db::query insert_session{"support_sessions.insert", R"sql(
    insert into support_sessions (id, admin_id, admin_email, reason, until, code_hash, code_until)
    values ($1, $2, $3, $4, now() + $5 * interval '1 second', $6,
            now() + least($5, $7) * interval '1 second')
)sql"};

const std::string session_columns = R"sql(
    select id, admin_id, admin_email, reason, opened_at, until, entered_at, ended_at, coalesce(ended_by, '')
    from support_sessions where tenant_id = (select tenancy.current_tenant())
)sql";

const std::string find_text = session_columns + "and id = $1";
const db::query find_session{"support_sessions.find", find_text.c_str()};

const std::string list_text = session_columns + "and ($1::uuid is null or id < $1) order by id desc limit $2";
const db::query list_sessions{"support_sessions.list", list_text.c_str()};

const db::query enter_session{"support_sessions.enter", R"sql(
    update support_sessions set code_hash = null, token_hash = $2, entered_at = now()
    where tenant_id = (select tenancy.current_tenant()) and code_hash = $1 and code_until > now()
      and until > now() and ended_at is null
    returning id, ceil(extract(epoch from until - now()))::bigint
)sql"};

const db::query find_visitor{"support_sessions.find_visitor", R"sql(
    select id, admin_id, (extract(epoch from until - now()) * 1000)::bigint
    from support_sessions
    where tenant_id = (select tenancy.current_tenant()) and token_hash = $1 and until > now()
      and ended_at is null
)sql"};

const db::query end_session{"support_sessions.end", R"sql(
    update support_sessions set ended_at = now(), ended_by = $2, code_hash = null
    where tenant_id = (select tenancy.current_tenant()) and id = $1 and ended_at is null and until > now()
    returning id
)sql"};

} // namespace

void add_insert_support_session(db::tenant_transaction& in, support_session_id id, account_id admin,
                                const std::string& admin_email, const new_support_session& wanted,
                                const crypto::digest& code_hash, std::chrono::seconds code_lifetime) {
    in.add(insert_session, id, admin, admin_email, wanted.reason, std::chrono::seconds{wanted.length},
           db::bytes_view{code_hash}, code_lifetime);
}

db::pending_rows add_find_support_session(db::tenant_transaction& in, support_session_id id) {
    return in.add(find_session, id);
}

db::pending_rows add_list_support_sessions(db::tenant_batch& in, std::optional<support_session_id> before,
                                           int at_most) {
    return in.add(list_sessions, before, at_most);
}

std::vector<support_session> read_support_sessions(const db::result_set& found) {
    std::vector<support_session> read;
    for (const db::row each : found)
        read.push_back({each.get<support_session_id>(0), each.get<account_id>(1), each.get<std::string>(2),
                        each.get<std::string>(3), each.get<timestamp>(4), each.get<timestamp>(5),
                        each.get<std::optional<timestamp>>(6), each.get<std::optional<timestamp>>(7),
                        each.get<std::string>(8)});
    return read;
}

db::pending_rows add_enter_support_session(db::tenant_transaction& in, const crypto::digest& code_hash,
                                           const crypto::digest& token_hash) {
    return in.add(enter_session, db::bytes_view{code_hash}, db::bytes_view{token_hash});
}

std::optional<std::pair<support_session_id, std::chrono::seconds>> read_entered(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    return std::pair{found.front().get<support_session_id>(0),
                     std::chrono::seconds{found.front().get<std::int64_t>(1)}};
}

db::pending_rows add_find_support_visitor(db::tenant_batch& in, const crypto::digest& token_hash) {
    return in.add(find_visitor, db::bytes_view{token_hash});
}

std::optional<support_visitor> read_support_visitor(const db::result_set& found) {
    if (found.empty()) return std::nullopt;
    const auto row = found.front();
    return support_visitor{row.get<support_session_id>(0), row.get<account_id>(1),
                           std::chrono::milliseconds{row.get<std::int64_t>(2)}};
}

db::pending_rows add_end_support_session(db::tenant_transaction& in, support_session_id id,
                                         const std::string& by) {
    add_forget_logins(in);
    return in.add(end_session, id, by);
}

} // namespace kidevent::identity
