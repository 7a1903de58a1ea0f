#include "identity/provider_settlement.hpp"

#include "audit/audit_log.hpp"
#include "crypto/token.hpp"
#include "db/db_error.hpp"
#include "identity/account_repository.hpp"
#include "identity/account_verification.hpp"
#include "identity/login_repository.hpp"
#include "identity/oidc_repository.hpp"
#include "identity/second_factor_repository.hpp"
#include "outbox/outbox.hpp"

namespace kidevent::identity {

namespace {

boost::json::object details_of(const identity_provider& by) {
    return {{"identity_provider_id", to_string(by.id.value)}};
}

void add_connection(db::tenant_transaction& in, const identity_provider& by, const provider_person& who,
                    account_id of, const actor& acting) {
    add_insert_identity(in, external_identity_id{make_uuid()}, by.issuer, who.subject, of, who.email);
    audit::add_entry(in, acting, audit::action::identity_linked, audit::subject_of("accounts", of.value),
                     details_of(by));
}

// The address is the name of somebody who has told no other one; it can be changed.
new_account account_from(const provider_person& who) {
    new_account made;
    made.email = who.email;
    made.given_name = who.given_name.empty() ? who.email.substr(0, who.email.find('@')) : who.given_name;
    made.family_name = who.family_name.empty() ? "-" : who.family_name;
    made.email_verified = who.email_verified;
    return made;
}

account_id add_account(db::tenant_transaction& in, const settings& with, const identity_provider& by,
                       const provider_person& who) {
    const account_id id{make_uuid()};
    const household_id household{make_uuid()};
    add_insert_household(in, household);
    add_insert_account(in, id, account_from(who), "", household);
    outbox::add_event(in, {outbox::event_kind::account_created,
                           id.value,
                           {{"account_id", to_string(id.value)}, {"role", to_text(role::guardian)}}});
    audit::add_entry(in, actor{}, audit::action::account_created, audit::subject_of("accounts", id.value),
                     details_of(by));
    if (!who.email_verified) add_verification(in, with, id, who.email);
    return id;
}

// An address alone never is enough: the provider has to have verified it, the owner has to have said that its
// word counts, and here it has to be verified too, or whoever signed up with it first would share the
// account.
bool may_connect_by_email(const identity_provider& by, const provider_person& who, const account& with) {
    return by.links_by_email && who.email_verified && with.email_verified;
}

task<result<settled_person>> choose_account(db::tenant_transaction& in, const settings& with,
                                            const identity_provider& by, const provider_person& who) {
    const auto connected = add_lock_identity(in, by.issuer, who.subject);
    const auto same_address = add_find_by_email(in, who.email);
    auto running = in.run();
    co_await running;
    if (const auto known = read_known_identity(connected.rows())) {
        if (known->is_disabled) co_return provider_refused("account", "disabled", "the account was disabled");
        add_touch_identity(in, known->id);
        co_return settled_person{known->account, "", false};
    }
    const auto existing = read_stored_password(same_address.rows());
    if (existing) {
        if (!may_connect_by_email(by, who, existing->person)) co_return refuse(errc::account_not_linked);
        add_connection(in, by, who, existing->person.id, actor{});
        co_return settled_person{existing->person.id, "", false};
    }
    if (!by.sign_up_allowed) co_return refuse(errc::sign_up_not_allowed);
    if (who.email.empty())
        co_return provider_refused("email", "required", "the provider told no e-mail address");
    const account_id made = add_account(in, with, by, who);
    add_connection(in, by, who, made, actor{});
    co_return settled_person{made, "", true};
}

} // namespace

task<result<settled_person>> sign_in_person(const settlement_parts& parts, const tenancy::tenant& at,
                                            const identity_provider& by, provider_person who,
                                            std::string device) {
    auto beginning = db::tenant_transaction::begin(parts.database, at.handle);
    auto transaction = co_await beginning;
    auto choosing = choose_account(transaction, parts.with, by, who);
    auto settled = co_await choosing;
    // The way by a provider must not lead around the second factor.
    if (settled && !settled->is_new && !who.used_several_factors) {
        const auto factor = add_lock_factor(transaction, settled->account);
        auto running = transaction.run();
        co_await running;
        const auto known = read_factor(factor.rows());
        if (known && known->is_confirmed) settled = refuse(errc::second_factor_required);
    }
    if (!settled) {
        auto undoing = transaction.rollback();
        co_await undoing;
        co_return settled;
    }
    settled->token = crypto::make_token();
    add_insert_login(transaction, settled->account, login_id{make_uuid()}, crypto::token_hash(settled->token),
                     device, parts.with.identity);
    audit::add_entry(transaction, actor{}, audit::action::login_created,
                     audit::subject_of("accounts", settled->account.value), details_of(by));
    try {
        auto committing = transaction.commit();
        co_await committing;
    } catch (const db::db_error& failed) {
        // Somebody has the address: meanwhile, or in an account that is disabled.
        if (failed.constraint() == "accounts_email_unique") co_return refuse(errc::account_not_linked);
        // The same person in another window: there everything worked.
        if (failed.constraint() != "external_identities_subject_unique") throw;
        co_return refuse(errc::sign_in_attempt_unknown);
    }
    co_return settled;
}

task<result<>> connect_person(const settlement_parts& parts, const tenancy::tenant& at,
                              const identity_provider& by, provider_person who, actor acting) {
    auto beginning = db::tenant_transaction::begin(parts.database, at.handle);
    auto transaction = co_await beginning;
    const auto connected = add_lock_identity(transaction, by.issuer, who.subject);
    auto running = transaction.run();
    co_await running;
    const auto known = read_known_identity(connected.rows());
    if (known && known->account != acting.account()) {
        auto undoing = transaction.rollback();
        co_await undoing;
        co_return refuse(errc::identity_taken);
    }
    if (known)
        add_touch_identity(transaction, known->id);
    else
        add_connection(transaction, by, who, acting.account(), acting);
    try {
        auto committing = transaction.commit();
        co_await committing;
    } catch (const db::db_error& failed) {
        if (failed.constraint() != "external_identities_subject_unique") throw;
        co_return refuse(errc::identity_taken);
    }
    co_return result<>{};
}

} // namespace kidevent::identity
