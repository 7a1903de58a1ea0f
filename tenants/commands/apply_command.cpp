#include "commands/apply_command.hpp"

#include "descriptor_file.hpp"
#include "invocation.hpp"
#include "listing.hpp"
#include "operator_name.hpp"
#include "owner_account.hpp"
#include "refused.hpp"

#include "tenancy/provisioning.hpp"

#include <boost/json/parse.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <map>
#include <memory>

namespace kidevent::cli {
namespace {

using tenancy::tenant_descriptor;

bool are_equal(const tenant_descriptor& a, const tenant_descriptor& b) {
    return a.slug == b.slug && a.name == b.name && a.time_zone == b.time_zone && a.locale == b.locale
           && a.currency == b.currency && a.plan == b.plan && a.owner_email == b.owner_email
           && boost::json::parse(a.branding) == boost::json::parse(b.branding);
}

// Every file is read before the first organisation is touched.
std::vector<tenant_descriptor> read_files(const std::vector<std::string>& paths) {
    std::vector<tenant_descriptor> read;
    std::vector<std::string> errors;
    std::map<std::string, std::string> files; // by slug
    for (const std::string& path : paths) {
        try {
            read.push_back(read_descriptor_file(path));
        } catch (const command_error& failure) {
            if (failure.code() != exit_code::bad_data) throw;
            errors.insert(errors.end(), failure.errors().begin(), failure.errors().end());
            continue;
        }
        const auto [first, is_new] = files.emplace(read.back().slug, path);
        if (!is_new) errors.push_back(path + ": slug: " + first->second + " describes the same organisation");
    }
    if (!errors.empty()) throw command_error{exit_code::bad_data, std::move(errors), "nothing was applied"};
    return read;
}

std::string apply_one(opened_platform& with, const tenant_descriptor& wanted) {
    const auto existing = with.wait_for(tenancy::get_tenant(with.parts().database, wanted.slug));
    const bool unchanged = existing && are_equal(existing->descriptor, wanted);
    if (!unchanged)
        required(with.wait_for(tenancy::apply_descriptor(with.parts().database, wanted,
                                                         tenancy::operator_of(operator_name()))),
                 wanted.slug);
    with.parts().tenants.forget(wanted.slug);
    if (existing && existing->suspended_at)
        std::cerr << "note: " << wanted.slug << " is suspended; its owner's account was not looked at\n";
    else
        ensure_owner(with, with.get_tenant(wanted.slug), wanted.owner_email);
    if (!existing) return "created";
    return unchanged ? "unchanged" : "changed";
}

exit_code apply_files(const invocation& call, const std::vector<std::string>& paths) {
    const auto descriptors = read_files(paths);
    opened_platform with{call};
    boost::json::array rows;
    for (const tenant_descriptor& each : descriptors) {
        const std::string outcome = apply_one(with, each);
        rows.push_back(boost::json::object{{"slug", each.slug},
                                           {"outcome", outcome},
                                           {"origin", with.parts().tenants.origin_of(each.slug)}});
    }
    print_list(std::cout, {"slug", "outcome", "origin"}, rows, call.json);
    return exit_code::ok;
}

} // namespace

void add_apply_command(CLI::App& app, invocation& call) {
    auto* const command =
        app.add_subcommand("apply", "Create organisations, or change them to what descriptor files say");
    const auto paths = std::make_shared<std::vector<std::string>>();
    command->add_option("files", *paths, "Descriptors in YAML")->required()->type_name("FILE.yaml");
    command->callback([&call, paths] { call.run = [&call, paths] { return apply_files(call, *paths); }; });
}

} // namespace kidevent::cli
