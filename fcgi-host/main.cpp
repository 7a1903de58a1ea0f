// kidevent-fcgi: the master of the FastCGI workers, and, started by it, a worker.
// Exit codes: 0 ended as asked, 64 wrong usage, 78 the settings cannot be used, 1 anything else.

#include "config/settings_file.hpp"
#include "core/core_dumps.hpp"
#include "supervisor.hpp"
#include "telemetry/log.hpp"
#include "worker.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace {

constexpr int exit_usage = 64;
constexpr int exit_config = 78;

// The path to start workers from. Links are kept as they are: a deployment may switch one and reload.
std::string absolute_program(const std::string& started_as) {
    namespace fs = std::filesystem;
    if (started_as.find('/') != std::string::npos) return fs::absolute(started_as).string();
    return fs::read_symlink("/proc/self/exe").string(); // found through PATH
}

// Each stream of changes takes a descriptor; the usual soft limit is 1024. Workers inherit it.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

int run_master(const std::string& program, const std::string& config) {
    raise_descriptor_limit();
    kidevent::host::supervisor master(program, config, [&config] {
        auto settings = kidevent::config::load_settings(config);
        kidevent::log::set_level(kidevent::log::parse_level(settings.log.level));
        if (settings.fastcgi.core_dumps == "on") kidevent::allow_core_dumps();
        return settings;
    });
    return master.run();
}

} // namespace

int main(int count, char** arguments) {
    kidevent::forbid_core_dumps(); // before any secret is read
    CLI::App app("The FastCGI workers of KidEvent.", "kidevent-fcgi");
    std::string config(kidevent::config::default_settings_path);
    bool worker = false;
    kidevent::host::worker_options options;
    app.add_option("--config", config, "The settings file (YAML)")->capture_default_str();
    const std::string internal; // not shown: only the master uses them
    app.add_flag("--worker", worker)->group(internal);
    app.add_option("--pool", options.seat.pool)->group(internal);
    app.add_option("--index", options.seat.index)->group(internal);
    app.add_option("--slot", options.slot)->group(internal);
    try {
        app.parse(count, arguments);
    } catch (const CLI::ParseError& failure) {
        return app.exit(failure) == 0 ? 0 : exit_usage;
    }
    try {
        config = std::filesystem::absolute(config).string();
        options.config_path = config;
        return worker ? kidevent::host::run_worker(options)
                      : run_master(absolute_program(arguments[0]), config);
    } catch (const kidevent::config::settings_error& failure) {
        kidevent::log::error(worker ? "worker cannot start" : "master cannot start",
                             {{"pid", ::getpid()}, {"reason", failure.what()}});
        return exit_config;
    } catch (const std::exception& failure) {
        kidevent::log::error(worker ? "worker cannot start" : "master cannot start",
                             {{"pid", ::getpid()}, {"reason", failure.what()}});
        return 1;
    }
}
