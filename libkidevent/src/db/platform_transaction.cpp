#include "db/platform_transaction.hpp"

#include "db/leased_connection.hpp"

namespace kidevent::db {

task<platform_transaction> platform_transaction::begin(database& with) {
    auto acquiring = with.platform_pool().acquire();
    auto lease = co_await acquiring;
    co_return platform_transaction{with, std::make_unique<leased_connection>(std::move(lease))};
}

} // namespace kidevent::db
