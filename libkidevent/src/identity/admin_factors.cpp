// The second factors of platform admins; the rest of admin_service lives in admin_service.cpp.

#include "audit/audit_log.hpp"
#include "crypto/base32.hpp"
#include "crypto/token.hpp"
#include "identity/code_spending.hpp"

#include <span>

namespace kidevent::identity {

namespace {

using audit::action;

constexpr tenant_id installation{};
constexpr std::string_view issuer = "KidEvent";

std::string subject(account_id of) { return audit::subject_of("admins", of.value); }

crypto::field_context place_of(const std::string& id) {
    return {"platform", "second_factors", "sealed_secret", id};
}

class admin_factor {
public:
    using transaction = db::platform_transaction;

    // `by` is whoever shows the code; nobody yet, at a sign-in.
    admin_factor(actor by, account_id whose) : of(whose), by_(by), id_(to_string(whose.value)) {}
    crypto::field_context place() const { return place_of(id_); }
    void note(transaction& in, action what) const {
        audit::add_operator_entry(in, by_, installation, what, "");
    }

    account_id of;

private:
    actor by_;
    std::string id_;
};

std::vector<std::string> add_new_recovery_codes(db::platform_transaction& in, account_id of) {
    auto codes = make_recovery_codes();
    add_delete_recovery_codes(in, of);
    for (const std::string& each : codes)
        add_insert_recovery_code(in, of, recovery_code_hash(each, to_string(of.value)).value());
    return codes;
}

pending_factor told(const std::string& email, const std::string& secret) {
    return {otpauth_uri(issuer, email, secret), crypto::encode_base32(std::as_bytes(std::span{secret}))};
}

} // namespace

task<result<>> admin_service::check_factor(account_id of, std::string code) {
    auto transaction = co_await db::platform_transaction::begin(database_);
    auto checking = check_code(transaction, {settings_, sealing_, clock_.now()}, admin_factor{actor{}, of},
                               std::move(code));
    auto checked = co_await checking;
    co_return checked;
}

task<second_factor_state> admin_service::find_factor_state(account_id of) {
    auto transaction = co_await db::platform_transaction::begin(database_);
    const auto found = add_find_factor_state(transaction, of);
    co_await transaction.commit();
    co_return read_factor_state(found.rows());
}

task<result<pending_factor>> admin_service::begin_factor(actor by) {
    if (!sealing_.has_key()) co_return without_key();
    const std::string secret = make_factor_secret();
    const std::string id = to_string(by.account().value);
    auto transaction = co_await db::platform_transaction::begin(database_);
    const auto begun = add_begin_factor(transaction, by.account(), sealing_.seal(place_of(id), secret));
    const auto found = add_find_admin(transaction, by.account());
    co_await transaction.commit();
    const auto stored = read_admin(found.rows());
    if (!stored) co_return refuse(errc::not_found);
    if (begun.rows().empty()) co_return refuse(errc::second_factor_enrolled);
    co_return told(stored->person.email, secret);
}

task<result<confirmed_factor>> admin_service::confirm_factor(actor by, std::string code) {
    auto transaction = co_await db::platform_transaction::begin(database_);
    auto spending = spend_own_code(transaction, {settings_, sealing_, clock_.now()},
                                   admin_factor{by, by.account()}, false, std::move(code));
    const auto spent = co_await spending;
    if (!spent) co_return spent.error();
    confirmed_factor made{{}, crypto::make_token()};
    add_confirm_factor(transaction, by.account());
    add_delete_admin_logins(transaction, by.account());
    add_insert_admin_login(transaction, by.account(), crypto::token_hash(made.token),
                           settings_.admin_login_lifetime);
    made.recovery_codes = add_new_recovery_codes(transaction, by.account());
    audit::add_operator_entry(transaction, by, installation, action::admin_second_factor_enrolled,
                              subject(by.account()));
    co_await transaction.commit();
    co_return made;
}

task<result<std::vector<std::string>>> admin_service::renew_recovery_codes(actor by, std::string code) {
    auto transaction = co_await db::platform_transaction::begin(database_);
    auto spending = spend_own_code(transaction, {settings_, sealing_, clock_.now()},
                                   admin_factor{by, by.account()}, true, std::move(code));
    const auto spent = co_await spending;
    if (!spent) co_return spent.error();
    auto codes = add_new_recovery_codes(transaction, by.account());
    audit::add_operator_entry(transaction, by, installation, action::recovery_codes_made, "");
    co_await transaction.commit();
    co_return codes;
}

task<result<issued_factor>> admin_service::issue_factor(std::string email) {
    if (!sealing_.has_key()) co_return without_key();
    auto transaction = co_await db::platform_transaction::begin(database_);
    auto finding = find_active_admin(transaction, std::move(email));
    const auto stored = co_await finding;
    if (!stored) co_return refuse(errc::not_found);
    const account_id id = stored->person.id;
    const std::string secret = make_factor_secret();
    add_delete_factor(transaction, id);
    add_delete_admin_logins(transaction, id);
    add_begin_factor(transaction, id, sealing_.seal(place_of(to_string(id.value)), secret));
    add_confirm_factor(transaction, id);
    issued_factor made{told(stored->person.email, secret), add_new_recovery_codes(transaction, id)};
    audit::add_operator_entry(transaction, actor::of_system(), installation,
                              action::admin_second_factor_enrolled, subject(id));
    co_await transaction.commit();
    co_return made;
}

task<result<admin>> admin_service::reset_factor(std::string email) {
    auto transaction = co_await db::platform_transaction::begin(database_);
    auto finding = find_active_admin(transaction, std::move(email));
    const auto stored = co_await finding;
    if (!stored) co_return refuse(errc::not_found);
    const account_id id = stored->person.id;
    add_delete_factor(transaction, id);
    add_delete_admin_logins(transaction, id);
    audit::add_operator_entry(transaction, actor::of_system(), installation,
                              action::admin_second_factor_reset, subject(id));
    const auto written = add_find_admin(transaction, id);
    co_await transaction.commit();
    co_return read_admin(written.rows()).value().person;
}

} // namespace kidevent::identity
