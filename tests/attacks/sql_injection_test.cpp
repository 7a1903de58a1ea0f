// No statement of the library is built from what somebody sent. Here one is, on purpose: whatever is planted
// in it, as the app role it reads one tenant and no other.

#include "isolation/tenant_behaviour.hpp"
#include "support/two_tenants.hpp"

#include <boost/test/unit_test.hpp>

namespace kidevent::tests {

namespace {

// Where the text of an attacker stands in the statement.
struct opening {
    std::string name;
    std::string before;
    std::string after;
    std::string breaks_out; // of the literal or the list that it stands in
};

const std::vector<opening> openings{
    {"a literal", "select title from events where category = '", "' order by title", "nothing' or "},
    {"an expression", "select title from events where ", "", ""},
    {"an order", "select title from events order by ", " limit 50", "title, "},
};

// Expressions of an attacker's choice, of any type; `other` is whom they reach for.
std::vector<std::string> expressions_against(const seeded_tenant& other) {
    const std::string id = "'" + other.id + "'";
    const std::string setting = "'set kidevent.tenant_id = ''" + other.id + "'''";
    std::vector<std::string> all{
        "true",
        "1=1",
        "tenant_id = " + id,
        "tenant_id <> tenancy.current_tenant()",
        "exists (select from events e where e.tenant_id = " + id + ")",
        "title in (select e.title from events e where e.tenant_id = " + id + ")",
        "set_config('kidevent.tenant_id', " + id + ", true) is not null",
        "set_config('kidevent.tenant_id', " + id + ", false) is not null",
        "pg_catalog.set_config('kidevent.tenant_id', " + id + ", true) = ''",
        "(select set_config('role', 'kidevent_owner', true)) is not null",
        "current_setting('kidevent.tenant_id') = " + id,
        "(select count(*) from tenancy.capabilities) > 0",
        "(select count(*) from tenancy.tenants) > 0",
        "exists (select from tenancy.resolve('" + other.slug + "'))",
        "tenancy.enter('\\x00'::bytea) is not null",
        "tenancy.enter((select secret from tenancy.capabilities limit 1)) is not null",
        "tenancy.renew_capability(" + id + ") is null",
        "query_to_xml(" + setting + ", true, true, '') is null",
        "query_to_xml('select * from events', true, true, '')::text like '%CANARY-" + other.slug + "%'",
        "query_to_xml('select secret from tenancy.capabilities', true, true, '') is null",
        "cursor_to_xml('c', 1, true, true, '') is null",
        "table_to_xml('tenancy.capabilities', true, true, '') is null",
        "schema_to_xml('tenancy', true, true, '') is null",
        "database_to_xml(true, true, '') is null",
        "exists (select from ts_stat('select to_tsvector(title) from events') where word ~ '" + other.slug
            + "')",
        "exists (select from ts_stat(" + setting + "))",
        "ts_rewrite('a'::tsquery, 'select ''a''::tsquery, ''b''::tsquery') is null",
        "lo_import('/etc/passwd') > 0",
        "lo_from_bytea(0, 'x') > 0",
        "lo_get(1) is not null",
        "pg_read_file('/etc/passwd') is not null",
        "pg_read_binary_file('PG_VERSION') is not null",
        "exists (select from pg_ls_dir('.'))",
        "(pg_stat_file('PG_VERSION')).size > 0",
        "exists (select from dblink('dbname=postgres', 'select 1') as t(a int))",
        "pg_notify('kidevent_tenants', '" + other.slug + "') is null",
        "pg_advisory_lock(1) is null",
        "pg_terminate_backend(pg_backend_pid())",
        "pg_reload_conf()",
        "pg_export_snapshot() is null",
        "exists (select from pg_stats where most_common_vals::text ~ '" + other.slug + "')",
        "exists (select from pg_stat_activity where query ~ 'CANARY-" + other.slug + "')",
        "exists (select from pg_authid)",
        "exists (select from pg_settings where name ~ 'kidevent' and setting = " + id + ")",
        "exists (select from pg_prepared_statements where statement ~ '" + other.slug + "')",
        "exists (select from information_schema.role_table_grants where grantee = 'nobody')",
        "(select rolbypassrls from pg_roles where rolname = current_user)",
        "has_table_privilege('tenancy.capabilities', 'select')",
        "1/(select count(*) from events where tenant_id = " + id + ") = 1",
        "cast((select title from events where tenant_id = " + id + " limit 1) as integer) = 1",
        "row_security_active('events') = false",
        "nextval('nothing') = 1",
    };
    return all;
}

// What ends the statement and begins another, or continues it with rows of its own.
std::vector<std::string> continuations_against(const seeded_tenant& other) {
    const std::string id = "'" + other.id + "'";
    return {
        "true; set kidevent.tenant_id = " + id + "; select title from events",
        "true; select set_config('kidevent.tenant_id', " + id + ", true)",
        "true; do $$ begin perform 1; end $$",
        "true; commit; begin",
        "true union all select title from events",
        "true union all select encode(secret, 'hex') from tenancy.capabilities",
        "true union all select slug from tenancy.tenants",
        "true union all select set_config('kidevent.tenant_id', " + id + ", true)",
        "true union all select (xpath('//title/text()', query_to_xml('select title from events', true, true, "
        "'')))[1]::text",
        "true union all select pg_read_file('/etc/passwd')",
        "true union all select query from pg_stat_activity",
        "true union all select password_hash from accounts",
        "true union all (with moved as (select set_config('kidevent.tenant_id', " + id
            + ", true)) select title from moved, events)"};
}

struct injection : two_tenants {
    sql_session app = as_role("kidevent_app");
    int refused = 0;
    int answered = 0;

    void plant(const std::string& sql, const seeded_tenant& own) {
        app.attempt("begin");
        app.attempt("select tenancy.enter($1)", {own.capability});
        app.attempt("savepoint before");
        const auto done = app.attempt(sql);
        ++(done.sqlstate.empty() ? answered : refused);
        for (const std::string& slug : list_tenants_in(text_of({done})))
            BOOST_TEST(slug == own.slug, sql << " read " << slug);
        // An error may quote the statement, but no row.
        for (const auto* each : {&alpha, &beta, &gamma})
            if (each->slug != own.slug)
                BOOST_TEST(done.message.find("CANARY-" + each->slug + "-") == std::string::npos,
                           done.message);
        for (const auto* each : {&alpha, &beta, &gamma})
            BOOST_TEST(text_of({done}).find(each->capability.substr(2)) == std::string::npos, sql);
        // Whatever it was, the transaction goes on as it was entered, and reads its own rows.
        app.attempt("rollback to before");
        if (app.attempt("select 1").sqlstate == "25P01") return; // a commit ended it: nothing is entered
        BOOST_TEST((app.attempt("select tenancy.current_tenant()").rows == std::vector<sql_row>{{own.id}}),
                   sql);
        const auto after = list_tenants_in(text_of({app.attempt("select title from events")}));
        BOOST_TEST(after == std::vector<std::string>{own.slug}, sql);
        app.attempt("rollback");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(attack_sql_injection, injection)

BOOST_AUTO_TEST_CASE(an_expression_of_an_attackers_choice_reads_no_other_tenant) {
    for (const opening& into : openings)
        for (const std::string& what : expressions_against(beta))
            plant(into.before + into.breaks_out + "(" + what + ")"
                      + (into.name == "a literal" ? " or category = '" : "") + into.after,
                  alpha);
    // The statement is one that would have shown it: what is refused is refused by name, not by a typing
    // error.
    BOOST_TEST(answered > 30);
    BOOST_TEST(refused > 30);
}

BOOST_AUTO_TEST_CASE(what_follows_an_expression_reads_no_other_tenant) {
    for (const std::string& what : continuations_against(beta)) {
        plant("select title from events where " + what, alpha);
        plant("select title from events where category = 'nothing' or " + what + " --' order by title",
              alpha);
    }
    BOOST_TEST(answered > 3);
    BOOST_TEST(refused > 10);
}

BOOST_AUTO_TEST_CASE(the_planted_statement_would_show_another_tenant_if_it_could) {
    auto everything = cluster.superuser(settings.name);
    const auto all = list_tenants_in(
        text_of({everything.attempt("select title from events where category = 'nothing' or (true)")}));
    BOOST_TEST(all.size() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace kidevent::tests
