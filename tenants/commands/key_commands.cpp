#include "commands/key_commands.hpp"

#include "invocation.hpp"
#include "listing.hpp"
#include "opened_platform.hpp"
#include "refused.hpp"

#include "identity/sealed_fields.hpp"
#include "tenancy/provisioning.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace kidevent::cli {
namespace {

constexpr int page_size = 500;

// Suspended organisations cannot be entered, so theirs are left: the old key stays until they go on.
struct outcome {
    identity::resealed fields;
    int left_out = 0;
};

outcome reseal_all(opened_platform& with) {
    services& parts = with.parts();
    outcome done{with.wait_for(identity::reseal_platform(parts.database, parts.sealing))};
    std::string after;
    for (bool more = true; more;) {
        const auto page = with.wait_for(tenancy::list_tenants_after(parts.database, after, page_size));
        for (const auto& each : page) {
            const auto at = with.wait_for(parts.tenants.resolve_slug(each.descriptor.slug));
            if (at)
                done.fields += with.wait_for(identity::reseal_tenant(parts.database, parts.sealing, *at));
            else
                ++done.left_out;
        }
        more = page.size() == page_size;
        if (more) after = page.back().descriptor.slug;
    }
    return done;
}

exit_code reseal(const invocation& call) {
    opened_platform with{call};
    if (!with.parts().sealing.has_key())
        throw refused(refuse(errc::encryption_not_configured), "keys", "set security.encryption_keys");
    const outcome done = reseal_all(with);
    print_item(std::cout,
               {{"resealed", done.fields.done},
                {"current", done.fields.current},
                {"unopened", done.fields.unopened},
                {"organisations_left_out", done.left_out}},
               call.json);
    if (done.fields.unopened > 0)
        throw command_error{exit_code::bad_data,
                            {std::to_string(done.fields.unopened)
                             + " fields were sealed with a key that is not in security.encryption_keys"},
                            "add the key again, at the end of the list"};
    return exit_code::ok;
}

} // namespace

void add_key_commands(CLI::App& app, invocation& call) {
    auto* const keys = app.add_subcommand("keys", "The keys that fields are sealed with");
    keys->require_subcommand(1);
    auto* const command = keys->add_subcommand(
        "reseal", "Seal with the first of security.encryption_keys what older ones sealed");
    command->callback([&call] { call.run = [&call] { return reseal(call); }; });
}

} // namespace kidevent::cli
