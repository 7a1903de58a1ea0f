#include "isolation/catalog_lints.hpp"

#include "support/two_tenants.hpp"

namespace {
using namespace kidevent::tests;
}

BOOST_FIXTURE_TEST_SUITE(isolation_catalog, two_tenants)

BOOST_AUTO_TEST_CASE(the_migrated_schema_violates_no_lint) {
    for (const auto& violation : find_lint_violations(superuser))
        BOOST_ERROR(violation);
}

BOOST_AUTO_TEST_CASE(the_lints_see_every_table_of_the_tenants) {
    BOOST_TEST(tables.size() >= 8U);
    for (const auto& table : tables) {
        superuser.execute("alter table " + table.name + " no force row level security");
        BOOST_TEST(find_lint_violations(superuser).size() == 1U, table.name);
        superuser.execute("alter table " + table.name + " force row level security");
    }
}

BOOST_AUTO_TEST_SUITE_END()
