#include "identity/login_service.hpp"

#include "audit/audit_log.hpp"
#include "crypto/password_hash.hpp"
#include "crypto/token.hpp"
#include "db/db_error.hpp"
#include "http/text_format.hpp"
#include "identity/account_tries.hpp"
#include "identity/account_verification.hpp"
#include "identity/password_policy.hpp"
#include "identity/second_factor_service.hpp"
#include "outbox/outbox.hpp"
#include "telemetry/log.hpp"

namespace kidevent::identity {

namespace {

result<> check(const new_account& wanted, const tenancy::tenant& at, bool password_required) {
    refusal why = refuse(errc::invalid_fields);
    if (!http::is_email(wanted.email))
        why.fields.push_back({"/email", "bad_format", "must be an e-mail address"});
    if (password_required || !wanted.password.empty())
        if (const auto fault = fault_of_password(
                wanted.password, {wanted.email, wanted.given_name, wanted.family_name, at.name, at.slug}))
            why.fields.push_back({"/password", std::string{fault.code}, std::string{fault.detail}});
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
    return {id,  from.email,          from.acts_as, from.given_name, from.family_name, household,
            now, from.email_verified, std::nullopt, std::nullopt,    std::nullopt};
}

std::optional<household_id> household_for(role acts_as) {
    if (acts_as != role::guardian) return std::nullopt;
    return household_id{make_uuid()};
}

refusal email_taken() {
    return refuse(errc::email_taken, "/email", "not_allowed", "an account with this address exists");
}

refusal come_back_in(int seconds) {
    refusal why = refuse(errc::too_many_requests);
    why.retry_after_seconds = seconds;
    return why;
}

} // namespace

login_service::login_service(db::database& with, const settings& all, worker_threads& hashing,
                             const clock& now, cache::value_cache& remembered,
                             std::chrono::milliseconds login_ttl, const second_factor_service& factors)
    : database_(with),
      settings_(all),
      hashing_(hashing),
      limits_(all.identity, now),
      remembered_(remembered),
      login_ttl_(login_ttl),
      factors_(factors) {}

task<result<std::string>> login_service::hash(std::string password) {
    if (!hashing_.has_room()) co_return come_back_in(1);
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

std::string login_service::add_login(db::tenant_transaction& in, account_id of, const std::string& device) {
    std::string token = crypto::make_token();
    add_insert_login(in, of, login_id{make_uuid()}, crypto::token_hash(token), device, settings_.identity);
    return token;
}

task<result<signed_in>> login_service::sign_up(const tenancy::tenant& at, new_account wanted,
                                               credentials from) {
    wanted.email = normalised_email(wanted.email);
    wanted.acts_as = role::guardian;
    wanted.email_verified = false;
    const auto checked = check(wanted, at, true);
    if (!checked) co_return checked.error();
    const auto allowed = limits_.take(to_string(at.handle.id().value), wanted.email, from.remote_address);
    if (!allowed) co_return allowed.error();
    const auto hashed = co_await hash(wanted.password);
    if (!hashed) co_return hashed.error();

    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    const account_id id{make_uuid()};
    const auto household = household_for(role::guardian);
    add_insert_household(transaction, *household);
    add_insert_account(transaction, id, wanted, *hashed, household);
    outbox::add_event(transaction, told_created(id, role::guardian));
    const actor by{{.acts_as = role::guardian, .account = id, .household = household}};
    audit::add_entry(transaction, by, audit::action::account_created, audit::subject_of("accounts", id.value),
                     {{"role", to_text(role::guardian)}});
    add_verification(transaction, settings_, id, wanted.email);
    auto token = add_login(transaction, id, from.device);
    try {
        co_await transaction.commit();
    } catch (const db::db_error& failed) {
        if (failed.constraint() != "accounts_email_unique") throw;
        co_return email_taken();
    }
    co_return signed_in{made_account(id, wanted, household), std::move(token)};
}

// Who was found, whose password it is.
struct login_service::checked_password {
    stored_password stored;
    crypto::digest tries;
};

task<> login_service::note_failure(const tenancy::tenant& at, const std::optional<stored_password>& whose) {
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    audit::add_entry(transaction, actor{}, audit::action::login_failed,
                     whose ? audit::subject_of("accounts", whose->person.id.value) : std::string{});
    co_await transaction.commit();
}

// Before the hash is computed nobody knows that the password is right, so it was counted as a try.
task<> login_service::forget_tries(const tenancy::tenant& at, crypto::digest tries) {
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    add_forget_sign_ins(transaction, tries);
    co_await transaction.commit();
}

// Whether the person exists or not, the same statements are run and the same hash is computed.
task<result<login_service::checked_password>> login_service::check_credentials(const tenancy::tenant& at,
                                                                               const credentials& given) {
    if (given.password.size() > crypto::password_bytes_max) co_return refuse(errc::sign_in_failed);
    if (!hashing_.has_room()) co_return come_back_in(1);
    const auto subject = tries_subject(settings_.http, at.handle.id(), given.email);
    std::optional<stored_password> stored;
    {
        auto counting = co_await db::tenant_transaction::begin(database_, at.handle);
        const auto counted = add_count_sign_in(counting, subject, settings_.identity);
        const auto found = add_find_by_email(counting, given.email);
        co_await counting.commit();
        const counted_try now = read_counted(counted.rows());
        if (!now.allowed) co_return come_back_in(std::max(now.wait_seconds, 1));
        stored = read_stored_password(found.rows());
    }
    std::optional<std::string> known_hash;
    if (stored) known_hash = stored->hash;
    const bool matches = co_await verify(known_hash, given.password);
    if (!matches) {
        co_await note_failure(at, stored);
        co_return refuse(errc::sign_in_failed);
    }
    co_return checked_password{std::move(*stored), subject};
}

task<result<signed_in>> login_service::sign_in(const tenancy::tenant& at, credentials given) {
    given.email = normalised_email(given.email);
    const auto allowed = limits_.take(to_string(at.handle.id().value), given.email, given.remote_address);
    if (!allowed) co_return allowed.error();
    auto checking = check_credentials(at, given);
    auto checked = co_await checking;
    if (!checked) co_return checked.error();
    account& person = checked->stored.person;

    auto asking = factors_.check(at, person.id, given.code);
    const auto passed = co_await asking;
    if (!passed) {
        // Asking for the code is no failure. A wrong one is, and the answer tells it from nothing else.
        if (passed.error().code == errc::second_factor_required) co_await forget_tries(at, checked->tries);
        co_return passed.error();
    }
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    if (crypto::needs_rehash(*checked->stored.hash)) {
        const auto stronger = co_await hash(given.password);
        if (stronger) add_set_password(transaction, person.id, *stronger);
    }
    add_forget_sign_ins(transaction, checked->tries);
    const actor by{{.acts_as = person.acts_as, .account = person.id, .household = person.household}};
    audit::add_entry(transaction, by, audit::action::login_created,
                     audit::subject_of("accounts", person.id.value));
    auto token = add_login(transaction, person.id, given.device);
    co_await transaction.commit();
    co_return signed_in{std::move(person), std::move(token)};
}

task<result<>> login_service::check_password(const tenancy::tenant& at, std::string email,
                                             std::string password) {
    const credentials given{std::move(email), std::move(password), "", "", ""};
    auto checking = check_credentials(at, given);
    const auto checked = co_await checking;
    if (!checked) co_return checked.error();
    co_await forget_tries(at, checked->tries);
    co_return result<>{};
}

task<> login_service::sign_out(const tenancy::tenant& at, actor by, std::string token) {
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    add_delete_login(transaction, crypto::token_hash(token));
    audit::add_entry(transaction, by, audit::action::login_ended,
                     audit::subject_of("accounts", by.account().value));
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
    // Where no mail is sent nobody can verify anything.
    std::optional<std::chrono::seconds> grace;
    if (!settings_.mail.host.empty()) grace = settings_.identity.verification_grace;
    db::tenant_batch batch{database_, at.handle};
    const auto found = add_find_login(batch, token_hash, grace, settings_.identity.last_seen_step);
    auto running = batch.run();
    co_await running;
    auto owner = read_login_owner(found.rows());
    if (!owner) co_return cache::loaded{};
    if (owner->was_seen_long_ago) {
        auto touching = touch(at, owner->login);
        co_await touching;
    }
    const std::size_t bytes =
        sizeof(actor) + (owner->limited_to ? owner->limited_to->size() * sizeof(event_id) : 0);
    const actor who{{.acts_as = owner->acts_as,
                     .account = owner->account,
                     .household = owner->household,
                     .login = owner->login.value,
                     .limited_to = std::move(owner->limited_to),
                     .must_enrol = owner->must_enrol,
                     .must_verify = owner->must_verify}};
    co_return cache::loaded{std::make_shared<const actor>(who), bytes,
                            std::min(login_ttl_, owner->time_left)};
}

// The request does not need it: when it cannot be written it is written the next time.
task<> login_service::touch(const tenancy::tenant& at, login_id id) {
    try {
        auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
        add_touch_login(transaction, id, settings_.identity);
        co_await transaction.commit();
    } catch (const db::db_error& failed) {
        log::warn("when a login was used could not be written", {{"error.type", failed.sqlstate()}});
    }
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
    const auto checked = check(wanted, at, false);
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
        if (household) add_insert_household(transaction, *household);
        add_insert_account(transaction, id, wanted, password_hash, household);
        outbox::add_event(transaction, told_created(id, wanted.acts_as));
    } else if (!password_hash.empty()) {
        add_claim_account(transaction, id, wanted, password_hash);
    }
    co_await transaction.commit();
    co_return made_account(id, wanted, household);
}

} // namespace kidevent::identity
