#include "commands/account_commands.hpp"

#include "descriptor_fields.hpp"
#include "invocation.hpp"
#include "listing.hpp"
#include "owner_account.hpp"
#include "password_input.hpp"
#include "refused.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace kidevent::cli {
namespace {

struct given_account {
    std::string tenant, role, email, given_name, family_name;
};

exit_code create_user(const invocation& call, const given_account& given) {
    const std::string password = read_password(std::cin);
    opened_platform with{call};
    const auto at = with.get_tenant(given.tenant);
    identity::new_account wanted{identity::normalised_email(given.email), password,
                                 parse_account_role(given.role).value(), given.given_name, given.family_name};
    complete_names(wanted, *at);
    require_no_faults(find_schema_faults("NewAccount", {{"email", wanted.email},
                                                        {"password", wanted.password},
                                                        {"given_name", wanted.given_name},
                                                        {"family_name", wanted.family_name}}));
    const auto made = required(with.wait_for(with.parts().logins.create_account(*at, wanted)), wanted.email);
    print_item(std::cout,
               {{"id", to_string(made.id.value)},
                {"tenant", at->slug},
                {"email", made.email},
                {"role", to_text(made.acts_as)},
                {"given_name", made.given_name},
                {"family_name", made.family_name}},
               call.json);
    return exit_code::ok;
}

} // namespace

void add_account_commands(CLI::App& app, invocation& call) {
    const auto given = std::make_shared<given_account>();
    auto* const users = app.add_subcommand("user", "Create accounts of an organisation");
    users->require_subcommand(1);
    auto* const user =
        users->add_subcommand("create", "Create an account, or give one that has no password its first one");
    user->add_option("--tenant", given->tenant, "Slug of the organisation")->required()->type_name("SLUG");
    user->add_option("--role", given->role, "guardian, staff, manager or owner")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>{"guardian", "staff", "manager", "owner"}));
    user->add_option("--email", given->email, "Address to sign in with")->required();
    user->add_option("--given-name", given->given_name, "Given name (default: from the address)");
    user->add_option("--family-name", given->family_name, "Family name (default: the organisation's name)");
    add_password_option(*user, true);
    user->callback([&call, given] { call.run = [&call, given] { return create_user(call, *given); }; });
}

} // namespace kidevent::cli
