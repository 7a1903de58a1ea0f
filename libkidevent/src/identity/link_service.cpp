#include "identity/link_service.hpp"

#include "audit/audit_log.hpp"
#include "db/db_error.hpp"
#include "identity/account_mail.hpp"
#include "identity/account_tries.hpp"
#include "identity/invitation_service.hpp"
#include "identity/login_service.hpp"
#include "identity/password_policy.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::identity {

namespace {

using audit::action;

std::string subject_of(account_id of) { return audit::subject_of("accounts", of.value); }

bool is_invitation(link_purpose of) {
    return of == link_purpose::staff_invitation || of == link_purpose::household_invitation;
}

// What the answer lacks before anything is done.
result<> check_answer(const http::request_context& context, const opened_link& opened,
                      const link_answer& said) {
    const link_purpose purpose = opened.link.purpose;
    const bool makes_account = is_invitation(purpose) && !opened.person;
    refusal why = refuse(errc::invalid_fields);
    if (makes_account && said.given_name.empty())
        why.fields.push_back({"/given_name", "too_short", "must not be empty"});
    if (makes_account && said.family_name.empty())
        why.fields.push_back({"/family_name", "too_short", "must not be empty"});
    if (makes_account || purpose == link_purpose::password_reset) {
        const std::string& given = opened.person ? opened.person->given_name : said.given_name;
        const std::string& family = opened.person ? opened.person->family_name : said.family_name;
        if (const auto fault = fault_of_password(said.password, {opened.link.email, given, family,
                                                                 context.tenant->name, context.tenant->slug}))
            why.fields.push_back({"/password", std::string{fault.code}, std::string{fault.detail}});
    }
    if (why.fields.empty()) return {};
    return why;
}

// The account as it is now, locked; a link of one that is disabled leads nowhere.
task<std::optional<stored_password>> lock_person(db::tenant_transaction& in, account_id id) {
    const auto found = add_lock_account(in, id);
    co_await in.run();
    auto read = read_stored_password(found.rows());
    if (read && read->person.disabled_at) read.reset();
    co_return read;
}

void verify_email(db::tenant_transaction& in, const account& of) {
    add_verify_email(in, of.id, of.email);
    audit::add_entry(in, actor{}, action::account_email_verified, subject_of(of.id));
}

// Everybody who is signed in with the old password is out, and the person may try at once.
void reset_password(const http::request_context& context, db::tenant_transaction& in, const account& of,
                    const std::string& password_hash) {
    add_set_password(in, of.id, password_hash);
    if (!of.email_verified) verify_email(in, of);
    add_delete_other_logins(in, of.id, std::nullopt);
    add_revoke_links(in, of.id);
    add_forget_sign_ins(in, tries_subject(context.parts.with.http, context.tenant->handle.id(), of.email));
    add_account_mail(in, context.parts.with, {mail_purpose::password_changed, of.id, std::nullopt, of.email});
    audit::add_entry(in, actor{}, action::account_password_reset, subject_of(of.id));
}

void change_email(const http::request_context& context, db::tenant_transaction& in, const account& of,
                  const account_link& link) {
    add_set_email(in, of.id, link.email);
    add_delete_other_logins(in, of.id, link.asked_in);
    add_revoke_links(in, of.id);
    add_account_mail(in, context.parts.with, {mail_purpose::email_changed, of.id, std::nullopt, of.email});
    audit::add_entry(in, actor{}, action::account_email_changed, subject_of(of.id));
}

// Of an account: what it does to the account, once the link is used.
task<result<>> follow_own(const http::request_context& context, db::tenant_transaction& in,
                          const account_link& link, std::string password_hash) {
    auto locking = lock_person(in, link.account.value());
    const auto stored = co_await locking;
    // The address that the link was sent to is the account's no more: an earlier one, somebody else's now.
    const bool fits =
        stored && (link.purpose == link_purpose::email_change || stored->person.email == link.email);
    if (!fits) co_return refuse(errc::link_not_valid);
    switch (link.purpose) {
    case link_purpose::email_verification: verify_email(in, stored->person); break;
    case link_purpose::password_reset: reset_password(context, in, stored->person, password_hash); break;
    case link_purpose::email_change: change_email(context, in, stored->person, link); break;
    case link_purpose::staff_invitation:
    case link_purpose::household_invitation: throw std::logic_error("an invitation is nobody's own link");
    }
    co_return result<>{};
}

task<result<>> follow(const http::request_context& context, db::tenant_transaction& in, opened_link opened,
                      link_answer said, std::string password_hash) {
    const auto used = add_use_link(in, {opened.link.purpose, opened.link.id});
    co_await in.run();
    if (used.rows().empty()) co_return refuse(errc::link_not_valid);
    if (is_invitation(opened.link.purpose)) {
        new_account wanted{opened.link.email,           "",  role::guardian, std::move(said.given_name),
                           std::move(said.family_name), true};
        auto accepting = accept_invitation(in, std::move(opened.link), std::move(opened.person),
                                           std::move(wanted), std::move(password_hash));
        auto accepted = co_await accepting;
        co_return accepted;
    }
    auto following = follow_own(context, in, opened.link, std::move(password_hash));
    auto followed = co_await following;
    co_return followed;
}

} // namespace

task<result<opened_link>> open_link(const http::request_context& context, std::string token) {
    const tenant_handle& at = context.tenant->handle;
    const auto claim = read_link_token(context.parts.with.http, at.id(), token);
    if (!claim) co_return refuse(errc::link_not_valid);
    std::vector<account_link> links;
    {
        db::tenant_batch batch{context.parts.database, at};
        const auto found = add_find_link(batch, *claim);
        auto running = batch.run();
        co_await running;
        links = read_links(found.rows());
    }
    if (links.empty()) co_return refuse(errc::link_not_valid);
    opened_link opened{std::move(links.front()), std::nullopt, {}};
    db::tenant_batch batch{context.parts.database, at};
    const auto own = add_find_account(batch, opened.link.account.value_or(account_id{}));
    const auto taken = add_find_by_email(batch, opened.link.email);
    const auto inviter = add_find_account(batch, opened.link.created_by.value_or(account_id{}));
    auto running = batch.run();
    co_await running;
    opened.person = read_account(own.rows());
    if (is_invitation(opened.link.purpose))
        if (auto somebody = read_stored_password(taken.rows())) opened.person = std::move(somebody->person);
    if (const auto read = read_account(inviter.rows())) opened.inviter = read->given_name;
    co_return opened;
}

task<result<>> follow_link(const http::request_context& context, opened_link opened, link_answer said) {
    const auto complete = check_answer(context, opened, said);
    if (!complete) co_return complete.error();
    std::string password_hash;
    if (!said.password.empty()) {
        auto hashing = context.parts.logins.hash(said.password);
        auto hashed = co_await hashing;
        if (!hashed) co_return hashed.error();
        password_hash = std::move(*hashed);
    }
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto following =
        follow(context, transaction, std::move(opened), std::move(said), std::move(password_hash));
    const auto followed = co_await following;
    if (!followed) {
        co_await transaction.rollback();
        co_return followed.error();
    }
    try {
        co_await transaction.commit();
    } catch (const db::db_error& failed) {
        if (failed.constraint() != "accounts_email_unique") throw;
        co_return refuse(errc::email_taken);
    }
    co_return result<>{};
}

task<std::optional<prepared_reset>> prepare_password_reset(db::tenant_transaction& in, const settings& with,
                                                           std::string email) {
    constexpr auto purpose = link_purpose::password_reset;
    const auto found = add_find_by_email(in, email);
    co_await in.run();
    const auto stored = read_stored_password(found.rows());
    if (!stored) co_return std::nullopt;
    const account_id whose = stored->person.id;
    add_revoke_links(in, whose, purpose);
    const account_link made{link_id{make_uuid()}, purpose, whose, email, {}, {}, {}, {}, {}};
    add_insert_link(in, made, lifetime_of(purpose, with.identity));
    audit::add_entry(in, actor::of_system(), action::account_password_reset_asked, subject_of(whose));
    co_return prepared_reset{whose, made.id};
}

} // namespace kidevent::identity
