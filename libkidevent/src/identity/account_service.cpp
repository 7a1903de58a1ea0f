#include "identity/account_service.hpp"

#include "audit/audit_log.hpp"
#include "identity/account_link_repository.hpp"
#include "identity/account_mail.hpp"
#include "identity/account_tries.hpp"
#include "identity/account_verification.hpp"
#include "identity/login_service.hpp"
#include "identity/password_policy.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::identity {

namespace {

using audit::action;

login_id login_of(const http::request_context& context) { return login_id{context.acting.login()}; }

std::string subject_of(account_id of) { return audit::subject_of("accounts", of.value); }

crypto::digest tries_of(const http::request_context& context, const std::string& email) {
    return tries_subject(context.parts.with.http, context.tenant->handle.id(), email);
}

task<result<account>> find_own(const http::request_context& context) {
    auto finding = context.parts.logins.find_account(*context.tenant, context.acting.account());
    auto found = co_await finding;
    if (!found) co_return refuse(errc::not_found);
    co_return std::move(*found);
}

// A wrong password is a wrong field here: the person is signed in.
task<result<>> check_present(const http::request_context& context, std::string email, std::string password,
                             std::string pointer) {
    auto checking =
        context.parts.logins.check_password(*context.tenant, std::move(email), std::move(password));
    const auto checked = co_await checking;
    if (checked) co_return result<>{};
    if (checked.error().code != errc::sign_in_failed) co_return checked.error();
    co_return refuse(errc::invalid_fields, std::move(pointer), "wrong", "is not the present password");
}

refusal too_many_mails() {
    refusal why = refuse(errc::too_many_requests);
    why.retry_after_seconds = 3600;
    return why;
}

} // namespace

task<result<account>> change_profile(const http::request_context& context, profile_change wanted) {
    const account_id own = context.acting.account();
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    add_change_profile(transaction, own, wanted);
    audit::add_entry(transaction, context.acting, action::account_updated, subject_of(own));
    const auto written = add_find_account(transaction, own);
    co_await transaction.commit();
    auto read = read_account(written.rows());
    if (!read) co_return refuse(errc::not_found);
    co_return std::move(*read);
}

task<result<>> change_password(const http::request_context& context, std::string present,
                               std::string wanted) {
    auto finding = find_own(context);
    const auto own = co_await finding;
    if (!own) co_return own.error();
    if (const auto fault = fault_of_password(wanted, {own->email, own->given_name, own->family_name,
                                                      context.tenant->name, context.tenant->slug}))
        co_return refuse(errc::invalid_fields, "/password", std::string{fault.code},
                         std::string{fault.detail});
    auto checking = check_present(context, own->email, std::move(present), "/current_password");
    const auto checked = co_await checking;
    if (!checked) co_return checked.error();
    auto hashing = context.parts.logins.hash(std::move(wanted));
    const auto hashed = co_await hashing;
    if (!hashed) co_return hashed.error();

    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    add_set_password(transaction, own->id, *hashed);
    add_delete_other_logins(transaction, own->id, login_of(context));
    add_revoke_links(transaction, own->id);
    add_account_mail(transaction, context.parts.with,
                     {mail_purpose::password_changed, own->id, std::nullopt, own->email});
    audit::add_entry(transaction, context.acting, action::account_password_changed, subject_of(own->id));
    co_await transaction.commit();
    co_return result<>{};
}

task<result<>> ask_for_other_email(const http::request_context& context, std::string wanted,
                                   std::string password) {
    wanted = normalised_email(wanted);
    auto finding = find_own(context);
    const auto own = co_await finding;
    if (!own) co_return own.error();
    if (wanted == own->email)
        co_return refuse(errc::invalid_fields, "/email", "not_allowed", "is the present address");
    auto checking = check_present(context, own->email, std::move(password), "/current_password");
    const auto checked = co_await checking;
    if (!checked) co_return checked.error();

    constexpr auto purpose = link_purpose::email_change;
    const auto& with = context.parts.with;
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const auto counted = add_count_mail(transaction, tries_of(context, wanted), with.identity);
    co_await transaction.run();
    if (!read_counted(counted.rows()).allowed) {
        co_await transaction.commit();
        co_return too_many_mails();
    }
    add_revoke_links(transaction, own->id, purpose);
    const account_link made{link_id{make_uuid()}, purpose, own->id, wanted, {}, {}, {},
                            login_of(context),    {}};
    add_insert_link(transaction, made, lifetime_of(purpose, with.identity));
    add_account_mail(transaction, with, {mail_purpose::email_change, own->id, made.id, wanted});
    audit::add_entry(transaction, context.acting, action::account_email_change_asked, subject_of(own->id));
    co_await transaction.commit();
    co_return result<>{};
}

task<result<>> ask_for_verification(const http::request_context& context) {
    auto finding = find_own(context);
    const auto own = co_await finding;
    if (!own) co_return own.error();
    if (own->email_verified) co_return result<>{};
    const auto& with = context.parts.with;
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const auto counted = add_count_mail(transaction, tries_of(context, own->email), with.identity);
    co_await transaction.run();
    const bool allowed = read_counted(counted.rows()).allowed;
    if (allowed) add_verification(transaction, with, own->id, own->email);
    co_await transaction.commit();
    if (!allowed) co_return too_many_mails();
    co_return result<>{};
}

// Everything here is the same whether anybody has the address: the row with it goes when nobody has.
task<result<>> ask_for_password_reset(const http::request_context& context, std::string email) {
    email = normalised_email(email);
    const auto& with = context.parts.with;
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const auto counted = add_count_mail(transaction, tries_of(context, email), with.identity);
    co_await transaction.run();
    if (read_counted(counted.rows()).allowed)
        add_account_mail(transaction, with,
                         {mail_purpose::password_reset, std::nullopt, std::nullopt, email});
    co_await transaction.commit();
    co_return result<>{};
}

task<std::vector<listed_login>> list_logins(const http::request_context& context) {
    db::tenant_batch batch{context.parts.database, context.tenant->handle};
    const auto found = add_list_logins(batch, context.acting.account());
    auto running = batch.run();
    co_await running;
    co_return read_logins(found.rows());
}

task<result<>> end_login(const http::request_context& context, login_id id) {
    const account_id own = context.acting.account();
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const auto deleted = add_delete_login(transaction, own, id);
    audit::add_entry(transaction, context.acting, action::login_ended, subject_of(own));
    co_await transaction.run();
    if (deleted.rows().empty()) {
        co_await transaction.rollback();
        co_return refuse(errc::not_found);
    }
    co_await transaction.commit();
    co_return result<>{};
}

task<> end_other_logins(const http::request_context& context) {
    const account_id own = context.acting.account();
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    add_delete_other_logins(transaction, own, login_of(context));
    audit::add_entry(transaction, context.acting, action::login_ended, subject_of(own),
                     {{"logins", "others"}});
    co_await transaction.commit();
}

} // namespace kidevent::identity
