#include "identity/second_factor_service.hpp"

#include "audit/audit_log.hpp"
#include "crypto/base32.hpp"
#include "identity/code_spending.hpp"
#include "identity/login_repository.hpp"

#include <algorithm>
#include <span>

namespace kidevent::identity {

namespace {

using audit::action;

std::string subject(account_id of) { return audit::subject_of("accounts", of.value); }

class account_factor {
public:
    using transaction = db::tenant_transaction;

    // `by` is whoever shows the code; nobody yet, at a sign-in.
    account_factor(const tenancy::tenant& at, actor by, account_id whose)
        : of(whose), by_(by), tenant_(to_string(at.handle.id().value)), account_(to_string(whose.value)) {}
    crypto::field_context place() const { return {tenant_, "second_factors", "sealed_secret", account_}; }
    void note(transaction& in, action what) const { audit::add_entry(in, by_, what, subject(of)); }

    account_id of;

private:
    actor by_;
    std::string tenant_;
    std::string account_;
};

std::vector<std::string> add_new_recovery_codes(db::tenant_transaction& in, const actor& by) {
    auto codes = make_recovery_codes();
    add_delete_recovery_codes(in, by.account());
    for (const std::string& each : codes)
        add_insert_recovery_code(in, by.account(),
                                 recovery_code_hash(each, to_string(by.account().value)).value());
    audit::add_entry(in, by, action::recovery_codes_made, subject(by.account()));
    return codes;
}

} // namespace

second_factor_service::second_factor_service(db::database& with, const identity_settings& settings,
                                             const crypto::envelope& sealing, const clock& now)
    : database_(with), settings_(settings), sealing_(sealing), clock_(now) {}

task<second_factor_state> second_factor_service::find_state(const tenancy::tenant& at, account_id of) {
    db::tenant_batch batch{database_, at.handle};
    const auto found = add_find_factor_state(batch, of);
    auto running = batch.run();
    co_await running;
    co_return read_factor_state(found.rows());
}

task<result<pending_factor>> second_factor_service::begin(const tenancy::tenant& at, account_id of,
                                                          std::string account_name) {
    if (!sealing_.has_key()) co_return without_key();
    const std::string secret = make_factor_secret();
    const account_factor made{at, actor{}, of};
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    const auto begun = add_begin_factor(transaction, of, sealing_.seal(made.place(), secret));
    co_await transaction.commit();
    if (begun.rows().empty()) co_return refuse(errc::second_factor_enrolled);
    co_return pending_factor{otpauth_uri(at.name, account_name, secret),
                             crypto::encode_base32(std::as_bytes(std::span{secret}))};
}

task<result<std::vector<std::string>>> second_factor_service::confirm(const tenancy::tenant& at, actor by,
                                                                      std::string code) {
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    auto spending = spend_own_code(transaction, {settings_, sealing_, clock_.now()},
                                   account_factor{at, by, by.account()}, false, std::move(code));
    const auto spent = co_await spending;
    if (!spent) co_return spent.error();
    add_confirm_factor(transaction, by.account());
    add_delete_other_logins(transaction, by.account(), login_id{by.login()});
    audit::add_entry(transaction, by, action::second_factor_enrolled, subject(by.account()));
    auto codes = add_new_recovery_codes(transaction, by);
    co_await transaction.commit();
    co_return codes;
}

task<result<std::vector<std::string>>>
second_factor_service::renew_recovery_codes(const tenancy::tenant& at, actor by, std::string code) {
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    auto spending = spend_own_code(transaction, {settings_, sealing_, clock_.now()},
                                   account_factor{at, by, by.account()}, true, std::move(code));
    const auto spent = co_await spending;
    if (!spent) co_return spent.error();
    auto codes = add_new_recovery_codes(transaction, by);
    co_await transaction.commit();
    co_return codes;
}

task<result<>> second_factor_service::remove(const tenancy::tenant& at, actor by, std::string code) {
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    auto spending = spend_own_code(transaction, {settings_, sealing_, clock_.now()},
                                   account_factor{at, by, by.account()}, true, std::move(code));
    const auto spent = co_await spending;
    if (!spent) co_return spent.error();
    add_delete_factor(transaction, by.account());
    add_delete_other_logins(transaction, by.account(), login_id{by.login()});
    audit::add_entry(transaction, by, action::second_factor_removed, subject(by.account()));
    co_await transaction.commit();
    co_return result<>{};
}

task<result<>> second_factor_service::reset(const tenancy::tenant& at, actor by, account_id of) {
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    const auto found = add_find_role(transaction, of);
    const auto factor = add_lock_factor(transaction, of);
    co_await transaction.run();
    const auto stored = read_factor(factor.rows());
    const bool is_there = !found.rows().empty() && stored && stored->is_confirmed;
    const bool is_owner = is_there && found.rows().front().get<std::string_view>(0) == to_text(role::owner);
    if (!is_there || (is_owner && !by.may(permission::owners_write))) {
        co_await transaction.rollback();
        co_return refuse(is_there ? errc::forbidden : errc::not_found);
    }
    add_delete_factor(transaction, of);
    add_delete_other_logins(transaction, of, std::nullopt);
    audit::add_entry(transaction, by, action::second_factor_removed, subject(of));
    co_await transaction.commit();
    co_return result<>{};
}

task<result<>> second_factor_service::check(const tenancy::tenant& at, account_id of,
                                            std::string code) const {
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    auto checking = check_code(transaction, {settings_, sealing_, clock_.now()},
                               account_factor{at, actor{}, of}, std::move(code));
    auto checked = co_await checking;
    co_return checked;
}

task<bool> second_factor_service::has_password(const tenancy::tenant& at, account_id of) {
    db::tenant_batch batch{database_, at.handle};
    const auto found = add_find_has_password(batch, of);
    auto running = batch.run();
    co_await running;
    co_return !found.rows().empty();
}

task<security_rules> second_factor_service::find_rules(const tenancy::tenant& at) {
    db::tenant_batch batch{database_, at.handle};
    const auto found = add_find_rules(batch);
    auto running = batch.run();
    co_await running;
    co_return read_rules(found.rows());
}

task<security_rules> second_factor_service::put_rules(const tenancy::tenant& at, actor by,
                                                      security_rules wanted) {
    auto transaction = co_await db::tenant_transaction::begin(database_, at.handle);
    add_put_rules(transaction, wanted, by.account());
    audit::add_entry(transaction, by, action::second_factor_rule_changed, "",
                     {{"second_factor_for_staff", wanted.second_factor_for_staff}});
    co_await transaction.commit();
    co_return wanted;
}

} // namespace kidevent::identity
