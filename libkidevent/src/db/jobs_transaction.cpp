#include "db/jobs_transaction.hpp"

#include "db/leased_connection.hpp"

namespace kidevent::db {

task<jobs_transaction> jobs_transaction::begin(database& with) {
    auto acquiring = with.jobs_pool().acquire();
    auto lease = co_await acquiring;
    co_return jobs_transaction{with, std::make_unique<leased_connection>(std::move(lease))};
}

} // namespace kidevent::db
