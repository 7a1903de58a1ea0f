#include "db/db_error.hpp"

#include <libpq-fe.h>

namespace kidevent::db {

namespace {

std::string field(const PGresult* failed, int code) {
    const char* text = PQresultErrorField(failed, code);
    return text ? text : "";
}

db_error::kind kind_of(std::string_view sqlstate) noexcept {
    using kind = db_error::kind;
    if (sqlstate == "KE001") return kind::capability;
    if (sqlstate == "40001" || sqlstate == "40P01") return kind::conflict;
    if (sqlstate == "57014" || sqlstate == "55P03" || sqlstate == "25P03") return kind::timeout;
    if (sqlstate.starts_with("23")) return kind::constraint;
    // 08 connection, 53 resources, 57P operator intervention, 58 system, 25006 a standby took the place of
    // the primary
    if (sqlstate.empty() || sqlstate.starts_with("08") || sqlstate.starts_with("53")
        || sqlstate.starts_with("57P") || sqlstate.starts_with("58"))
        return kind::unavailable;
    return kind::statement;
}

} // namespace

db_error::db_error(kind what, const std::string& message, std::string sqlstate, std::string constraint)
    : std::runtime_error(message),
      kind_(what),
      sqlstate_(std::move(sqlstate)),
      constraint_(std::move(constraint)) {}

db_error db_error::from(const pg_result* failed, std::string_view query_name) {
    std::string state = field(failed, PG_DIAG_SQLSTATE);
    const kind what = kind_of(state);
    // The primary message only: DETAIL may hold values of the row.
    const std::string message =
        std::string(query_name) + ": " + field(failed, PG_DIAG_MESSAGE_PRIMARY) + " (" + state + ")";
    return db_error{what, message, std::move(state), field(failed, PG_DIAG_CONSTRAINT_NAME)};
}

} // namespace kidevent::db
