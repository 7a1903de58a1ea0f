#include "db/tenant_transaction.hpp"

#include "db/enter.hpp"
#include "db/leased_connection.hpp"

namespace kidevent::db {

tenant_transaction::tenant_transaction(database& with, std::unique_ptr<leased_connection> held,
                                       const tenant_handle& tenant)
    : transaction(with, std::move(held), tenant.id()) {
    add(enter_tenant, tenant.capability());
}

task<tenant_transaction> tenant_transaction::begin(database& with, const tenant_handle& tenant) {
    auto acquiring = with.app_pool().acquire();
    auto lease = co_await acquiring;
    co_return tenant_transaction{with, std::make_unique<leased_connection>(std::move(lease)), tenant};
}

} // namespace kidevent::db
