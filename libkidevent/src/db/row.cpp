#include "db/row.hpp"

#include <libpq-fe.h>

#include <charconv>
#include <cstring>
#include <stdexcept>

namespace kidevent::db {

namespace {

// Object identifiers of PostgreSQL's own types (src/include/catalog/pg_type.dat); they never change.
constexpr Oid oid_bool = 16, oid_bytea = 17, oid_int8 = 20, oid_int2 = 21, oid_int4 = 23, oid_text = 25,
              oid_varchar = 1043, oid_date = 1082, oid_timestamptz = 1184, oid_uuid = 2950, oid_name = 19,
              oid_json = 114;
constexpr std::chrono::sys_days postgres_epoch{std::chrono::year{2000} / 1 / 1};

[[noreturn]] void disagree(const PGresult* of, int column, const char* wanted) {
    throw std::logic_error(
        "column " + std::to_string(column) + " (" + (PQfname(of, column) ? PQfname(of, column) : "missing")
        + ", type oid " + std::to_string(PQftype(of, column)) + ") is null or cannot be read as " + wanted);
}

std::int64_t big_endian(const char* bytes, int length) noexcept {
    std::uint64_t value = (bytes[0] & 0x80) ? ~std::uint64_t{0} : 0;
    for (int i = 0; i < length; ++i)
        value = (value << 8) | static_cast<unsigned char>(bytes[i]);
    return static_cast<std::int64_t>(value);
}

} // namespace

bool row::is_null(int column) const noexcept { return PQgetisnull(of_, index_, column) == 1; }

bool row::read(int column, bool*) const {
    if (PQftype(of_, column) != oid_bool || is_null(column)) disagree(of_, column, "bool");
    return *PQgetvalue(of_, index_, column) != 0;
}

std::int64_t row::read(int column, std::int64_t*) const {
    const Oid type = PQftype(of_, column);
    if ((type != oid_int8 && type != oid_int4 && type != oid_int2) || is_null(column))
        disagree(of_, column, "integer");
    return big_endian(PQgetvalue(of_, index_, column), PQgetlength(of_, index_, column));
}

int row::read(int column, int*) const {
    const Oid type = PQftype(of_, column);
    if (type != oid_int4 && type != oid_int2) disagree(of_, column, "int");
    return static_cast<int>(get<std::int64_t>(column));
}

uuid row::read(int column, uuid*) const {
    if (PQftype(of_, column) != oid_uuid || is_null(column)) disagree(of_, column, "uuid");
    uuid id;
    std::memcpy(id.bytes.data(), PQgetvalue(of_, index_, column), id.bytes.size());
    return id;
}

std::string_view row::read(int column, std::string_view*) const {
    const Oid type = PQftype(of_, column);
    const bool textual =
        type == oid_text || type == oid_varchar || type == oid_bytea || type == oid_name || type == oid_json;
    if (!textual || is_null(column)) disagree(of_, column, "text");
    return {PQgetvalue(of_, index_, column), static_cast<std::size_t>(PQgetlength(of_, index_, column))};
}

timestamp row::read(int column, timestamp*) const {
    if (PQftype(of_, column) != oid_timestamptz || is_null(column)) disagree(of_, column, "timestamptz");
    return timestamp{postgres_epoch}
           + std::chrono::microseconds{big_endian(PQgetvalue(of_, index_, column), 8)};
}

std::chrono::sys_days row::read(int column, std::chrono::sys_days*) const {
    if (PQftype(of_, column) != oid_date || is_null(column)) disagree(of_, column, "date");
    return postgres_epoch + std::chrono::days{big_endian(PQgetvalue(of_, index_, column), 4)};
}

int result_set::size() const noexcept { return owned_ ? PQntuples(owned_.get()) : 0; }

std::int64_t result_set::rows_affected() const {
    const std::string_view text = owned_ ? PQcmdTuples(owned_.get()) : "";
    std::int64_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

void result_set::free_result::operator()(pg_result* result) const noexcept { PQclear(result); }

} // namespace kidevent::db
