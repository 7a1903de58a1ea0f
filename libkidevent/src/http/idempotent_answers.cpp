#include "http/idempotent_answers.hpp"

#include "crypto/sha256.hpp"
#include "http/answer.hpp"
#include "http/idempotency.hpp"

namespace kidevent::http {

namespace {

const db::query lock_key{"idempotency_keys.lock", R"sql(
    select pg_try_advisory_xact_lock(hashtextextended(tenancy.current_tenant()::text || $1::text || $2, 0))
)sql"};

// Keys that expired are as good as forgotten; they are deleted by the next request of their account.
const db::query recall_key{"idempotency_keys.recall", R"sql(
    select '\x' || encode(fingerprint, 'hex'), status, location, etag, body
    from idempotency_keys
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1 and key = $2
        and expires_at > now()
)sql"};

const db::query delete_expired{"idempotency_keys.delete_expired", R"sql(
    delete from idempotency_keys
    where tenant_id = (select tenancy.current_tenant()) and account_id = $1 and expires_at <= now()
)sql"};

const db::query delete_all_expired{"idempotency_keys.delete_all_expired", R"sql(
    delete from idempotency_keys k using (
        select account_id, key from idempotency_keys
        where tenant_id = (select tenancy.current_tenant()) and expires_at <= now()
        order by expires_at limit $1) as old
    where k.tenant_id = (select tenancy.current_tenant()) and k.account_id = old.account_id and k.key = old.key
)sql"};

const db::query remember_key{"idempotency_keys.remember", R"sql(
    insert into idempotency_keys (account_id, key, fingerprint, status, location, etag, body, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 second')
)sql"};

} // namespace

result<std::optional<idempotent_request>> read_idempotent_request(const request_context& context) {
    const auto key = idempotency_key(context.incoming);
    if (!key) return key.error();
    if (!*key) return std::optional<idempotent_request>{};
    const std::string text = context.incoming.method + '\n' + context.path + '\n' + context.incoming.body;
    return std::optional<idempotent_request>{{**key, "\\x" + crypto::sha256_hex(text)}};
}

pending_answer add_recall(db::tenant_transaction& in, const request_context& context,
                          const idempotent_request& of) {
    const account_id by = context.acting.account();
    auto locked = in.add(lock_key, by, of.key);
    return {std::move(locked), in.add(recall_key, by, of.key)};
}

result<std::optional<response>> recall(const pending_answer& from, const idempotent_request& of) {
    if (!from.locked.rows().front().get<bool>(0)) {
        refusal why = refuse(errc::idempotency_key_in_use);
        why.retry_after_seconds = 1;
        return why;
    }
    if (from.remembered.rows().empty()) return std::optional<response>{};
    const db::row known = from.remembered.rows().front();
    if (known.get<std::string_view>(0) != of.fingerprint) return refuse(errc::idempotency_key_reused);
    response answer = json_response(known.get<int>(1), known.get<std::string>(4));
    if (auto location = known.get<std::string>(2); !location.empty())
        answer.headers.push_back({"Location", location});
    if (auto etag = known.get<std::string>(3); !etag.empty()) answer.headers.push_back({"ETag", etag});
    answer.headers.push_back({"Idempotency-Replayed", "true"});
    return std::optional<response>{std::move(answer)};
}

void add_remember(db::tenant_transaction& in, const request_context& context, const idempotent_request& of,
                  const response& answer) {
    const account_id by = context.acting.account();
    in.add(delete_expired, by);
    in.add(remember_key, by, of.key, of.fingerprint, answer.status, answer.header_value("Location"),
           answer.header_value("ETag"), answer.text(),
           context.parts.with.registration.idempotency_key_lifetime);
}

db::pending_rows add_delete_expired_answers(db::tenant_transaction& in, int at_most) {
    return in.add(delete_all_expired, at_most);
}

} // namespace kidevent::http
