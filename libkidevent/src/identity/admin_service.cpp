#include "identity/admin_service.hpp"

#include "crypto/password_hash.hpp"
#include "crypto/token.hpp"
#include "db/db_error.hpp"
#include "db/platform_transaction.hpp"
#include "http/text_format.hpp"

namespace kidevent::identity {

namespace {

using db::connection_role;

const db::query find_by_email{"admins.find_by_email", R"sql(
    select id, email, created_at, password_hash from platform.admins where email = $1 and disabled_at is null
)sql",
                              connection_role::platform};

const db::query find_by_id{"admins.find", "select id, email, created_at from platform.admins where id = $1",
                           connection_role::platform};

const db::query insert_admin{"admins.insert", R"sql(
    insert into platform.admins (id, email, password_hash) values ($1, $2, $3) returning id, email, created_at
)sql",
                             connection_role::platform};

const db::query set_password{"admins.set_password",
                             "update platform.admins set password_hash = $2 where id = $1",
                             connection_role::platform};

const db::query find_login{"admin_logins.find", R"sql(
    select a.id from platform.logins l join platform.admins a on a.id = l.admin_id
    where l.token_hash = $1 and l.expires_at > now() and a.disabled_at is null
)sql",
                           connection_role::platform};

const db::query insert_login{"admin_logins.insert", R"sql(
    insert into platform.logins (admin_id, token_hash, expires_at) values ($1, $2,
        now() + $3 * interval '1 second')
)sql",
                             connection_role::platform};

const db::query delete_login{"admin_logins.delete",
                             "delete from platform.logins where token_hash = $1 or expires_at <= now()",
                             connection_role::platform};

admin read_admin(const db::row& from) {
    return {from.get<account_id>(0), from.get<std::string>(1), from.get<timestamp>(2)};
}

} // namespace

admin_service::admin_service(db::database& with, const identity_settings& settings, worker_threads& hashing,
                             const clock& now)
    : database_(with), settings_(settings), hashing_(hashing), limits_(settings, now) {}

task<result<admin_signed_in>> admin_service::sign_in(credentials given) {
    given.email = normalised_email(given.email);
    const auto allowed = limits_.take("platform", given.email, given.remote_address);
    if (!allowed) co_return allowed.error();
    if (given.password.size() > crypto::password_bytes_max) co_return refuse(errc::sign_in_failed);
    if (!hashing_.has_room()) {
        refusal why = refuse(errc::too_many_requests);
        why.retry_after_seconds = 1;
        co_return why;
    }

    std::optional<admin> person;
    std::string hash = crypto::unknown_account_hash();
    {
        auto reading = co_await db::platform_transaction::begin(database_);
        const auto found = reading.add(find_by_email, given.email);
        co_await reading.commit();
        if (!found.rows().empty()) {
            person = read_admin(found.rows().front());
            hash = found.rows().front().get<std::string>(3);
        }
    }
    auto computing = hashing_.run<bool>(
        [hash, password = given.password] { return crypto::verify_password(hash, password); });
    const bool matches = co_await computing;
    if (!matches || !person) co_return refuse(errc::sign_in_failed);

    std::string stronger;
    if (crypto::needs_rehash(hash)) {
        auto hashing = hashing_.run<std::string>(
            [password = given.password] { return crypto::hash_password(password); });
        stronger = co_await hashing;
    }
    auto transaction = co_await db::platform_transaction::begin(database_);
    if (!stronger.empty()) transaction.add(set_password, person->id, stronger);
    std::string token = crypto::make_token();
    const auto token_hash = crypto::token_hash(token);
    transaction.add(insert_login, person->id, db::bytes_view{token_hash}, settings_.login_lifetime);
    co_await transaction.commit();
    co_return admin_signed_in{std::move(*person), std::move(token)};
}

task<> admin_service::sign_out(std::string token) {
    const auto token_hash = crypto::token_hash(token);
    auto transaction = co_await db::platform_transaction::begin(database_);
    transaction.add(delete_login, db::bytes_view{token_hash});
    co_await transaction.commit();
}

task<actor> admin_service::find_actor(std::string token) {
    if (token.size() != crypto::token_length) co_return actor{};
    const auto token_hash = crypto::token_hash(token);
    auto transaction = co_await db::platform_transaction::begin(database_);
    const auto found = transaction.add(find_login, db::bytes_view{token_hash});
    co_await transaction.commit();
    if (found.rows().empty()) co_return actor{};
    co_return actor{role::platform_admin, found.rows().front().get<account_id>(0), std::nullopt};
}

task<std::optional<admin>> admin_service::find_admin(account_id id) {
    auto transaction = co_await db::platform_transaction::begin(database_);
    const auto found = transaction.add(find_by_id, id);
    co_await transaction.commit();
    if (found.rows().empty()) co_return std::nullopt;
    co_return read_admin(found.rows().front());
}

task<result<admin>> admin_service::create_admin(std::string email, std::string password) {
    email = normalised_email(email);
    if (!http::is_email(email))
        co_return refuse(errc::invalid_fields, "/email", "bad_format", "must be an e-mail address");
    if (const auto fault = password_fault(password); !fault.empty())
        co_return refuse(errc::invalid_fields, "/password", "too_short", std::string{fault});
    auto computing = hashing_.run<std::string>([password] { return crypto::hash_password(password); });
    const std::string hash = co_await computing;
    auto transaction = co_await db::platform_transaction::begin(database_);
    const auto written = transaction.add(insert_admin, account_id{make_uuid()}, email, hash);
    try {
        co_await transaction.commit();
    } catch (const db::db_error& failed) {
        if (failed.constraint() != "admins_email_key") throw;
        co_return refuse(errc::email_taken, "/email", "not_allowed", "an admin with this address exists");
    }
    co_return read_admin(written.rows().front());
}

} // namespace kidevent::identity
