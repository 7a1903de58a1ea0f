#include "opened_platform.hpp"

#include "refused.hpp"

namespace kidevent::cli {

opened_platform::opened_platform(const invocation& call)
    : platform_(call.load_settings(config::needs::serving).values) {
    platform_.start();
}

tenancy::tenant_ptr opened_platform::get_tenant(const std::string& slug) {
    auto found = wait_for(parts().tenants.resolve_slug(slug));
    if (found) return *found;
    if (found.error().code == errc::unknown_host) throw unknown_organisation(slug);
    throw refused(found.error(), slug, "`kidevent tenant resume " + slug + "` lets it go on");
}

command_error unknown_organisation(const std::string& slug) {
    return command_error{exit_code::not_found, "there is no organisation '" + slug + "'",
                         "`kidevent tenant list` lists them"};
}

} // namespace kidevent::cli
