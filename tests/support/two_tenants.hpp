#pragma once
// A fixture: a database of its own in which tenants alpha, beta and gamma have rows of the same shape in
// every table. For tests only.

#include "support/canary_rows.hpp"
#include "support/postgres_cluster.hpp"

namespace kidevent::tests {

// A copy of the migrated database in which exactly these tenants live. The first call with a set of tenants
// seeds it, later ones copy.
database_settings create_seeded_database(const std::string& name, const std::vector<std::string>& slugs);

// What seed_tenant() made of the tenant, read back from the database.
seeded_tenant read_tenant(sql_session& superuser, const std::string& slug);

class two_tenants {
public:
    two_tenants();

    postgres_cluster& cluster;
    database_settings settings;
    sql_session superuser;
    seeded_tenant alpha;
    seeded_tenant beta;
    seeded_tenant gamma;
    std::vector<tenant_table> tables;

    sql_session as_role(const std::string& role) const { return cluster.as_role(settings.name, role); }
};

} // namespace kidevent::tests
