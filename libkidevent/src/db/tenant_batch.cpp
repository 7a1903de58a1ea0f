#include "db/tenant_batch.hpp"

#include "db/enter.hpp"

namespace kidevent::db {

tenant_batch::tenant_batch(database& with, const tenant_handle& tenant)
    : with_(with), batch_(std::make_shared<batch>()) {
    batch_->of = tenant.id();
    batch_->statements.reserve(4);
    batch_->statements.push_back({&enter_tenant, params{tenant.capability()}, {}});
}

} // namespace kidevent::db
