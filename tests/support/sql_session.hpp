#pragma once
// A blocking connection to PostgreSQL for what a test itself wants to know or arrange, as any role. The code
// under test never uses it.

#include <kidevent/settings.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

struct pg_conn;

namespace kidevent::tests {

using sql_row = std::vector<std::optional<std::string>>; // text form; nullopt: null

class sql_error : public std::runtime_error {
public:
    sql_error(const std::string& message, std::string sqlstate)
        : std::runtime_error(message), sqlstate_(std::move(sqlstate)) {}
    const std::string& sqlstate() const noexcept { return sqlstate_; }

private:
    std::string sqlstate_;
};

// What a statement did, errors included.
struct sql_outcome {
    std::string sqlstate; // "" when it succeeded
    std::string message;  // of the error, with DETAIL
    std::vector<sql_row> rows;
    std::string affected; // rows that it touched, as PostgreSQL says it

    bool operator==(const sql_outcome& other) const {
        return sqlstate == other.sqlstate && rows == other.rows && affected == other.affected;
    }
};

class sql_session {
public:
    // Throws sql_error when it cannot connect.
    sql_session(const database_settings& with, const std::string& user);
    ~sql_session();
    sql_session(sql_session&&) noexcept;
    sql_session& operator=(sql_session&&) noexcept;

    // One statement with parameters, in the extended protocol. Throws sql_error.
    std::vector<sql_row> rows(const std::string& sql, const std::vector<std::string>& values = {});
    // The first column of the first row; "" for null or no row.
    std::string value(const std::string& sql, const std::vector<std::string>& values = {});
    // The same without throwing.
    sql_outcome attempt(const std::string& sql, const std::vector<std::string>& values = {});
    // COPY .. TO STDOUT: its lines. COPY .. FROM STDIN is ended without a line.
    sql_outcome attempt_copy(const std::string& sql);
    // Any number of statements without parameters. Throws sql_error.
    void execute(const std::string& script);

    int backend_pid() const;
    pg_conn* raw() const noexcept { return server_.get(); }

private:
    struct close_connection {
        void operator()(pg_conn* open) const noexcept;
    };
    std::unique_ptr<pg_conn, close_connection> server_;
};

} // namespace kidevent::tests
