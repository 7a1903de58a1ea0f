#include "db/migration_runner.hpp"

#include "db/db_error.hpp"
#include "db/transport_security.hpp"

#include <libpq-fe.h>

#include <thread>

namespace kidevent::db {

namespace {

// Any constant: the same for every runner of every version.
constexpr std::string_view lock_key = "7203154129";
constexpr int attempts_max = 5;

struct clear_result {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using owned_result = std::unique_ptr<PGresult, clear_result>;

// Kept by the runner itself, because it must exist before the first migration.
constexpr const char* create_history = R"sql(
    set role kidevent_owner;
    create table if not exists public.schema_migrations (
        number     integer     primary key,
        name       text        not null,
        checksum   text        not null,
        applied_at timestamptz not null default now()
    );
    grant select on public.schema_migrations to kidevent_app;
    reset role;
)sql";

constexpr const char* list_applied = R"sql(
    select number::text, name, checksum, to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    from public.schema_migrations order by number
)sql";

constexpr const char* list_unvalidated = R"sql(
    select format('alter table %s validate constraint %I', conrelid::regclass, conname)
    from pg_constraint where not convalidated and contype in ('f', 'c')
)sql";

} // namespace

migration_runner::migration_runner(const database_settings& with, std::span<const migration> migrations)
    : server_(nullptr, [](pg_conn* open) { PQfinish(open); }), migrations_(migrations) {
    const std::string port = std::to_string(with.port);
    const std::string timeout =
        std::to_string(std::max<std::int64_t>(1, with.connect_timeout.count() / 1000));
    std::vector<const char*> names{
        "host", "port", "dbname", "user", "password", "connect_timeout", "application_name"};
    std::vector<const char*> values{with.host.c_str(),
                                    port.c_str(),
                                    with.name.c_str(),
                                    "kidevent_migrator",
                                    with.migrator_password.c_str(),
                                    timeout.c_str(),
                                    "kidevent migrate"};
    const auto security = transport_security(with);
    for (const auto& [name, value] : security) {
        names.push_back(name.c_str());
        values.push_back(value.c_str());
    }
    names.push_back(nullptr);
    values.push_back(nullptr);
    server_.reset(PQconnectdbParams(names.data(), values.data(), 0));
    if (!server_ || PQstatus(server_.get()) != CONNECTION_OK)
        throw db_error{db_error::kind::unavailable,
                       server_ ? PQerrorMessage(server_.get()) : "out of memory"};
    PQsetNoticeProcessor(
        server_.get(), [](void*, const char*) {}, nullptr);
    // A migration that cannot have its lock gives up and comes again, instead of making all traffic queue
    // behind it.
    execute("set lock_timeout = '2s'; set statement_timeout = '1h'; set timezone = 'UTC'",
            "connection set-up");
}

migration_runner::~migration_runner() = default;

// A migration is many statements in one text, which only the simple protocol takes.
void migration_runner::execute(const std::string& sql, std::string_view purpose) {
    const owned_result done{PQexec(server_.get(), sql.c_str())};
    const auto status = PQresultStatus(done.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) throw db_error::from(done.get(), purpose);
}

std::string migration_runner::value_of(const std::string& sql, std::string_view parameter,
                                       std::string_view purpose) {
    const std::string text{parameter};
    const char* values[] = {text.c_str()};
    const owned_result done{
        PQexecParams(server_.get(), sql.c_str(), 1, nullptr, values, nullptr, nullptr, 0)};
    if (PQresultStatus(done.get()) != PGRES_TUPLES_OK) throw db_error::from(done.get(), purpose);
    return PQntuples(done.get()) == 0 ? "" : PQgetvalue(done.get(), 0, 0);
}

std::vector<migration_status> migration_runner::status() {
    execute(create_history, "migration history");
    const owned_result applied{PQexec(server_.get(), list_applied)};
    if (PQresultStatus(applied.get()) != PGRES_TUPLES_OK)
        throw db_error::from(applied.get(), "migration history");
    std::vector<migration_status> found;
    const auto text = [&applied](int row, int column) { return PQgetvalue(applied.get(), row, column); };
    for (const migration& each : migrations_) {
        migration_status one{each.number, std::string{each.name}, "", false};
        for (int i = 0; i < PQntuples(applied.get()); ++i) {
            if (std::stoi(text(i, 0)) != each.number) continue;
            one.applied_at = text(i, 3);
            one.changed =
                value_of("select encode(sha256(convert_to($1, 'UTF8')), 'hex')", each.sql, "checksum")
                != text(i, 2);
        }
        found.push_back(std::move(one));
    }
    for (int i = 0; i < PQntuples(applied.get()); ++i) {
        const int number = std::stoi(text(i, 0));
        const bool known = std::any_of(migrations_.begin(), migrations_.end(),
                                       [number](const migration& each) { return each.number == number; });
        if (!known)
            throw std::runtime_error(std::string("the database has migration ") + text(i, 1)
                                     + ", which this version does not know: it is older than the schema");
    }
    return found;
}

void migration_runner::lock() {
    for (int seconds = 0; seconds < 60; ++seconds) {
        if (value_of("select pg_try_advisory_lock($1::bigint)::text", lock_key, "migration lock") == "true")
            return;
        std::this_thread::sleep_for(std::chrono::seconds{1});
    }
    throw db_error{db_error::kind::timeout, "another migration has been running for 60 s"};
}

void migration_runner::refuse_changed(const std::vector<migration_status>& known) {
    for (const migration_status& each : known)
        if (each.changed)
            throw std::runtime_error("migration " + each.name
                                     + " was applied with another text: add a new migration instead");
}

void migration_runner::apply(const migration& next) {
    execute("begin; set local role kidevent_owner", next.name);
    execute(std::string{next.sql}, next.name);
    const std::string number = std::to_string(next.number);
    const std::string name{next.name};
    const std::string sql{next.sql};
    const char* values[] = {number.c_str(), name.c_str(), sql.c_str()};
    const owned_result done{PQexecParams(server_.get(),
                                         "insert into public.schema_migrations (number, name, checksum) "
                                         "values ($1, $2, encode(sha256(convert_to($3, 'UTF8')), 'hex'))",
                                         3, nullptr, values, nullptr, nullptr, 0)};
    if (PQresultStatus(done.get()) != PGRES_COMMAND_OK) throw db_error::from(done.get(), next.name);
    execute("commit", next.name);
}

// As the migrator and not as the owner: under FORCE ROW LEVEL SECURITY the owner sees no row, and a foreign
// key over orphans would pass in silence. Migrations add constraints to existing tables as NOT VALID.
void migration_runner::validate_constraints() {
    const owned_result found{PQexec(server_.get(), list_unvalidated)};
    if (PQresultStatus(found.get()) != PGRES_TUPLES_OK)
        throw db_error::from(found.get(), "unvalidated constraints");
    for (int i = 0; i < PQntuples(found.get()); ++i)
        execute(PQgetvalue(found.get(), i, 0), "constraint validation");
}

int migration_runner::up(const std::function<void(std::string_view name)>& progress) {
    lock();
    const auto known = status();
    refuse_changed(known);
    int applied = 0;
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (!known[i].applied_at.empty()) continue;
        if (progress) progress(known[i].name);
        for (int attempt = 1;; ++attempt) {
            try {
                apply(migrations_[i]);
                break;
            } catch (const db_error& failed) {
                execute("rollback", "rollback");
                if (failed.sqlstate() != "55P03" || attempt == attempts_max) throw;
            }
            std::this_thread::sleep_for(std::chrono::seconds{attempt});
        }
        ++applied;
    }
    // Also when nothing was pending: a validation that failed last time is tried again.
    validate_constraints();
    return applied;
}

} // namespace kidevent::db
