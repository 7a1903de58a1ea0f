#include "command_line.hpp"

#include "command_error.hpp"
#include "commands/account_commands.hpp"
#include "commands/admin_commands.hpp"
#include "commands/api_commands.hpp"
#include "commands/apply_command.hpp"
#include "commands/audit_commands.hpp"
#include "commands/config_commands.hpp"
#include "commands/event_commands.hpp"
#include "commands/job_commands.hpp"
#include "commands/key_commands.hpp"
#include "commands/migrate_commands.hpp"
#include "commands/nginx_command.hpp"
#include "commands/notification_commands.hpp"
#include "commands/outbox_commands.hpp"
#include "commands/plan_commands.hpp"
#include "commands/tenant_commands.hpp"
#include "commands/version_command.hpp"
#include "invocation.hpp"
#include "stray_word.hpp"

#include "config/settings_error.hpp"
#include "db/db_error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>

namespace kidevent::cli {
namespace {

constexpr auto footer = R"(Examples:
  kidevent tenant create museum --name "City Museum" --owner-email owner@museum.example
  kidevent event import --tenant museum summer.ics --publish
  kidevent --config ./kidevent.yaml migrate status --json

Exit codes: 0 done, 1 failed, 2 usage, 3 a check found a difference, 4 not found, 5 conflict,
65 bad data, 69 a service is down, 75 try again, 77 no permission, 78 bad settings.)";

// Messages of libpq have several lines.
std::string one_line(const std::string& text) {
    std::string line;
    bool gap = false;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
        if (!space && gap && !line.empty()) line += ' ';
        if (!space) line += c;
        gap = space;
    }
    return line;
}

int report(exit_code code, const std::string& error, const std::string& hint = {}) {
    std::cerr << "error: " << one_line(error) << '\n';
    if (!hint.empty()) std::cerr << "hint: " << hint << '\n';
    return static_cast<int>(code);
}

int report(const command_error& failure) {
    for (std::size_t i = 0; i + 1 < failure.errors().size(); ++i)
        std::cerr << "error: " << one_line(failure.errors()[i]) << '\n';
    return report(failure.code(), failure.errors().back(), failure.hint());
}

int report_settings(const config::settings_error& failure) {
    for (const auto& problem : failure.problems())
        std::cerr << "error: " << problem << '\n';
    std::cerr << "hint: `kidevent config reference` lists every setting\n";
    return static_cast<int>(exit_code::bad_settings);
}

int report_database(const db::db_error& failure) {
    using kind = db::db_error::kind;
    switch (failure.what_kind()) {
    case kind::unavailable:
        return report(exit_code::unavailable, failure.what(),
                      "`kidevent config show --origin` tells where db.* points");
    case kind::timeout:
    case kind::conflict:
        return report(exit_code::try_again, failure.what(), "the same command may work a moment later");
    case kind::constraint: return report(exit_code::conflict, failure.what());
    case kind::capability:
    case kind::statement: break;
    }
    // A table, column or function that is not there.
    if (failure.sqlstate().starts_with("42") || failure.sqlstate().starts_with("3F"))
        return report(exit_code::failure, failure.what(),
                      "`kidevent migrate status` tells whether the schema is up to date");
    return report(exit_code::failure, failure.what());
}

void add_commands(CLI::App& app, invocation& call) {
    app.require_subcommand(1);
    app.fallthrough(); // global options are accepted after the command as well
    app.add_option("--config", call.config_path,
                   "Settings file (default: KIDEVENT_CONFIG, else /etc/kidevent/kidevent.yaml)")
        ->type_name("FILE");
    app.add_flag("--json", call.json, "Print JSON on standard output");
    add_config_commands(app, call);
    add_migrate_commands(app, call);
    add_tenant_commands(app, call);
    add_apply_command(app, call);
    add_plan_commands(app, call);
    add_account_commands(app, call);
    add_admin_commands(app, call);
    add_key_commands(app, call);
    add_event_commands(app, call);
    add_job_commands(app, call);
    add_outbox_commands(app, call);
    add_notification_commands(app, call);
    add_deployment_commands(app, call);
    add_audit_commands(app, call);
    add_permissions_command(app, call);
    add_api_commands(app, call);
    add_nginx_command(app, call);
    add_version_command(app, call);
    app.footer(footer); // last, because a command takes over the footer that stands when it is added
}

// The innermost command that the words name.
const CLI::App& innermost(const CLI::App& app) {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : innermost(*chosen.front());
}

int report_usage(const CLI::App& app, const std::vector<std::string>& words, const CLI::ParseError& failure) {
    if (const auto stray = find_stray_word(app, words)) {
        const std::string help = "`" + stray->command + " --help` lists what there is";
        const std::string hint = stray->nearest ? "did you mean " + *stray->nearest + "? " + help : help;
        return report(exit_code::usage,
                      (stray->is_option ? "unknown option " : "unknown command ") + stray->word, hint);
    }
    const auto& command = innermost(app);
    std::string name = command.get_name();
    for (const auto* outer = command.get_parent(); outer != nullptr; outer = outer->get_parent()) {
        name = outer->get_name() + " " + name;
    }
    const bool has_inner = !command.get_subcommands([](const CLI::App*) { return true; }).empty();
    const bool incomplete =
        has_inner && failure.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError);
    const std::string error = incomplete ? "a command is missing after " + name : failure.what();
    return report(exit_code::usage, error, "`" + name + " --help` lists what there is");
}

int run(const std::vector<std::string>& words) {
    invocation call;
    CLI::App app("Administers a KidEvent installation.", "kidevent");
    add_commands(app, call);
    try {
        // CLI11 takes the words from the end.
        app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::Success& asked) { // --help
        return app.exit(asked, std::cout, std::cerr);
    } catch (const CLI::ParseError& failure) {
        return report_usage(app, words, failure);
    }
    const auto code = call.run();
    std::cout.flush();
    if (!std::cout) return report(exit_code::failure, "cannot write to standard output");
    return static_cast<int>(code);
}

} // namespace

int run_command_line(const std::vector<std::string>& words) noexcept {
    try {
        return run(words);
    } catch (const config::settings_error& failure) {
        return report_settings(failure);
    } catch (const db::db_error& failure) {
        return report_database(failure);
    } catch (const command_error& failure) {
        return report(failure);
    } catch (const std::exception& failure) {
        return report(exit_code::failure, failure.what());
    }
}

} // namespace kidevent::cli
