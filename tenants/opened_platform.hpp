#pragma once
// A platform of this call's settings that is connected to the database, for the commands that need one.

#include "command_error.hpp"
#include "invocation.hpp"

#include "services.hpp"

namespace kidevent::cli {

class opened_platform {
public:
    // Throws what platform::start() throws, and config::settings_error.
    explicit opened_platform(const invocation& call);

    services& parts() noexcept { return platform_.parts(); }
    // Runs the task to its end.
    template<class T> T wait_for(task<T> work) { return parts().block_on(std::move(work)); }

    // The organisation with this slug, entered. Throws command_error: unknown 4, suspended 5.
    tenancy::tenant_ptr get_tenant(const std::string& slug);

private:
    platform platform_;
};

// "there is no organisation 'x'"; exit code 4.
command_error unknown_organisation(const std::string& slug);

} // namespace kidevent::cli
