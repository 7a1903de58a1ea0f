#include "commands/config_commands.hpp"

#include "invocation.hpp"
#include "listing.hpp"

#include "config/settings_reference.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace kidevent::cli {
namespace {

std::string source_of(const invocation& call) { return call.settings_path().value_or("environment"); }

exit_code check(const invocation& call, bool for_migration) {
    call.load_settings(for_migration ? config::needs::migrating : config::needs::serving);
    print_item(std::cout, {{"settings", source_of(call)}, {"valid", true}}, call.json);
    return exit_code::ok;
}

exit_code show(const invocation& call, bool with_origin) {
    boost::json::array rows;
    for (const auto& printed : config::list_settings(call.load_settings(config::needs::nothing))) {
        rows.push_back(boost::json::object{{"key", printed.key},
                                           {"value", printed.value},
                                           {"origin", printed.origin},
                                           {"secret", printed.secret}});
    }
    std::vector<std::string> columns{"key", "value"};
    if (with_origin) columns.emplace_back("origin");
    print_list(std::cout, columns, rows, call.json);
    return exit_code::ok;
}

exit_code reference() {
    std::cout << config::settings_reference();
    return exit_code::ok;
}

} // namespace

void add_config_commands(CLI::App& app, invocation& call) {
    auto* const config = app.add_subcommand("config", "Check and print the settings");
    config->require_subcommand(1);

    // Descriptions of flags have names, because this version of CLI11 takes a literal for a variable to store
    // into.
    auto* const checking =
        config->add_subcommand("check", "Read the settings and say what is wrong with them");
    const std::string migrating_about = "Check what `kidevent migrate` needs instead of what serving needs";
    const auto* const migrating = checking->add_flag("--for-migrate", migrating_about);
    checking->callback([&call, migrating] {
        call.run = [&call, for_migration = migrating->count() > 0] { return check(call, for_migration); };
    });

    auto* const showing = config->add_subcommand("show", "Print every setting; secrets are masked");
    const std::string origin_about = "Also print where each value came from";
    const auto* const origin = showing->add_flag("--origin", origin_about);
    showing->callback([&call, origin] {
        call.run = [&call, with_origin = origin->count() > 0] { return show(call, with_origin); };
    });

    config->add_subcommand("reference", "Print the reference of all settings as Markdown")->callback([&call] {
        call.run = reference;
    });
}

} // namespace kidevent::cli
