#include "tenancy/provisioning.hpp"

#include "audit/audit_log.hpp"
#include "db/db_error.hpp"
#include "outbox/outbox.hpp"

namespace kidevent::tenancy {

namespace {

task<result<tenant_record>> read_and_commit(db::platform_transaction& in, std::string slug) {
    const auto written = co_await find_tenant(in, std::move(slug));
    co_await in.commit();
    if (!written) co_return refuse(errc::not_found);
    co_return *written;
}

// Into the organisation's audit log, which its owners read, and to whoever listens for events.
void tell(db::platform_transaction& in, const author& by, outbox::event_kind what, audit::action deed,
          tenant_id about, boost::json::object details = {}) {
    outbox::new_event happened{what, about.value, {}};
    happened.data["tenant_id"] = to_string(about.value);
    outbox::add_operator_event(in, about, happened);
    audit::add_operator_entry(in, by.who, about, deed, audit::subject_of("tenants", about.value),
                              std::move(details));
}

void add_new_tenant(db::platform_transaction& in, const author& by, const tenant_descriptor& descriptor) {
    const tenant_id id{make_uuid()};
    add_insert_tenant(in, id, descriptor);
    tell(in, by, outbox::event_kind::tenant_created, audit::action::tenant_created, id,
         {{"plan", descriptor.plan}});
}

result<> check(const tenant_descriptor& descriptor) {
    auto faults = find_faults(descriptor);
    if (faults.empty()) return {};
    refusal why = refuse(errc::invalid_fields);
    why.fields = std::move(faults);
    return why;
}

refusal no_such_plan() {
    return refuse(errc::invalid_fields, "/plan", "not_found", "is no plan of this installation");
}

} // namespace

task<result<tenant_record>> create_tenant(db::database& with, tenant_descriptor descriptor, author by) {
    const auto checked = check(descriptor);
    if (!checked) co_return checked.error();
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto existing = co_await find_tenant(transaction, descriptor.slug);
    if (existing) {
        co_await transaction.rollback();
        co_return refuse(errc::slug_taken, "/slug", "not_allowed", "is taken by another organisation");
    }
    add_new_tenant(transaction, by, descriptor);
    add_plan_given(transaction, descriptor.slug, std::nullopt, descriptor.plan, by.name);
    try {
        auto reading = read_and_commit(transaction, descriptor.slug);
        auto written = co_await reading;
        co_return written;
    } catch (const db::db_error& failed) {
        if (failed.constraint() == "tenants_plan") co_return no_such_plan();
        // Two operators at once: the other one was first.
        if (failed.constraint() != "tenants_slug_key") throw;
    }
    co_return refuse(errc::slug_taken, "/slug", "not_allowed", "is taken by another organisation");
}

task<result<provisioned>> apply_descriptor(db::database& with, tenant_descriptor descriptor, author by) {
    const auto checked = check(descriptor);
    if (!checked) co_return checked.error();
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto existing = co_await find_tenant(transaction, descriptor.slug);
    if (existing) {
        add_update_tenant(transaction, existing->id, descriptor);
        tell(transaction, by, outbox::event_kind::tenant_updated, audit::action::tenant_updated, existing->id,
             {{"plan", descriptor.plan}});
    } else {
        add_new_tenant(transaction, by, descriptor);
    }
    std::optional<std::string> plan_before;
    if (existing) plan_before = existing->descriptor.plan;
    if (plan_before != descriptor.plan)
        add_plan_given(transaction, descriptor.slug, plan_before, descriptor.plan, by.name);
    try {
        auto reading = read_and_commit(transaction, descriptor.slug);
        auto written = co_await reading;
        if (!written) co_return written.error();
        co_return provisioned{std::move(*written), !existing.has_value()};
    } catch (const db::db_error& failed) {
        if (failed.constraint() != "tenants_plan") throw;
    }
    co_return no_such_plan();
}

task<result<tenant_record>> get_tenant(db::database& with, std::string slug) {
    auto transaction = co_await db::platform_transaction::begin(with);
    auto reading = read_and_commit(transaction, std::move(slug));
    auto found = co_await reading;
    co_return found;
}

task<std::vector<tenant_record>> list_tenants_after(db::database& with, std::string slug, int limit) {
    auto transaction = co_await db::platform_transaction::begin(with);
    auto listed = co_await list_tenants(transaction, std::move(slug), limit);
    co_await transaction.commit();
    co_return listed;
}

task<result<tenant_record>> suspend_tenant(db::database& with, std::string slug, author by,
                                           std::string reason) {
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto existing = co_await find_tenant(transaction, slug);
    if (existing && !existing->suspended_at) {
        add_suspend_tenant(transaction, existing->id, by.name, reason);
        tell(transaction, by, outbox::event_kind::tenant_suspended, audit::action::tenant_suspended,
             existing->id);
    }
    // Answers that are remembered ask no database, which would refuse: they must be forgotten.
    if (existing) transaction.changes(existing->id, "");
    auto reading = read_and_commit(transaction, slug);
    auto written = co_await reading;
    co_return written;
}

task<result<tenant_record>> resume_tenant(db::database& with, std::string slug, author by) {
    auto transaction = co_await db::platform_transaction::begin(with);
    const auto existing = co_await find_tenant(transaction, slug);
    if (existing && existing->suspended_at) {
        add_resume_tenant(transaction, existing->id);
        tell(transaction, by, outbox::event_kind::tenant_resumed, audit::action::tenant_resumed,
             existing->id);
    }
    auto reading = read_and_commit(transaction, slug);
    auto written = co_await reading;
    co_return written;
}

} // namespace kidevent::tenancy
