#include "identity/invitation_service.hpp"

#include "audit/audit_log.hpp"
#include "identity/account_mail.hpp"
#include "identity/account_tries.hpp"
#include "identity/login_service.hpp"
#include "identity/member_rules.hpp"
#include "outbox/outbox.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::identity {

namespace {

using audit::action;

std::string subject_of(account_id of) { return audit::subject_of("accounts", of.value); }

const db::query count_events{"account_links.count_events", R"sql(
    select count(*) from events where tenant_id = (select tenancy.current_tenant()) and id = any ($1::uuid[])
)sql"};

mail_purpose mail_of(link_purpose of) {
    return of == link_purpose::staff_invitation ? mail_purpose::staff_invitation
                                                : mail_purpose::household_invitation;
}

refusal too_many(std::int64_t there_are) {
    return refuse(errc::invalid_fields, "/email", "too_many",
                  "there are " + std::to_string(there_are) + " open invitations already");
}

// Writes the invitation and its message. The transaction has been run; it is committed here.
task<result<account_link>> send(const http::request_context& context, db::tenant_transaction& in,
                                account_link made) {
    const auto lifetime = lifetime_of(made.purpose, context.parts.with.identity);
    add_revoke_invitation(in, made.purpose, made.household, made.email);
    add_insert_link(in, made, lifetime);
    add_account_mail(in, context.parts.with, {mail_of(made.purpose), std::nullopt, made.id, made.email});
    boost::json::object details{{"invitation_id", to_string(made.id.value)}};
    if (made.staff_role) details["role"] = to_text(*made.staff_role);
    audit::add_entry(in, context.acting, action::account_invited, "", std::move(details));
    co_await in.commit();
    made.created_at = std::chrono::time_point_cast<timestamp::duration>(std::chrono::system_clock::now());
    made.expires_at = made.created_at + lifetime;
    co_return std::move(made);
}

// What both kinds ask of the address and of how many there are; ends the transaction when it refuses.
struct asked_limits {
    db::pending_rows open;
    db::pending_rows mails;
};
asked_limits ask_limits(const http::request_context& context, db::tenant_transaction& in,
                        const account_link& made) {
    const auto& with = context.parts.with;
    return {
        add_count_invitations(in, made.purpose, made.household),
        add_count_mail(in, tries_subject(with.http, context.tenant->handle.id(), made.email), with.identity)};
}

result<> check_limits(const asked_limits& asked, std::int64_t most) {
    const auto open = asked.open.rows().front().get<std::int64_t>(0);
    if (open >= most) return too_many(open);
    if (!read_counted(asked.mails.rows()).allowed) {
        refusal why = refuse(errc::too_many_requests);
        why.retry_after_seconds = 3600;
        return why;
    }
    return {};
}

task<std::optional<account>> find_inviter(db::tenant_transaction& in, const account_link& link) {
    const auto found = add_find_account(in, link.created_by.value());
    co_await in.run();
    auto read = read_account(found.rows());
    if (read && read->disabled_at) read.reset();
    co_return read;
}

void tell_of_account(db::tenant_transaction& in, account_id id, const new_account& made,
                     const std::optional<household_id>& household) {
    outbox::add_event(in, {outbox::event_kind::account_created,
                           id.value,
                           {{"account_id", to_string(id.value)}, {"role", to_text(made.acts_as)}}});
    audit::add_entry(in, actor{}, action::account_created, subject_of(id), {{"role", to_text(made.acts_as)}});
    if (!household) return;
    outbox::add_event(in,
                      {outbox::event_kind::household_joined,
                       household->value,
                       {{"household_id", to_string(household->value)}, {"account_id", to_string(id.value)}}});
    audit::add_entry(in, actor{}, action::account_household_joined, subject_of(id),
                     {{"household_id", to_string(household->value)}});
}

account_id make_account(db::tenant_transaction& in, const new_account& wanted,
                        const std::string& password_hash, const std::optional<household_id>& household) {
    const account_id id{make_uuid()};
    add_insert_account(in, id, wanted, password_hash, household);
    tell_of_account(in, id, wanted, household);
    return id;
}

task<result<>> accept_staff(db::tenant_transaction& in, account_link link, bool is_taken, new_account wanted,
                            std::string password_hash) {
    if (is_taken) co_return refuse(errc::email_taken);
    auto finding = find_inviter(in, link);
    const auto inviter = co_await finding;
    if (!inviter || !may_give(permissions_of(inviter->acts_as), *link.staff_role))
        co_return refuse(errc::link_not_valid);
    wanted.acts_as = *link.staff_role;
    const account_id id = make_account(in, wanted, password_hash, std::nullopt);
    if (link.events) {
        add_set_role(in, id, wanted.acts_as, true);
        add_set_events(in, id, *link.events);
    }
    co_return result<>{};
}

// Leaves the household that the person has so far, which must be empty, and goes away with it.
task<result<>> join(db::tenant_transaction& in, household_id into, account_id who) {
    const auto locked = add_lock_account(in, who);
    co_await in.run();
    const auto stored = read_stored_password(locked.rows());
    if (!stored || stored->person.disabled_at) co_return refuse(errc::link_not_valid);
    const account& person = stored->person;
    if (person.acts_as != role::guardian) co_return refuse(errc::email_taken);
    const household_id before = person.household.value();
    if (before == into) co_return refuse(errc::link_not_valid);
    add_lock_household(in, before);
    co_await in.run();
    const auto empty = add_find_empty_household(in, before, person.id);
    co_await in.run();
    if (empty.rows().empty()) co_return refuse(errc::household_not_empty);
    add_move_to_household(in, person.id, into);
    add_delete_household(in, before);
    add_forget_logins(in);
    if (!person.email_verified) add_verify_email(in, person.id, person.email);
    outbox::add_event(
        in, {outbox::event_kind::household_joined,
             into.value,
             {{"household_id", to_string(into.value)}, {"account_id", to_string(person.id.value)}}});
    audit::add_entry(in, actor{}, action::account_household_joined, subject_of(person.id),
                     {{"household_id", to_string(into.value)}});
    co_return result<>{};
}

task<result<>> accept_guardian(db::tenant_transaction& in, account_link link, std::optional<account> person,
                               new_account wanted, std::string password_hash) {
    auto finding = find_inviter(in, link);
    const auto inviter = co_await finding;
    if (!inviter || inviter->household != link.household) co_return refuse(errc::link_not_valid);
    if (person) {
        auto joining = join(in, *link.household, person->id);
        auto joined = co_await joining;
        co_return joined;
    }
    wanted.acts_as = role::guardian;
    make_account(in, wanted, password_hash, link.household);
    co_return result<>{};
}

} // namespace

task<result<account_link>> invite_staff(const http::request_context& context, staff_invitation wanted) {
    if (!may_give(context.acting.permissions(), wanted.acts_as)) co_return refuse(errc::forbidden);
    if (wanted.events && wanted.acts_as != role::staff)
        co_return refuse(errc::invalid_fields, "/events", "not_allowed", "limits staff only");
    account_link made{
        link_id{make_uuid()},    link_purpose::staff_invitation, std::nullopt, normalised_email(wanted.email),
        wanted.acts_as,          std::move(wanted.events),       {},           {},
        context.acting.account()};
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const auto taken = add_find_by_email(transaction, made.email);
    const auto events = transaction.add(count_events, made.events.value_or(std::vector<event_id>{}));
    const auto limits = ask_limits(context, transaction, made);
    co_await transaction.run();
    result<> allowed = check_limits(limits, context.parts.with.identity.invitations_per_tenant_max);
    if (made.events && events.rows().front().get<std::int64_t>(0) != std::ssize(*made.events))
        allowed = refuse(errc::invalid_fields, "/events", "not_found", "names an event that there is not");
    if (!taken.rows().empty()) allowed = refuse(errc::email_taken, "/email", "not_allowed", "has an account");
    if (!allowed) {
        co_await transaction.rollback();
        co_return allowed.error();
    }
    auto sending = send(context, transaction, std::move(made));
    auto sent = co_await sending;
    co_return sent;
}

task<result<account_link>> invite_guardian(const http::request_context& context, std::string email) {
    auto finding = context.parts.logins.find_account(*context.tenant, context.acting.account());
    const auto own = co_await finding;
    if (!own || !own->household) co_return refuse(errc::not_found);
    if (!own->email_verified) co_return refuse(errc::email_not_verified);
    account_link made{link_id{make_uuid()},
                      link_purpose::household_invitation,
                      std::nullopt,
                      normalised_email(email),
                      {},
                      {},
                      own->household,
                      {},
                      own->id};
    if (made.email == own->email)
        co_return refuse(errc::invalid_fields, "/email", "not_allowed", "is your own");
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const auto limits = ask_limits(context, transaction, made);
    co_await transaction.run();
    const auto allowed = check_limits(limits, context.parts.with.identity.invitations_per_household_max);
    if (!allowed) {
        co_await transaction.rollback();
        co_return allowed.error();
    }
    auto sending = send(context, transaction, std::move(made));
    auto sent = co_await sending;
    co_return sent;
}

task<result<>> revoke_invitation(const http::request_context& context, link_purpose what, link_id id) {
    std::optional<household_id> household;
    if (what == link_purpose::household_invitation) household = context.acting.household();
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    const auto revoked = add_revoke_invitation(transaction, what, household, id);
    audit::add_entry(transaction, context.acting, action::account_invitation_revoked, "",
                     {{"invitation_id", to_string(id.value)}});
    co_await transaction.run();
    if (revoked.rows().empty()) {
        co_await transaction.rollback();
        co_return refuse(errc::not_found);
    }
    co_await transaction.commit();
    co_return result<>{};
}

task<result<>> accept_invitation(db::tenant_transaction& in, account_link link, std::optional<account> person,
                                 new_account wanted, std::string password_hash) {
    if (link.purpose == link_purpose::staff_invitation)
        return accept_staff(in, std::move(link), person.has_value(), std::move(wanted),
                            std::move(password_hash));
    return accept_guardian(in, std::move(link), std::move(person), std::move(wanted),
                           std::move(password_hash));
}

} // namespace kidevent::identity
