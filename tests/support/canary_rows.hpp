#pragma once
// Rows that give themselves away: every tenant gets the same shape of rows in every table, and every text in
// them says whose it is, as CANARY-<tenant>-<table>-<column>-<row>. For tests only.

#include "support/tenant_catalog.hpp"

#include <string>
#include <vector>

namespace kidevent::tests {

struct seeded_tenant {
    std::string slug;
    std::string id;         // a UUID
    std::string capability; // bytea in hexadecimal text form
};

// Rows of one table and tenant. The last one has the same `id` at every tenant and null where null is
// allowed.
inline constexpr int canary_rows_max = 3;

// What stands in `column` of row `row` (from 1), as an SQL expression. The same at every call.
std::string canary_value(const std::vector<tenant_table>& tables, const tenant_table& table,
                         const tenant_column& column, const std::string& slug, int row);

// The UUID of the tenant that seed_tenant() makes.
std::string seeded_tenant_id(const std::string& slug);

// Provisions the tenant with a capability, and canaries in every table of `tables`.
seeded_tenant seed_tenant(sql_session& superuser, const std::vector<tenant_table>& tables,
                          const std::string& slug);

// The slugs whose canaries or ids occur in the text.
std::vector<std::string> list_tenants_in(const std::string& text);

} // namespace kidevent::tests
