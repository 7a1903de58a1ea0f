#pragma once
// Life of a tenant: create, change, suspend, resume. Called by the platform's endpoints and the command line.
// Every step can be repeated: a second run finds what the first one did and goes on from there.

#include "tenancy/author.hpp"
#include "tenancy/tenant_repository.hpp"

namespace kidevent::tenancy {

struct provisioned {
    tenant_record tenant;
    bool created; // false: it was there already
};

// `by`, the operator or admin, is kept with the plan that the tenant gets. Errors: invalid_fields (also a
// plan that does not exist), slug_taken.
task<result<tenant_record>> create_tenant(db::database& with, tenant_descriptor descriptor, author by);
// Creates the tenant, or gives an existing one the descriptor's values. Errors: invalid_fields.
task<result<provisioned>> apply_descriptor(db::database& with, tenant_descriptor descriptor, author by);
// Errors: not_found.
task<result<tenant_record>> get_tenant(db::database& with, std::string slug);
task<std::vector<tenant_record>> list_tenants_after(db::database& with, std::string slug, int limit);
// From the commit on PostgreSQL refuses the tenant's capability, whatever a worker remembers. Suspending a
// suspended tenant changes nothing. Errors: not_found.
task<result<tenant_record>> suspend_tenant(db::database& with, std::string slug, author by,
                                           std::string reason);
task<result<tenant_record>> resume_tenant(db::database& with, std::string slug, author by);

} // namespace kidevent::tenancy
