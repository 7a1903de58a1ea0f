#include "isolation/tenant_behaviour.hpp"

#include "isolation/capability_behaviour.hpp"

namespace {

using namespace kidevent::tests;

void expect_none(const std::vector<std::string>& violations) {
    std::size_t shown = 0;
    for (const auto& violation : violations)
        if (++shown <= 20) BOOST_ERROR(violation.substr(0, 600));
    BOOST_TEST(violations.empty(), violations.size() << " violations");
}

const std::string read_events = "select title from events order by title";

} // namespace

BOOST_FIXTURE_TEST_SUITE(isolation_behaviour, two_tenants)

BOOST_AUTO_TEST_CASE(every_table_answers_every_statement_as_if_the_tenant_were_alone) {
    const behaviour_oracle oracle;
    BOOST_TEST(oracle.size() > tables.size() * 100);
    std::vector<std::string> found;
    auto app = as_role("kidevent_app");
    for (const auto& table : tables)
        add_table_violations(trial_ground{app}, superuser, oracle, tables, table, found);
    expect_none(found);
}

BOOST_AUTO_TEST_CASE(every_table_has_rows_of_every_tenant_to_be_kept_apart) {
    auto app = as_role("kidevent_app");
    for (const auto& table : tables) {
        const std::string count = "select count(*) from " + table.name;
        BOOST_TEST(superuser.value(count) == "9", table.name);
        BOOST_TEST(app.value(count) == "0", table.name);
        for (const auto* tenant : {&alpha, &beta, &gamma}) {
            app.execute("begin");
            app.rows("select tenancy.enter($1)", {tenant->capability});
            BOOST_TEST(app.value(count) == "3", table.name);
            const auto rows = text_of({app.attempt("select * from " + table.name)});
            BOOST_TEST(list_tenants_in(rows) == std::vector<std::string>{tenant->slug},
                       boost::test_tools::per_element());
            app.execute("rollback");
        }
    }
}

BOOST_AUTO_TEST_CASE(no_statement_under_the_app_role_gets_at_another_tenant) {
    std::vector<std::string> found;
    add_capability_violations(settings.name, tables, found);
    expect_none(found);
}

BOOST_AUTO_TEST_CASE(entering_a_second_tenant_needs_its_capability_too) {
    auto app = as_role("kidevent_app");
    app.execute("begin");
    app.rows("select tenancy.enter($1)", {alpha.capability});
    app.rows("select tenancy.enter($1)", {beta.capability});
    BOOST_TEST(list_tenants_in(text_of({app.attempt(read_events)})) == std::vector<std::string>{"beta"},
               boost::test_tools::per_element());
    app.execute("rollback");
}

BOOST_AUTO_TEST_CASE(a_plan_that_one_tenant_made_shows_the_next_one_its_own_rows) {
    for (const std::string mode : {"force_custom_plan", "force_generic_plan"}) {
        auto app = as_role("kidevent_app");
        app.execute("set plan_cache_mode = " + mode + "; prepare p as " + read_events);
        BOOST_TEST(app.rows("execute p").empty());
        for (const auto* tenant : {&alpha, &beta, &gamma, &alpha}) {
            app.execute("begin");
            app.rows("select tenancy.enter($1)", {tenant->capability});
            const auto rows = text_of({app.attempt("execute p")});
            BOOST_TEST(list_tenants_in(rows) == std::vector<std::string>{tenant->slug},
                       boost::test_tools::per_element());
            app.execute("commit");
            BOOST_TEST(app.rows("execute p").empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(errors_of_constraints_do_not_show_the_row) {
    auto app = as_role("kidevent_app");
    app.execute("begin");
    app.rows("select tenancy.enter($1)", {alpha.capability});
    const auto done = app.attempt("insert into accounts select * from accounts limit 1");
    BOOST_TEST(done.sqlstate == "23505");
    BOOST_TEST(list_tenants_in(done.message).empty(), done.message);
    app.execute("rollback");
}

BOOST_AUTO_TEST_CASE(statistics_show_no_values) {
    auto app = as_role("kidevent_app");
    BOOST_TEST(superuser.value("select count(*) > 0 from pg_stats where schemaname = 'public'") == "t");
    BOOST_TEST(app.value("select count(*) from pg_stats where schemaname = 'public' "
                         "and tablename <> 'schema_migrations'")
               == "0");
    BOOST_TEST(app.value("select count(*) from pg_stats_ext where schemaname = 'public'") == "0");
}

// The limit that docs/security.md names: it takes a whole statement of the attacker's choice and the other
// tenant's UUID. An expression inside a statement is not enough, and two statements in a message are refused.
BOOST_AUTO_TEST_CASE(a_whole_statement_of_an_attackers_choice_can_name_another_tenant_by_its_id) {
    auto app = as_role("kidevent_app");
    app.execute("begin");
    app.rows("select tenancy.enter($1)", {alpha.capability});
    app.rows("set kidevent.tenant_id = '" + beta.id + "'");
    BOOST_TEST(list_tenants_in(text_of({app.attempt(read_events)})) == std::vector<std::string>{"beta"},
               boost::test_tools::per_element());
    app.execute("commit");
    // What it leaves behind ends where the next tenant is entered.
    app.execute("begin");
    app.rows("select tenancy.enter($1)", {gamma.capability});
    BOOST_TEST(list_tenants_in(text_of({app.attempt(read_events)})) == std::vector<std::string>{"gamma"},
               boost::test_tools::per_element());
    app.execute("commit");
}

BOOST_AUTO_TEST_CASE(the_servers_log_holds_no_capability_and_no_parameter) {
    cluster.superuser("postgres").execute("alter role kidevent_app set log_min_duration_statement = 0");
    {
        auto app = as_role("kidevent_app");
        app.execute("begin");
        app.rows("select tenancy.enter($1)", {alpha.capability});
        app.attempt("select $1::integer", {"CANARY-in-a-parameter"});
        app.execute("rollback");
    }
    cluster.superuser("postgres").execute("alter role kidevent_app reset log_min_duration_statement");
    const auto log = cluster.server_log();
    BOOST_TEST(log.find("select tenancy.enter($1)") != std::string::npos);
    BOOST_TEST(log.find(alpha.capability.substr(2)) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_backup_as_a_tenants_role_fails_instead_of_being_incomplete) {
    auto app = as_role("kidevent_app");
    app.execute("set row_security = off");
    BOOST_TEST(app.attempt("select * from accounts").sqlstate == "42501");
    BOOST_TEST(cluster.as_role(settings.name, "kidevent_backup").value("select count(*) from accounts")
               == "9");
}

BOOST_AUTO_TEST_SUITE_END()
