#include "support/sql_session.hpp"

#include <libpq-fe.h>

namespace kidevent::tests {

namespace {

struct clear_result {
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using owned_result = std::unique_ptr<PGresult, clear_result>;

std::string field(const PGresult* failed, int code) {
    const char* text = PQresultErrorField(failed, code);
    return text ? text : "";
}

std::vector<sql_row> rows_of(const PGresult* result) {
    std::vector<sql_row> all;
    for (int i = 0; i < PQntuples(result); ++i) {
        sql_row& one = all.emplace_back();
        for (int column = 0; column < PQnfields(result); ++column) {
            if (PQgetisnull(result, i, column))
                one.emplace_back();
            else
                one.emplace_back(PQgetvalue(result, i, column));
        }
    }
    return all;
}

sql_outcome outcome_of(PGresult* result, PGconn* server) {
    const auto status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)
        return {"", "", rows_of(result), PQcmdTuples(result)};
    std::string state = field(result, PG_DIAG_SQLSTATE);
    std::string message = field(result, PG_DIAG_MESSAGE_PRIMARY);
    if (message.empty()) message = PQerrorMessage(server);
    if (const auto detail = field(result, PG_DIAG_MESSAGE_DETAIL); !detail.empty())
        message += " [" + detail + "]";
    return {state.empty() ? "08006" : state, message, {}, ""};
}

void require(const sql_outcome& done, const std::string& sql) {
    if (done.sqlstate.empty()) return;
    throw sql_error(done.message + " (" + done.sqlstate + ") in: " + sql.substr(0, 400), done.sqlstate);
}

} // namespace

void sql_session::close_connection::operator()(pg_conn* open) const noexcept { PQfinish(open); }

sql_session::sql_session(const database_settings& with, const std::string& user) {
    const std::string port = std::to_string(with.port);
    const char* names[] = {"host", "port", "dbname", "user", "options", "client_encoding", nullptr};
    // Who waits longer waits for a transaction of the test's own thread.
    const char* const session = "-c timezone=UTC -c lock_timeout=8s";
    const char* values[] = {
        with.host.c_str(), port.c_str(), with.name.c_str(), user.c_str(), session, "UTF8", nullptr};
    server_.reset(PQconnectdbParams(names, values, 0));
    if (PQstatus(server_.get()) != CONNECTION_OK) throw sql_error(PQerrorMessage(server_.get()), "08001");
    PQsetNoticeProcessor(
        server_.get(), [](void*, const char*) {}, nullptr);
}

sql_session::~sql_session() = default;
sql_session::sql_session(sql_session&&) noexcept = default;
sql_session& sql_session::operator=(sql_session&&) noexcept = default;

sql_outcome sql_session::attempt(const std::string& sql, const std::vector<std::string>& values) {
    std::vector<const char*> pointers;
    for (const auto& each : values)
        pointers.push_back(each.c_str());
    const owned_result done{PQexecParams(server_.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                                         pointers.data(), nullptr, nullptr, 0)};
    return outcome_of(done.get(), server_.get());
}

std::vector<sql_row> sql_session::rows(const std::string& sql, const std::vector<std::string>& values) {
    auto done = attempt(sql, values);
    require(done, sql);
    return std::move(done.rows);
}

std::string sql_session::value(const std::string& sql, const std::vector<std::string>& values) {
    const auto found = rows(sql, values);
    return found.empty() || found.front().empty() ? "" : found.front().front().value_or("");
}

sql_outcome sql_session::attempt_copy(const std::string& sql) {
    owned_result done{PQexecParams(server_.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0)};
    if (PQresultStatus(done.get()) == PGRES_COPY_IN) {
        PQputCopyEnd(server_.get(), "nothing to copy");
        while (owned_result{PQgetResult(server_.get())} != nullptr) {
        }
        return {"", "", {}, "COPY FROM was accepted"};
    }
    if (PQresultStatus(done.get()) != PGRES_COPY_OUT) return outcome_of(done.get(), server_.get());
    sql_outcome copied;
    char* line = nullptr;
    int length = 0;
    while ((length = PQgetCopyData(server_.get(), &line, 0)) > 0) {
        copied.rows.push_back({std::string(line, static_cast<std::size_t>(length))});
        PQfreemem(line);
    }
    while ((done = owned_result{PQgetResult(server_.get())}) != nullptr) {
        const auto ended = outcome_of(done.get(), server_.get());
        if (!ended.sqlstate.empty()) return ended;
        copied.affected = ended.affected;
    }
    return copied;
}

void sql_session::execute(const std::string& script) {
    const owned_result done{PQexec(server_.get(), script.c_str())};
    require(outcome_of(done.get(), server_.get()), script);
}

int sql_session::backend_pid() const { return PQbackendPID(server_.get()); }

} // namespace kidevent::tests
