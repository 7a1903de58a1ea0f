#include "commands/nginx_command.hpp"

#include "command_error.hpp"
#include "input_file.hpp"
#include "invocation.hpp"

#include "nginx_configuration.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>
#include <memory>
#include <thread>

namespace kidevent::cli {
namespace {

constexpr std::size_t outline_bytes_max = 1048576;

// Where an installed program finds what was installed with it.
std::string default_conf_directory() {
    namespace fs = std::filesystem;
    return (fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "share/kidevent/nginx").string();
}

// Anything else would have to be quoted, and nginx does not read quotes everywhere.
void require_plain(const std::string& option, const std::string& value) {
    const bool is_plain = value.find_first_of(" \t\r\n;{}\"'\\$#") == std::string::npos;
    if (!is_plain)
        throw command_error(exit_code::bad_data,
                            option + " must have no blanks, quotes, braces, semicolons or $: " + value);
}

exit_code print(const invocation& call, nginx_surroundings at) {
    const auto with = call.load_settings(config::needs::nothing).values;
    if (at.conf_directory.empty()) at.conf_directory = default_conf_directory();
    if (at.root.empty()) at.root = at.conf_directory + "/root";
    if (at.access_log.empty())
        at.access_log = at.log_directory + "/nginx-access.log kidevent buffer=16k flush=1s";
    at.processors = static_cast<std::int64_t>(std::thread::hardware_concurrency());
    for (const auto& [option, value] : {std::pair{"--user", at.user},
                                        {"--workers", at.workers},
                                        {"--run-dir", at.run_directory},
                                        {"--log-dir", at.log_directory},
                                        {"--conf-dir", at.conf_directory},
                                        {"--root", at.root},
                                        {"--listen", at.listen},
                                        {"--listen-tls", at.listen_tls},
                                        {"--certificate", at.certificate},
                                        {"--certificate-key", at.certificate_key},
                                        {"fastcgi.socket_directory", with.fastcgi.socket_directory}})
        require_plain(option, value);
    if (at.certificate.empty() != at.certificate_key.empty())
        throw command_error(exit_code::bad_data, "--certificate and --certificate-key go together");
    if (!at.certificate.empty() && with.http.scheme != "https")
        throw command_error(exit_code::bad_data, "a certificate needs http.scheme: https");
    const auto outline = read_input_file(at.conf_directory + "/kidevent.conf.in", outline_bytes_max);
    std::cout << nginx_configuration(outline, with, at);
    return exit_code::ok;
}

} // namespace

void add_nginx_command(CLI::App& app, invocation& call) {
    const auto at = std::make_shared<nginx_surroundings>();
    at->run_directory = "/run/kidevent/nginx";
    at->log_directory = "/var/log/nginx";
    at->listen = "80";
    at->access_log = "";
    auto* const printing =
        app.add_subcommand("nginx-conf", "Print the configuration of nginx for the pools of workers");
    printing->add_option("--listen", at->listen, "Address and port (80)");
    printing->add_option("--listen-tls", at->listen_tls,
                         "Address and port for TLS, which --certificate switches on (443)");
    printing->add_option("--certificate", at->certificate,
                         "Certificate of *.BASE_DOMAIN with its chain (PEM, an absolute path)");
    printing->add_option("--certificate-key", at->certificate_key, "Its key (PEM, an absolute path)");
    printing->add_option("--conf-dir", at->conf_directory,
                         "Where kidevent.conf.in and the files beside it are");
    printing->add_option("--root", at->root, "The web application's files (root in --conf-dir)");
    printing->add_option(
        "--run-dir", at->run_directory,
        "Of nginx.pid, and tmp/ for temporary files, which must exist (/run/kidevent/nginx)");
    printing->add_option("--log-dir", at->log_directory,
                         "Of nginx-error.log and nginx-access.log (/var/log/nginx)");
    printing->add_option("--access-log", at->access_log, "A file and its options, or off");
    printing->add_option("--user", at->user, "User that nginx becomes when root starts it");
    printing->add_option("--workers", at->workers, "Processes of nginx (auto)");
    printing->callback([&call, at] { call.run = [&call, at] { return print(call, *at); }; });
}

} // namespace kidevent::cli
