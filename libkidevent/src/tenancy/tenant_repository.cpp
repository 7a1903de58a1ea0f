#include "tenancy/tenant_repository.hpp"

namespace kidevent::tenancy {

namespace {

using db::connection_role;

const db::query find_by_slug{"tenants.find", R"sql(
    select id, slug, name, time_zone, locale, currency, plan, owner_email, branding, version, created_at,
        suspended_at,
           suspended_by, suspended_reason
    from tenancy.tenants where slug = $1 for update
)sql",
                             connection_role::platform};

const db::query list_by_slug{"tenants.list", R"sql(
    select id, slug, name, time_zone, locale, currency, plan, owner_email, branding, version, created_at,
        suspended_at,
           suspended_by, suspended_reason
    from tenancy.tenants where slug > $1 order by slug limit $2
)sql",
                             connection_role::platform};

const db::query insert_tenant{"tenants.insert", R"sql(
    insert into tenancy.tenants (id, slug, name, time_zone, locale, currency, plan, owner_email, branding)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
)sql",
                              connection_role::platform};

const db::query update_tenant{"tenants.update", R"sql(
    update tenancy.tenants set name = $2, time_zone = $3, locale = $4, currency = $5, plan = $6,
        owner_email = $7,
           branding = $8, version = version + 1, updated_at = now()
    where id = $1
)sql",
                              connection_role::platform};

const db::query suspend_tenant{"tenants.suspend", R"sql(
    update tenancy.tenants set suspended_at = now(), suspended_by = $2, suspended_reason = $3,
        version = version + 1,
           updated_at = now()
    where id = $1
)sql",
                               connection_role::platform};

const db::query resume_tenant{"tenants.resume", R"sql(
    update tenancy.tenants set suspended_at = null, suspended_by = null, suspended_reason = null,
        version = version + 1,
           updated_at = now()
    where id = $1
)sql",
                              connection_role::platform};

const db::query renew_capability{"tenants.renew_capability", "select tenancy.renew_capability($1)",
                                 connection_role::platform};
const db::query revoke_capability{"tenants.revoke_capability", "select tenancy.revoke_capability($1)",
                                  connection_role::platform};

const db::query insert_plan_given{"plan_changes.insert_given", R"sql(
    insert into tenancy.plan_changes (id, plan, slug, changed_by, before, after)
    values ($1, $2, $3, $4, to_json($5::text)::text, to_json($2::text)::text)
)sql",
                                  connection_role::platform};

tenant_record read_tenant(const db::row& from) {
    return {from.get<tenant_id>(0),
            {from.get<std::string>(1), from.get<std::string>(2), from.get<std::string>(3),
             from.get<std::string>(4), from.get<std::string>(5), from.get<std::string>(6),
             from.get<std::string>(7), from.get<std::string>(8)},
            from.get<int>(9),
            from.get<timestamp>(10),
            from.get<std::optional<timestamp>>(11),
            from.get<std::optional<std::string>>(12),
            from.get<std::optional<std::string>>(13)};
}

} // namespace

task<std::optional<tenant_record>> find_tenant(db::platform_transaction& in, std::string slug) {
    const auto found = in.add(find_by_slug, slug);
    co_await in.run();
    if (found.rows().empty()) co_return std::nullopt;
    co_return read_tenant(found.rows().front());
}

task<std::vector<tenant_record>> list_tenants(db::platform_transaction& in, std::string after_slug,
                                              int limit) {
    const auto found = in.add(list_by_slug, after_slug, limit);
    co_await in.run();
    std::vector<tenant_record> listed;
    for (const db::row each : found.rows())
        listed.push_back(read_tenant(each));
    co_return listed;
}

void add_insert_tenant(db::platform_transaction& in, tenant_id id, const tenant_descriptor& of) {
    in.add(insert_tenant, id, of.slug, of.name, of.time_zone, of.locale, of.currency, of.plan, of.owner_email,
           of.branding);
    in.add(renew_capability, id);
}

void add_update_tenant(db::platform_transaction& in, tenant_id id, const tenant_descriptor& of) {
    in.add(update_tenant, id, of.name, of.time_zone, of.locale, of.currency, of.plan, of.owner_email,
           of.branding);
}

void add_plan_given(db::platform_transaction& in, const std::string& slug,
                    const std::optional<std::string>& before, const std::string& plan,
                    const std::string& by) {
    in.add(insert_plan_given, make_uuid(), plan, slug, by, before);
}

void add_suspend_tenant(db::platform_transaction& in, tenant_id id, const std::string& by,
                        const std::string& reason) {
    in.add(suspend_tenant, id, by, reason);
    in.add(revoke_capability, id);
}

void add_resume_tenant(db::platform_transaction& in, tenant_id id) {
    in.add(resume_tenant, id);
    in.add(renew_capability, id);
}

} // namespace kidevent::tenancy
