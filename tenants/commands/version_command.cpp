#include "commands/version_command.hpp"

#include "invocation.hpp"
#include "listing.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace kidevent::cli {
namespace {

exit_code print_version(const invocation& call) {
    if (call.json) {
        print_item(std::cout,
                   {{"name", "kidevent"}, {"version", KIDEVENT_VERSION}, {"compiler", __VERSION__}}, true);
    } else {
        std::cout << "kidevent " KIDEVENT_VERSION "\n";
    }
    return exit_code::ok;
}

} // namespace

void add_version_command(CLI::App& app, invocation& call) {
    app.add_subcommand("version", "Print the version")->callback([&call] {
        call.run = [&call] { return print_version(call); };
    });
}

} // namespace kidevent::cli
