#pragma once
// The rows of tenancy.tenants, under the platform role.

#include "db/platform_transaction.hpp"
#include "tenancy/tenant_descriptor.hpp"

#include "core/clock.hpp"

#include <optional>
#include <vector>

namespace kidevent::tenancy {

struct tenant_record {
    tenant_id id;
    tenant_descriptor descriptor;
    int version;
    timestamp created_at;
    std::optional<timestamp> suspended_at;
    std::optional<std::string> suspended_by;
    std::optional<std::string> suspended_reason;
};

task<std::optional<tenant_record>> find_tenant(db::platform_transaction& in, std::string slug);
// By slug, after `after_slug`.
task<std::vector<tenant_record>> list_tenants(db::platform_transaction& in, std::string after_slug,
                                              int limit);
// Writes with the next run() or commit(): the row, and a capability to enter it.
void add_insert_tenant(db::platform_transaction& in, tenant_id id, const tenant_descriptor& descriptor);
void add_update_tenant(db::platform_transaction& in, tenant_id id, const tenant_descriptor& descriptor);
// Keeps that the tenant got the plan; `before` is none for a new tenant.
void add_plan_given(db::platform_transaction& in, const std::string& slug,
                    const std::optional<std::string>& before, const std::string& plan, const std::string& by);
void add_suspend_tenant(db::platform_transaction& in, tenant_id id, const std::string& by,
                        const std::string& reason);
void add_resume_tenant(db::platform_transaction& in, tenant_id id);

} // namespace kidevent::tenancy
