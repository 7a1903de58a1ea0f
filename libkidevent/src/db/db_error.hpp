#pragma once
// PostgreSQL said no, or could not be asked. Thrown; caught where a constraint's violation is an expected
// outcome, and otherwise in platform::handle, which answers without a word of it.

#include <stdexcept>
#include <string>
#include <string_view>

struct pg_result;

namespace kidevent::db {

class db_error : public std::runtime_error {
public:
    enum class kind {
        unavailable, // no connection, server starting or stopping, out of resources, queue full
        timeout,     // a statement, a lock or the wait for a connection took too long
        conflict,    // serialization failure or deadlock: the same again may work
        constraint,  // see constraint()
        capability,  // tenancy.enter refused: the tenant was suspended or its capability renewed
        statement,   // anything else: our own fault
    };

    db_error(kind what, const std::string& message, std::string sqlstate = {}, std::string constraint = {});
    // From the error result of a statement named `query_name`.
    static db_error from(const pg_result* failed, std::string_view query_name);

    kind what_kind() const noexcept { return kind_; }
    const std::string& sqlstate() const noexcept { return sqlstate_; }
    // The violated constraint's name; "" when the error is of another kind.
    const std::string& constraint() const noexcept { return constraint_; }

private:
    kind kind_;
    std::string sqlstate_;
    std::string constraint_;
};

} // namespace kidevent::db
