#include "identity/admin_service.hpp"

#include "audit/audit_log.hpp"
#include "crypto/password_hash.hpp"
#include "crypto/token.hpp"
#include "db/db_error.hpp"
#include "http/text_format.hpp"
#include "identity/account_tries.hpp"
#include "identity/admin_repository.hpp"
#include "identity/password_policy.hpp"
#include "identity/second_factor.hpp"

#include <algorithm>

namespace kidevent::identity {

namespace {

using audit::action;

constexpr tenant_id installation{}; // whose log admins' own deeds stand in

std::string subject(account_id of) { return audit::subject_of("admins", of.value); }

bool is_among(const db::result_set& ids, account_id which) {
    for (const db::row each : ids)
        if (each.get<account_id>(0) == which) return true;
    return false;
}

void add_disabling(db::platform_transaction& in, const actor& by, account_id of) {
    add_disable_admin(in, of);
    add_delete_admin_logins(in, of);
    audit::add_operator_entry(in, by, installation, action::admin_disabled, subject(of));
}

} // namespace

admin_service::admin_service(db::database& with, const identity_settings& settings, worker_threads& hashing,
                             const clock& now, const crypto::envelope& sealing)
    : database_(with),
      settings_(settings),
      hashing_(hashing),
      limits_(settings, now),
      clock_(now),
      sealing_(sealing) {}

task<bool> admin_service::verify(std::string hash, std::string password) {
    auto computing = hashing_.run<bool>([hash = std::move(hash), password = std::move(password)] {
        return crypto::verify_password(hash, password);
    });
    const bool matches = co_await computing;
    co_return matches;
}

task<result<admin_signed_in>> admin_service::sign_in(credentials given) {
    given.email = normalised_email(given.email);
    const auto allowed = limits_.take("platform", given.email, given.remote_address);
    if (!allowed) co_return allowed.error();
    if (given.password.size() > crypto::password_bytes_max) co_return refuse(errc::sign_in_failed);
    if (!hashing_.has_room()) co_return too_early(std::chrono::seconds{1});

    auto counting = co_await db::platform_transaction::begin(database_);
    const auto found = add_find_admin_by_email(counting, given.email);
    const auto counted = add_count_admin_try(counting, given.email, settings_);
    co_await counting.commit();
    const counted_try now = read_counted(counted.rows());
    if (!now.allowed) co_return too_early(std::chrono::seconds{std::max(now.wait_seconds, 1)});
    const auto stored = read_admin(found.rows());
    // Without an admin the work is the same, so that the time does not tell.
    auto verifying = verify(stored ? stored->password_hash : crypto::unknown_account_hash(), given.password);
    const bool matches = co_await verifying;
    if (!matches || !stored) {
        auto noting = co_await db::platform_transaction::begin(database_);
        audit::add_operator_entry(noting, actor{}, installation, action::login_failed, "");
        co_await noting.commit();
        co_return refuse(errc::sign_in_failed);
    }
    const admin& person = stored->person;
    auto checking = check_factor(person.id, std::move(given.code));
    const auto checked = co_await checking;
    if (!checked) {
        // As for accounts: asking for the code is no failure, a wrong one is.
        if (checked.error().code == errc::second_factor_required) {
            auto forgetting = co_await db::platform_transaction::begin(database_);
            add_forget_admin_tries(forgetting, given.email);
            co_await forgetting.commit();
        }
        co_return checked.error();
    }

    std::string stronger;
    if (crypto::needs_rehash(stored->password_hash)) {
        auto hashing = hashing_.run<std::string>(
            [password = given.password] { return crypto::hash_password(password); });
        stronger = co_await hashing;
    }
    std::string token = crypto::make_token();
    const actor by{actor_parts{.acts_as = role::platform_admin, .account = person.id}};
    auto transaction = co_await db::platform_transaction::begin(database_);
    if (!stronger.empty()) add_set_admin_password(transaction, person.id, stronger);
    add_forget_admin_tries(transaction, given.email);
    add_insert_admin_login(transaction, person.id, crypto::token_hash(token), settings_.admin_login_lifetime);
    audit::add_operator_entry(transaction, by, installation, action::login_created, "");
    co_await transaction.commit();
    co_return admin_signed_in{person, std::move(token)};
}

task<> admin_service::sign_out(std::string token) {
    auto transaction = co_await db::platform_transaction::begin(database_);
    add_delete_admin_login(transaction, crypto::token_hash(token));
    co_await transaction.commit();
}

task<actor> admin_service::find_actor(std::string token) {
    if (token.size() != crypto::token_length) co_return actor{};
    auto transaction = co_await db::platform_transaction::begin(database_);
    const auto found = add_find_admin_login(transaction, crypto::token_hash(token));
    co_await transaction.commit();
    if (found.rows().empty()) co_return actor{};
    const auto row = found.rows().front();
    co_return actor{actor_parts{
        .acts_as = role::platform_admin, .account = row.get<account_id>(0), .must_enrol = !row.get<bool>(1)}};
}

task<std::optional<admin>> admin_service::find_admin(account_id id) {
    auto transaction = co_await db::platform_transaction::begin(database_);
    const auto found = add_find_admin(transaction, id);
    co_await transaction.commit();
    const auto stored = read_admin(found.rows());
    if (!stored) co_return std::nullopt;
    co_return stored->person;
}

task<result<admin>> admin_service::add_admin(actor by, std::string code, std::string email,
                                             std::string password) {
    auto checking = check_factor(by.account(), std::move(code));
    const auto checked = co_await checking;
    if (!checked && checked.error().code == errc::sign_in_failed) co_return wrong_code();
    if (!checked) co_return checked.error();
    auto creating = create_admin(std::move(email), std::move(password), by);
    auto created = co_await creating;
    co_return created;
}

task<result<admin>> admin_service::create_admin(std::string email, std::string password, actor by) {
    email = normalised_email(email);
    if (!http::is_email(email))
        co_return refuse(errc::invalid_fields, "/email", "bad_format", "must be an e-mail address");
    if (const auto fault = fault_of_password(password, {email}))
        co_return refuse(errc::invalid_fields, "/password", std::string{fault.code},
                         std::string{fault.detail});
    auto computing = hashing_.run<std::string>([password] { return crypto::hash_password(password); });
    const std::string hash = co_await computing;
    const account_id id{make_uuid()};
    auto transaction = co_await db::platform_transaction::begin(database_);
    add_insert_admin(transaction, id, email, hash);
    audit::add_operator_entry(transaction, by, installation, action::admin_created, subject(id));
    const auto written = add_find_admin(transaction, id);
    try {
        co_await transaction.commit();
    } catch (const db::db_error& failed) {
        if (failed.constraint() != "admins_email_key") throw;
        co_return refuse(errc::email_taken, "/email", "not_allowed", "an admin with this address exists");
    }
    co_return read_admin(written.rows()).value().person;
}

task<std::vector<admin>> admin_service::list_admins() {
    auto transaction = co_await db::platform_transaction::begin(database_);
    const auto found = add_list_admins(transaction);
    co_await transaction.commit();
    co_return read_admins(found.rows());
}

// Those who are left are locked first: of two admins who disable each other, one comes too late.
task<result<admin>> admin_service::deactivate_admin(actor by, account_id id) {
    auto transaction = co_await db::platform_transaction::begin(database_);
    const auto active = add_lock_active_admins(transaction);
    const auto found = add_find_admin(transaction, id);
    co_await transaction.run();
    const auto stored = read_admin(found.rows());
    std::optional<errc> fault;
    if (!is_among(active.rows(), by.account()))
        fault = errc::sign_in_required;
    else if (!stored)
        fault = errc::not_found;
    else if (id == by.account())
        fault = errc::forbidden;
    if (fault) {
        co_await transaction.rollback();
        co_return refuse(*fault);
    }
    if (!stored->person.disabled_at) add_disabling(transaction, by, id);
    const auto written = add_find_admin(transaction, id);
    co_await transaction.commit();
    co_return read_admin(written.rows()).value().person;
}

task<result<admin>> admin_service::disable_admin(std::string email) {
    auto transaction = co_await db::platform_transaction::begin(database_);
    auto finding = find_active_admin(transaction, std::move(email));
    const auto stored = co_await finding;
    if (!stored) co_return refuse(errc::not_found);
    const account_id id = stored->person.id;
    add_disabling(transaction, actor::of_system(), id);
    const auto written = add_find_admin(transaction, id);
    co_await transaction.commit();
    co_return read_admin(written.rows()).value().person;
}

} // namespace kidevent::identity
