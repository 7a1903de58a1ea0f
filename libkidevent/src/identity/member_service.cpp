#include "identity/member_service.hpp"

#include "audit/audit_log.hpp"
#include "identity/account_link_repository.hpp"
#include "identity/login_repository.hpp"
#include "identity/member_rules.hpp"
#include "outbox/outbox.hpp"
#include "tenancy/tenant.hpp"

namespace kidevent::identity {

namespace {

using audit::action;

std::string subject_of(account_id of) { return audit::subject_of("accounts", of.value); }

// Somebody who is to be changed, locked; all who do so lock the owners first, so that two owners cannot
// unmake each other at the same time.
struct member {
    account person;
    bool is_last_owner;
};
task<std::optional<member>> lock_member(db::tenant_transaction& in, account_id id) {
    const auto owners = add_lock_owners(in);
    const auto found = add_lock_account(in, id);
    co_await in.run();
    auto stored = read_stored_password(found.rows());
    if (!stored) co_return std::nullopt;
    const bool is_last = owners.rows().size() == 1 && owners.rows().front().get<account_id>(0) == id;
    co_return member{std::move(stored->person), is_last};
}

void tell(db::tenant_transaction& in, account_id of, role acts_as, bool disabled) {
    outbox::add_event(in, {outbox::event_kind::account_updated,
                           of.value,
                           {{"account_id", to_string(of.value)},
                            {"role", to_text(acts_as)},
                            {"state", disabled ? "disabled" : "active"}}});
}

// What the person will be, or why not.
result<rights_change> check_rights(const actor& by, const member& whose, rights_change wanted) {
    const account& person = whose.person;
    const role after = wanted.acts_as.value_or(person.acts_as);
    if (person.acts_as == role::guardian)
        return refuse(errc::invalid_fields, "/role", "not_allowed", "is a guardian's account");
    if (!may_give(by.permissions(), person.acts_as) || !may_give(by.permissions(), after))
        return refuse(errc::forbidden);
    if (whose.is_last_owner && after != role::owner) return refuse(errc::last_owner);
    const bool limits = wanted.events && *wanted.events;
    if (limits && after != role::staff)
        return refuse(errc::invalid_fields, "/events", "not_allowed", "limits staff only");
    if (after != role::staff) wanted.events.emplace(std::nullopt);
    if (!wanted.events) wanted.events.emplace(person.events);
    wanted.acts_as = after;
    return wanted;
}

void note_rights(db::tenant_transaction& in, const actor& by, const account& before, role after,
                 bool events_changed) {
    if (after != before.acts_as)
        audit::add_entry(in, by, action::account_role_changed, subject_of(before.id),
                         {{"before", to_text(before.acts_as)}, {"after", to_text(after)}});
    if (events_changed) audit::add_entry(in, by, action::account_limits_changed, subject_of(before.id));
}

task<result<>> apply_rights(const http::request_context& context, db::tenant_transaction& in, account_id of,
                            rights_change wanted) {
    auto locking = lock_member(in, of);
    const auto whose = co_await locking;
    if (!whose) co_return refuse(errc::not_found);
    const bool changes_events = wanted.events.has_value();
    const auto checked = check_rights(context.acting, *whose, std::move(wanted));
    if (!checked) co_return checked.error();
    const auto& events = *checked->events;
    add_set_role(in, of, *checked->acts_as, events.has_value());
    const auto set = add_set_events(in, of, events.value_or(std::vector<event_id>{}));
    co_await in.run();
    if (events && set.rows().size() != std::ssize(*events))
        co_return refuse(errc::invalid_fields, "/events", "not_found",
                         "names an event that there is not, or one twice");
    note_rights(in, context.acting, whose->person, *checked->acts_as, changes_events);
    tell(in, of, *checked->acts_as, whose->person.disabled_at.has_value());
    co_return result<>{};
}

task<result<>> apply_disabled(const http::request_context& context, db::tenant_transaction& in, account_id of,
                              bool disabled) {
    auto locking = lock_member(in, of);
    const auto whose = co_await locking;
    if (!whose) co_return refuse(errc::not_found);
    const account& person = whose->person;
    if (person.acts_as != role::guardian && !may_give(context.acting.permissions(), person.acts_as))
        co_return refuse(errc::forbidden);
    if (disabled && whose->is_last_owner) co_return refuse(errc::last_owner);
    if (disabled == person.disabled_at.has_value()) co_return result<>{};
    add_set_disabled(in, of, disabled);
    if (disabled) {
        add_delete_other_logins(in, of, std::nullopt);
        add_revoke_links(in, of);
    }
    audit::add_entry(in, context.acting, disabled ? action::account_disabled : action::account_enabled,
                     subject_of(of));
    tell(in, of, person.acts_as, disabled);
    co_return result<>{};
}

// Ends the transaction, one way or the other.
task<result<account>> finish(db::tenant_transaction& in, account_id of, result<> applied) {
    if (!applied) {
        co_await in.rollback();
        co_return applied.error();
    }
    add_forget_logins(in);
    const auto written = add_find_account(in, of);
    co_await in.commit();
    co_return read_account(written.rows()).value();
}

} // namespace

task<result<account>> change_rights(const http::request_context& context, account_id of,
                                    rights_change wanted) {
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto applying = apply_rights(context, transaction, of, std::move(wanted));
    auto applied = co_await applying;
    auto finishing = finish(transaction, of, std::move(applied));
    auto finished = co_await finishing;
    co_return finished;
}

task<result<account>> set_disabled(const http::request_context& context, account_id of, bool disabled) {
    auto transaction = co_await db::tenant_transaction::begin(context.parts.database, context.tenant->handle);
    auto applying = apply_disabled(context, transaction, of, disabled);
    auto applied = co_await applying;
    auto finishing = finish(transaction, of, std::move(applied));
    auto finished = co_await finishing;
    co_return finished;
}

} // namespace kidevent::identity
