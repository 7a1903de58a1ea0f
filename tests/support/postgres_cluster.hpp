#pragma once
// A throw-away PostgreSQL cluster: made by the first test that asks for it, reachable over a unix socket
// only, gone with everything in it when the executable ends, failed tests or not. For tests only.

#include "support/process.hpp"
#include "support/sql_session.hpp"
#include "support/temporary_directory.hpp"

#include <kidevent/settings.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kidevent::tests {

enum class shutdown_mode { smart, fast, immediate };

struct cluster_options {
    bool fsync = false;                                          // off: nothing here must survive a power cut
    std::vector<std::pair<std::string, std::string>> settings{}; // further lines of postgresql.conf
};

class postgres_cluster {
public:
    // Starts a server, creates the roles and migrates the database that others are copied from. As root the
    // server runs as the system user `kidevent`, who is created when missing. Throws std::runtime_error.
    explicit postgres_cluster(const cluster_options& with = {});
    ~postgres_cluster();
    postgres_cluster(const postgres_cluster&) = delete;
    postgres_cluster& operator=(const postgres_cluster&) = delete;

    // The cluster that the tests of one executable share.
    static postgres_cluster& shared();

    // A migrated database; `from` is copied and must have no connections. Replaces one of the same name.
    database_settings create_database(const std::string& name, const std::string& from = "kidevent_template");
    // An empty database with the roles' privileges, before the first migration.
    database_settings create_empty_database(const std::string& name);
    void drop_database(const std::string& name);
    database_settings settings_of(const std::string& name) const;

    sql_session superuser(const std::string& database) const;
    // `role` in full, e.g. "kidevent_app".
    sql_session as_role(const std::string& database, const std::string& role) const;

    void stop(shutdown_mode mode = shutdown_mode::fast);
    // Returns when the server answers.
    void start();
    void restart(shutdown_mode mode = shutdown_mode::fast) {
        stop(mode);
        start();
    }
    // The whole server holds still (SIGSTOP, SIGCONT): connections stay open and nobody answers.
    void freeze();
    void thaw();
    // Ends the backends of a database and says how many that were.
    int terminate_backends(const std::string& database);

    const std::filesystem::path& directory() const noexcept { return directory_.path(); }
    // The user that the server runs as; "" when it is the one of the tests.
    const std::string& user() const noexcept { return user_; }
    std::string server_log() const;

private:
    void configure(const cluster_options& with) const;
    void run_roles_script(const std::string& database) const;
    void signal_all(int number) const;

    std::string user_;
    temporary_directory directory_;
    std::optional<process> server_;
};

// The directory of the checkout that the tests were built from.
std::filesystem::path source_directory();

} // namespace kidevent::tests
