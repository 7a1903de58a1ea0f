#include "support/open_database.hpp"

#include "tenancy/tenant.hpp"

namespace kidevent::tests {

open_database::open_database(const database_settings& with)
    : database(loop.loop(), with), resolver(database, http_) {
    bool started = false;
    std::exception_ptr failed;
    database.start([&](std::exception_ptr failure) {
        started = true;
        failed = failure;
    });
    if (!loop.run_until([&started] { return started; }))
        throw std::runtime_error("the database did not start in time");
    if (failed) std::rethrow_exception(failed);
}

open_database::~open_database() {
    database.close();
    // What the connections posted holds them alive.
    loop.run_for(std::chrono::milliseconds{20});
}

tenant_handle open_database::handle_of(const std::string& slug) {
    resolver.forget(slug);
    const auto found = loop.run(resolver.resolve_slug(slug));
    if (!found) throw std::runtime_error("no tenant answers as '" + slug + "'");
    return (*found)->handle;
}

} // namespace kidevent::tests
