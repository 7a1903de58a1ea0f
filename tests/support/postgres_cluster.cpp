#include "support/postgres_cluster.hpp"

#include "db/migration_runner.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

namespace kidevent::tests {

namespace fs = std::filesystem;

namespace {

const std::string template_name = "kidevent_template";

// Where Debian puts the programs of a server; the newest major version wins.
fs::path find_programs() {
    fs::path newest;
    int newest_major = 0;
    for (const auto& each : fs::directory_iterator("/usr/lib/postgresql")) {
        const int major = std::atoi(each.path().filename().c_str());
        if (major <= newest_major || !fs::exists(each.path() / "bin/initdb")) continue;
        newest = each.path() / "bin";
        newest_major = major;
    }
    if (newest.empty()) throw std::runtime_error("PostgreSQL's server is not installed (postgresql-15)");
    return newest;
}

// PostgreSQL refuses to run as root.
std::string find_server_user() {
    if (geteuid() != 0) return "";
    if (getpwnam("kidevent") == nullptr)
        run_program({{"useradd", "--system", "--user-group", "--home-dir", "/var/lib/kidevent-dev",
                      "--no-create-home", "--shell", "/usr/sbin/nologin", "kidevent"}});
    return "kidevent";
}

std::string text_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

fs::path source_directory() {
    if (const char* given = std::getenv("KIDEVENT_SOURCE_DIR")) return given;
    return fs::path(__FILE__).parent_path().parent_path().parent_path();
}

postgres_cluster::postgres_cluster(const cluster_options& with)
    : user_(find_server_user()), directory_(user_) {
    // The C locale of UTF-8 and no sync: half a second instead of several.
    run_program({{(find_programs() / "initdb").string(), "--no-sync", "--username=postgres", "--auth=trust",
                  "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata=" + (directory_ / "data").string()},
                 {},
                 user_,
                 directory_.path().string()});
    configure(with);
    start();
    create_empty_database(template_name);
    db::migration_runner{settings_of(template_name)}.up(nullptr);
}

postgres_cluster::~postgres_cluster() {
    try {
        signal_all(SIGCONT);
        stop(shutdown_mode::immediate);
    } catch (const std::exception&) {
        server_.reset(); // killed
    }
}

postgres_cluster& postgres_cluster::shared() {
    static postgres_cluster cluster;
    return cluster;
}

void postgres_cluster::configure(const cluster_options& with) const {
    std::ofstream out(directory_ / "data/postgresql.conf", std::ios::app);
    out << "listen_addresses = ''\nunix_socket_directories = '" << directory_.path().string() << "'\n"
        << "max_connections = 100\nshared_buffers = 64MB\nautovacuum = off\nmax_wal_size = 256MB\n"
        << "log_parameter_max_length = 0\nlog_parameter_max_length_on_error = 0\n"
        << "timezone = 'UTC'\nlog_timezone = 'UTC'\n";
    if (!with.fsync) out << "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n";
    for (const auto& [name, value] : with.settings)
        out << name << " = '" << value << "'\n";
    if (!out.flush()) throw std::runtime_error("cannot write postgresql.conf");
}

void postgres_cluster::start() {
    // SIGQUIT is an immediate shutdown: nothing is left running when the tests crash.
    server_.emplace(
        process_options{{(find_programs() / "postgres").string(), "-D", (directory_ / "data").string()},
                        {},
                        user_,
                        directory_.path().string(),
                        (directory_ / "server.log").string(),
                        SIGQUIT});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    for (;;) {
        try {
            superuser("postgres");
            return;
        } catch (const sql_error& refused) {
            if (!server_->is_running() || std::chrono::steady_clock::now() > deadline)
                throw std::runtime_error(std::string("PostgreSQL does not start: ") + refused.what() + "\n"
                                         + server_log());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
}

void postgres_cluster::stop(shutdown_mode mode) {
    if (!server_) return;
    server_->signal(mode == shutdown_mode::smart ? SIGTERM : mode == shutdown_mode::fast ? SIGINT : SIGQUIT);
    server_->wait();
    server_.reset();
}

void postgres_cluster::signal_all(int number) const {
    if (!server_) return;
    // The backends are children of the postmaster, each in a process group of its own.
    const auto pid = std::to_string(server_->pid());
    std::ifstream children("/proc/" + pid + "/task/" + pid + "/children");
    std::vector<pid_t> all{server_->pid()};
    for (pid_t child = 0; children >> child;)
        all.push_back(child);
    for (const pid_t each : all)
        kill(each, number);
}

void postgres_cluster::freeze() { signal_all(SIGSTOP); }
void postgres_cluster::thaw() { signal_all(SIGCONT); }

void postgres_cluster::run_roles_script(const std::string& database) const {
    std::vector<std::string> arguments{(find_programs() / "psql").string(),
                                       "--no-psqlrc",
                                       "--quiet",
                                       "--host=" + directory_.path().string(),
                                       "--username=postgres",
                                       "--dbname=postgres",
                                       "--set=database=" + database};
    for (const char* role : {"app", "router", "platform", "migrator", "jobs", "backup"})
        arguments.push_back("--set=" + std::string(role) + "_password=test");
    arguments.push_back("--file=" + (source_directory() / "sql/roles.sql").string());
    run_program({arguments});
}

database_settings postgres_cluster::create_empty_database(const std::string& name) {
    drop_database(name);
    run_roles_script(name);
    return settings_of(name);
}

database_settings postgres_cluster::create_database(const std::string& name, const std::string& from) {
    drop_database(name);
    auto server = superuser("postgres");
    server.execute("create database " + name + " template " + from + " owner kidevent_owner");
    // A copy has the objects, but not the privileges and settings of the database itself.
    server.execute("revoke all on database " + name + " from public");
    server.execute("grant connect on database " + name
                   + " to kidevent_migrator, kidevent_app, kidevent_router, kidevent_jobs, kidevent_platform,"
                     " kidevent_backup");
    return settings_of(name);
}

void postgres_cluster::drop_database(const std::string& name) {
    superuser("postgres").execute("drop database if exists " + name + " with (force)");
}

database_settings postgres_cluster::settings_of(const std::string& name) const {
    database_settings with;
    with.host = directory_.path().string();
    with.name = name;
    return with;
}

sql_session postgres_cluster::superuser(const std::string& database) const {
    return {settings_of(database), "postgres"};
}

sql_session postgres_cluster::as_role(const std::string& database, const std::string& role) const {
    return {settings_of(database), role};
}

int postgres_cluster::terminate_backends(const std::string& database) {
    return std::stoi(
        superuser("postgres")
            .value("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = $1",
                   {database}));
}

std::string postgres_cluster::server_log() const { return text_of(directory_ / "server.log"); }

} // namespace kidevent::tests
