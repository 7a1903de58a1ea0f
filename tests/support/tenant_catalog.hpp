#pragma once
// The tables that belong to tenants, as PostgreSQL's catalog knows them, so that a table added by a later
// migration is covered by the tests of isolation without a word. For tests only.

#include "support/sql_session.hpp"

#include <string>
#include <vector>

namespace kidevent::tests {

struct tenant_column {
    std::string name;
    std::string type; // as format_type() writes it
    bool not_null;
    std::string references_table; // of the foreign key (tenant_id, this column); "" when there is none
    std::string references_column;
};

struct tenant_table {
    std::string name; // in schema public
    std::vector<tenant_column> columns;
    std::vector<std::string> key; // the primary key without tenant_id

    const tenant_column& column(const std::string& wanted) const;
};

// Every table of schema public that has a tenant_id; a table comes after those that it references.
std::vector<tenant_table> list_tenant_tables(sql_session& superuser);

} // namespace kidevent::tests
