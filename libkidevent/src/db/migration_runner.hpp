#pragma once
// Brings the schema up to date: numbered SQL files, each applied once, in order, in a transaction of its own.
// Used by the command line and by the tests' clusters; never by a worker.

#include <kidevent/settings.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;

namespace kidevent::db {

struct migration {
    int number;
    std::string_view name; // e.g. "0001_tenancy"
    std::string_view sql;
};

// The files of sql/migrations, built into the library.
std::span<const migration> all_migrations();

struct migration_status {
    int number;
    std::string name;
    std::string applied_at; // RFC 3339; "" when it is pending
    bool changed;           // applied, but the text was another one then
};

class migration_runner {
public:
    // Connects as kidevent_migrator (blocking). Throws db_error when that fails.
    explicit migration_runner(const database_settings& with,
                              std::span<const migration> migrations = all_migrations());
    ~migration_runner();
    migration_runner(const migration_runner&) = delete;
    migration_runner& operator=(const migration_runner&) = delete;

    std::vector<migration_status> status();
    // Applies what is pending and returns how many that were; `progress` hears each name before it is
    // applied. Waits at most 60 s for another runner. Throws db_error with the migration's name; what was
    // applied before stays. Throws std::runtime_error when an applied migration's text has changed, or a
    // newer one is applied than is known.
    int up(const std::function<void(std::string_view name)>& progress);

private:
    void execute(const std::string& sql, std::string_view purpose);
    std::string value_of(const std::string& sql, std::string_view parameter, std::string_view purpose);
    void lock();
    void refuse_changed(const std::vector<migration_status>& known);
    void apply(const migration& next);
    void validate_constraints();

    std::unique_ptr<pg_conn, void (*)(pg_conn*)> server_;
    std::span<const migration> migrations_;
};

} // namespace kidevent::db
