#include "identity/login_service.hpp"

#include "crypto/password_hash.hpp"
#include "crypto/token.hpp"
#include "db/db_error.hpp"
#include "http/text_format.hpp"
#include "identity/account_repository.hpp"
#include "outbox/outbox.hpp"

namespace kidevent::identity {

namespace {

result<> check(const new_account& wanted, bool password_required) {
    refusal why = refuse(errc::invalid_fields);
    if (!http::is_email(wanted.email))
        why.fields.push_back({"/email", "bad_format", "must be an e-mail address"});
    if (password_required || !wanted.password.empty())
        if (const auto fault = password_fault(wanted.password); !fault.empty())
            why.fields.push_back({"/password", "too_short", std::string{fault}});
    if (wanted.given_name.empty()) why.fields.push_back({"/given_name", "too_short", "must not be empty"});
    if (wanted.family_name.empty()) why.fields.push_back({"/family_name", "too_short", "must not be empty"});
    if (why.fields.empty()) return {};
    return why;
}

outbox::new_event told_created(account_id id, role acts_as) {
    return {outbox::event_kind::account_created,
            id.value,
            {{"account_id", to_string(id.value)}, {"role", to_text(acts_as)}}};
}

account made_account(account_id id, const new_account& from, std::optional<household_id> household) {
    const auto now =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    return {id, from.email, from.acts_as, from.given_name, from.family_name, household, now};
}

std::optional<household_id> household_for(role acts_as) {
    if (acts_as != role::guardian) return std::nullopt;
    return household_id{make_uuid()};
}

refusal email_taken() {
    return refuse(errc::email_taken, "/email", "not_allowed", "an account with this address exists");
}

} // namespace

login_service::login_service(db::database& with, const identity_settings& settings, worker_threads& hashing,
                             const clock& now, cache::value_cache& remembered,
                             std::chrono::milliseconds login_ttl)
    : database_(with),
      settings_(settings),
      hashing_(hashing),
      limits_(settings, now),
      remembered_(remembered),
      login_ttl_(login_ttl) {}

task<result<std::string>> login_service::hash(std::string password) {
    if (!hashing_.has_room()) {
        refusal why = refuse(errc::too_many_requests);
        why.retry_after_seconds = 1;
        co_return why;
    }
    auto computing = hashing_.run<std::string>(
        [password = std::move(password)] { return crypto::hash_password(password); });
    auto hashed = co_await computing;
    co_return hashed;
}

task<bool> login_service::verify(std::optional<std::string> hash, std::string password) {
    // Without an account the work is the same, so that the time does not tell.
    const bool exists = hash.has_value();
    std::string against = hash.value_or(crypto::unknown_account_hash());
    auto computing = hashing_.run<bool>([against = std::move(against), password = std::move(password)] {
        return crypto::verify_password(against, password);
    });
    const bool matches = co_await computing;
    co_return matches&& exists;
}

task<std::string> login_service::add_login(db::tenant_transaction& in, account_id id) {
    std::string token = crypto::make_token();
    add_insert_login(in, id, crypto::token_hash(token), settings_.login_lifetime);
    co_return token;
}

task<result<signed_in>> login_service::sign_up(const tenancy::tenant& at, new_account wanted,
                                               std::string remote_address) {
    wanted.email = normalised_email(wanted.email);
    wanted.acts_as = role::guardian;
    const auto checked = check(wanted, true);
    if (!checked) co_return checked.error();
    const auto allowed = limits_.take(to_string(at.handle.id().value), wanted.email, remote_address);
    if (!allowed) co_return allowed.error();
    const auto hashed = co_await hash(wanted.password);
    if (!hashed) co_return hashed.error();

    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    const account_id id{make_uuid()};
    const auto household = household_for(role::guardian);
    add_insert_account(transaction, id, wanted, *hashed, household);
    outbox::add_event(transaction, told_created(id, role::guardian));
    auto token = co_await add_login(transaction, id);
    try {
        co_await transaction.commit();
    } catch (const db::db_error& failed) {
        if (failed.constraint() != "accounts_email_unique") throw;
        co_return email_taken();
    }
    co_return signed_in{made_account(id, wanted, household), std::move(token)};
}

task<result<signed_in>> login_service::sign_in(const tenancy::tenant& at, credentials given) {
    given.email = normalised_email(given.email);
    const auto allowed = limits_.take(to_string(at.handle.id().value), given.email, given.remote_address);
    if (!allowed) co_return allowed.error();
    if (given.password.size() > crypto::password_bytes_max) co_return refuse(errc::sign_in_failed);
    if (!hashing_.has_room()) {
        refusal why = refuse(errc::too_many_requests);
        why.retry_after_seconds = 1;
        co_return why;
    }

    db::tenant_batch batch{database_, at.handle};
    const auto found = add_find_by_email(batch, given.email);
    auto running = batch.run();
    co_await running;
    auto stored = read_stored_password(found.rows());
    std::optional<std::string> known_hash;
    if (stored) known_hash = stored->hash;
    const bool matches = co_await verify(known_hash, given.password);
    if (!matches) co_return refuse(errc::sign_in_failed);

    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    if (crypto::needs_rehash(*known_hash)) {
        const auto stronger = co_await hash(given.password);
        if (stronger) add_set_password(transaction, stored->person.id, *stronger);
    }
    auto token = co_await add_login(transaction, stored->person.id);
    co_await transaction.commit();
    co_return signed_in{std::move(stored->person), std::move(token)};
}

task<> login_service::sign_out(const tenancy::tenant& at, std::string token) {
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    add_delete_login(transaction, crypto::token_hash(token));
    co_await transaction.commit();
}

task<actor> login_service::find_actor(const tenancy::tenant& at, std::string token) {
    if (token.size() != crypto::token_length) co_return actor{};
    const auto hash = crypto::token_hash(token);
    const std::string topic = login_topic(hash);
    const cache::topics depends_on{at.handle.id(), {topic, accounts_topic}};
    const std::string key = cache::key_of(at.handle.id(), "login", topic);
    if (const auto known = remembered_.find<actor>(key, depends_on)) co_return *known;
    auto loading = remembered_.load(key, depends_on, read_actor(at, hash));
    const cache::loaded found = co_await loading;
    if (found.is_empty()) co_return actor{};
    co_return *found.as<actor>();
}

task<cache::loaded> login_service::read_actor(const tenancy::tenant& at, crypto::digest token_hash) {
    db::tenant_batch batch{database_, at.handle};
    const auto found = add_find_login(batch, token_hash);
    auto running = batch.run();
    co_await running;
    const auto owner = read_login_owner(found.rows());
    if (!owner) co_return cache::loaded{};
    const actor who{owner->acts_as, owner->account, owner->household};
    co_return cache::loaded{std::make_shared<const actor>(who), sizeof(actor),
                            std::min(login_ttl_, owner->time_left)};
}

task<std::optional<account>> login_service::find_account(const tenancy::tenant& at, account_id id) {
    db::tenant_batch batch{database_, at.handle};
    const auto found = add_find_account(batch, id);
    auto running = batch.run();
    co_await running;
    co_return read_account(found.rows());
}

task<result<account>> login_service::create_account(const tenancy::tenant& at, new_account wanted) {
    wanted.email = normalised_email(wanted.email);
    const auto checked = check(wanted, false);
    if (!checked) co_return checked.error();
    std::string password_hash;
    if (!wanted.password.empty()) {
        const auto hashed = co_await hash(wanted.password);
        if (!hashed) co_return hashed.error();
        password_hash = *hashed;
    }

    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    const auto found = add_find_by_email(transaction, wanted.email);
    co_await transaction.run();
    const auto existing = read_stored_password(found.rows());
    if (existing && (existing->hash || existing->person.acts_as != wanted.acts_as)) {
        co_await transaction.rollback();
        co_return email_taken();
    }
    account_id id{make_uuid()};
    const auto household = existing ? existing->person.household : household_for(wanted.acts_as);
    if (existing) id = existing->person.id;
    if (!existing) {
        add_insert_account(transaction, id, wanted, password_hash, household);
        outbox::add_event(transaction, told_created(id, wanted.acts_as));
    } else if (!password_hash.empty()) {
        add_claim_account(transaction, id, wanted, password_hash);
    }
    co_await transaction.commit();
    co_return made_account(id, wanted, household);
}

} // namespace kidevent::identity
