#pragma once
// The code under test, connected: a db::database on an event loop of its own, and the resolver that gives
// handles to its tenants. For tests only.

#include "db/database.hpp"
#include "support/loop_runner.hpp"
#include "tenancy/tenant_resolver.hpp"

#include <kidevent/settings.hpp>

namespace kidevent::tests {

class open_database {
public:
    // Throws what database::start() reports.
    explicit open_database(const database_settings& with);
    ~open_database();

    // Asks the database each time. Throws std::runtime_error when there is no such tenant.
    tenant_handle handle_of(const std::string& slug);

    template<class T> T run(task<T> work, std::chrono::milliseconds limit = std::chrono::seconds{20}) {
        return loop.run(std::move(work), limit);
    }

    loop_runner loop;
    db::database database;

private:
    http_settings http_;

public:
    tenancy::tenant_resolver resolver;
};

} // namespace kidevent::tests
