#include "commands/migrate_commands.hpp"

#include "invocation.hpp"
#include "listing.hpp"

#include "db/migration_runner.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace kidevent::cli {
namespace {

const char* state_of(const db::migration_status& migration) {
    if (migration.applied_at.empty()) return "pending";
    return migration.changed ? "changed" : "applied";
}

exit_code status(const invocation& call, bool check) {
    db::migration_runner runner(call.load_settings(config::needs::migrating).values.db);
    boost::json::array rows;
    bool differs = false;
    for (const auto& migration : runner.status()) {
        const bool pending = migration.applied_at.empty();
        differs = differs || pending || migration.changed;
        boost::json::value applied_at;
        if (!pending) applied_at = migration.applied_at;
        rows.push_back(boost::json::object{{"number", migration.number},
                                           {"name", migration.name},
                                           {"state", state_of(migration)},
                                           {"applied_at", applied_at}});
    }
    print_list(std::cout, {"name", "state", "applied_at"}, rows, call.json);
    return check && differs ? exit_code::difference : exit_code::ok;
}

exit_code up(const invocation& call) {
    db::migration_runner runner(call.load_settings(config::needs::migrating).values.db);
    const int applied =
        runner.up([](std::string_view name) { std::cerr << "applying " << name << std::endl; });
    print_item(std::cout, {{"applied", applied}}, call.json);
    return exit_code::ok;
}

} // namespace

void add_migrate_commands(CLI::App& app, invocation& call) {
    auto* const migrate = app.add_subcommand("migrate", "Bring the database's schema up to date");
    migrate->require_subcommand(1);

    auto* const listing =
        migrate->add_subcommand("status", "List the migrations and which of them are applied");
    const std::string check_about = "Exit with 3 when one is pending or was changed after it was applied";
    const auto* const check = listing->add_flag("--check", check_about);
    listing->callback(
        [&call, check] { call.run = [&call, checks = check->count() > 0] { return status(call, checks); }; });

    migrate->add_subcommand("up", "Apply what is pending; waits up to a minute for another run")
        ->callback([&call] { call.run = [&call] { return up(call); }; });
}

} // namespace kidevent::cli
