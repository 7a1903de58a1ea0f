#pragma once
// An SQL statement with a name. Repositories define theirs as constants beside the code that uses them; every
// connection prepares all statements of its role when it opens, so a typo or a missing grant shows at start
// and in the tests.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kidevent::db {

// Who a connection is to PostgreSQL; see sql/roles.sql.
enum class connection_role { app, router, platform, jobs };

class query {
public:
    // `name` and `sql` must live as long as the program (string literals do). Registers itself.
    query(const char* name, const char* sql, connection_role role = connection_role::app);
    query(const query&) = delete;
    query& operator=(const query&) = delete;

    const char* name() const noexcept { return name_; } // e.g. "events.find"; unique
    const char* sql() const noexcept { return sql_; }
    connection_role role() const noexcept { return role_; }

    // All queries of the program that belong to the role, in order of name.
    static std::vector<const query*> all_of(connection_role role);

private:
    const char* name_;
    const char* sql_;
    connection_role role_;
    const query* next_;
};

} // namespace kidevent::db
