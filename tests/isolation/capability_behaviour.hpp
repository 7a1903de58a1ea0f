#pragma once
// What a statement under the app role can do to get at another tenant, or to leave something behind on its
// connection: each attempt with the error that must answer it.

#include "isolation/tenant_behaviour.hpp"
#include "support/two_tenants.hpp"

#include <string>
#include <vector>

namespace kidevent::tests {

struct attack {
    std::string sql;
    std::string sqlstate; // expected
};

inline std::vector<attack> list_attacks(const seeded_tenant& other) {
    const std::string id = "'" + other.id + "'";
    return {
        {"select set_config('kidevent.tenant_id', " + id + ", true)", "42501"},
        {"select set_config('kidevent.tenant_id', " + id + ", false)", "42501"},
        {"update pg_settings set setting = " + id + " where name = 'kidevent.tenant_id'", "42501"},
        {"select query_to_xml('set kidevent.tenant_id = ''" + other.id + "''', true, true, '')", "0A000"},
        {"select 1; set kidevent.tenant_id = " + id, "42601"},
        {"select secret from tenancy.capabilities", "42501"},
        {"select tenant_id from tenancy.capabilities", "42501"},
        {"select * from tenancy.tenants", "42501"},
        {"select * from tenancy.resolve('" + other.slug + "')", "42501"},
        {"select tenancy.renew_capability(" + id + ")", "42501"},
        {"select tenancy.revoke_capability(" + id + ")", "42501"},
        {"select tenancy.protect('events')", "42501"},
        {"select * from platform.admins", "42501"},
        {"select * from platform.logins", "42501"},
        {"select * from pg_authid", "42501"},
        {"select pg_advisory_lock(1)", "42501"},
        {"select pg_advisory_lock_shared(1, 2)", "42501"},
        {"select pg_try_advisory_lock(1)", "42501"},
        {"select pg_try_advisory_lock_shared(1, 2)", "42501"},
        {"select pg_notify('kidevent_tenants', 'beta')", "42501"},
        {"select pg_cancel_backend(pg_backend_pid())", "42501"},
        {"select pg_terminate_backend(pg_backend_pid())", "42501"},
        {"select lo_create(0)", "42501"},
        {"select lo_from_bytea(0, 'x')", "42501"},
        {"select pg_read_file('PG_VERSION')", "42501"},
        {"select pg_reload_conf()", "42501"},
        {"copy accounts to '/tmp/accounts'", "42501"},
        {"copy accounts to program 'cat'", "42501"},
        {"create temporary table x (id integer)", "42501"},
        {"create table public.x (id integer)", "42501"},
        {"create schema x", "42501"},
        {"create function public.x() returns void language sql as 'select'", "42501"},
        {"create extension dblink", "42501"},
        {"alter table events disable row level security", "42501"},
        {"alter table events no force row level security", "42501"},
        {"create policy more on events using (true)", "42501"},
        {"drop policy tenant_fence on events", "42501"},
        {"alter function tenancy.current_tenant() immutable", "42501"},
        {"alter role kidevent_app bypassrls", "42501"},
        {"set role kidevent_owner", "42501"},
        {"set role kidevent_migrator", "42501"},
        {"set session authorization postgres", "42501"},
        {"set session_replication_role = replica", "42501"},
        {"select tenancy.enter(null)", "KE001"},
        {"select tenancy.enter('')", "KE001"},
        {"select tenancy.enter('\\x00')", "KE001"},
        {"select tenancy.enter(sha256('" + other.id + "'))", "KE001"},
    };
}

// Every attack, tried inside tenant `own`; after each the connection is still that tenant's.
inline void add_attack_violations(sql_session& app, const seeded_tenant& own, const seeded_tenant& other,
                                  std::vector<std::string>& found) {
    for (const auto& attack : list_attacks(other)) {
        app.attempt("begin");
        app.attempt("select tenancy.enter($1)", {own.capability});
        app.attempt("savepoint before");
        const auto done = is_copy(attack.sql) ? app.attempt_copy(attack.sql) : app.attempt(attack.sql);
        if (done.sqlstate != attack.sqlstate)
            found.push_back(attack.sql + ": "
                            + (done.sqlstate.empty() ? "accepted" : done.sqlstate + " " + done.message)
                            + " instead of " + attack.sqlstate);
        app.attempt("rollback to before");
        if (app.attempt("select tenancy.current_tenant()").rows != std::vector<sql_row>{{own.id}})
            found.push_back(attack.sql + ": the transaction is not the tenant's own any more");
        app.attempt("rollback");
    }
}

// A capability that is not known must stop what stands behind it, also where a policy would have been silent.
inline void add_entering_violations(sql_session& app, const std::string& why, const std::string& capability,
                                    const std::vector<tenant_table>& tables,
                                    std::vector<std::string>& found) {
    const auto expect = [&found, &why](const std::string& step, const sql_outcome& done,
                                       const std::string& state) {
        if (done.sqlstate != state)
            found.push_back(why + ", " + step + ": '" + done.sqlstate + "' instead of " + state);
    };
    expect("enter alone", app.attempt("select tenancy.enter($1)", {capability}), "KE001");
    for (const auto& table : tables)
        for (const std::string tail : {"", " limit 0", " where false"}) {
            app.attempt("begin");
            expect("enter", app.attempt("select tenancy.enter($1)", {capability}), "KE001");
            expect(table.name + tail, app.attempt("select * from " + table.name + tail), "25P02");
            app.attempt("rollback");
        }
    for (const std::string tail : {" limit 1", " limit 1 offset 0"})
        expect("enter" + tail, app.attempt("select tenancy.enter($1)" + tail, {capability}), "KE001");
}

// What is left on a connection when a transaction that entered a tenant is over, whichever way it ended.
inline void add_leftover_violations(sql_session& app, const seeded_tenant& tenant,
                                    std::vector<std::string>& found) {
    const std::vector<std::vector<std::string>> endings{
        {"begin", "enter", "commit"},
        {"begin", "enter", "rollback"},
        {"begin", "enter", "select 1 / 0", "rollback"},
        {"begin", "enter", "select 1 / 0", "commit"},
        {"begin", "enter", "savepoint s", "select 1 / 0", "rollback to s", "commit"},
        {"begin", "savepoint s", "enter", "rollback to s"},
        {"enter"},
    };
    for (const auto& steps : endings) {
        std::string name;
        for (const auto& step : steps) {
            name += step + "; ";
            if (step == "enter")
                app.attempt("select tenancy.enter($1)", {tenant.capability});
            else
                app.attempt(step);
        }
        const auto context = app.attempt("select coalesce(current_setting('kidevent.tenant_id', true), '')");
        if (context.rows != std::vector<sql_row>{{""}}) found.push_back(name + "leaves its tenant behind");
        if (app.attempt("select id from accounts").rows.size() != 0)
            found.push_back(name + "leaves rows visible");
        app.attempt("rollback");
    }
}

inline bool may_select(sql_session& as, const std::string& table) {
    return as.attempt("select from " + table + " limit 0").sqlstate != "42501";
}

// The other roles: what they must not be able to do.
inline void add_role_violations(const std::string& database, const std::vector<tenant_table>& tables,
                                std::vector<std::string>& found) {
    auto& cluster = postgres_cluster::shared();
    for (const std::string role : {"kidevent_router", "kidevent_jobs", "kidevent_platform"}) {
        auto session = cluster.as_role(database, role);
        for (const auto& table : tables)
            if (may_select(session, "public." + table.name))
                found.push_back(role + " may read " + table.name);
        if (may_select(session, "tenancy.capabilities")) found.push_back(role + " may read the capabilities");
        if (session.attempt("select tenancy.enter('x')").sqlstate != "42501")
            found.push_back(role + " may enter a tenant");
        if (role != "kidevent_router"
            && session.attempt("select tenancy.resolve('alpha')").sqlstate != "42501")
            found.push_back(role + " may resolve a host");
        if (role != "kidevent_platform" && may_select(session, "platform.admins"))
            found.push_back(role + " may read the admins");
    }
    auto backup = cluster.as_role(database, "kidevent_backup");
    if (backup.attempt("delete from logins").sqlstate != "42501")
        found.push_back("kidevent_backup may write");
}

// All of the above. `database` has the tenants alpha, beta and gamma; gamma is suspended by it.
inline void add_capability_violations(const std::string& database, const std::vector<tenant_table>& tables,
                                      std::vector<std::string>& found) {
    auto& cluster = postgres_cluster::shared();
    auto superuser = cluster.superuser(database);
    const auto alpha = read_tenant(superuser, "alpha");
    const auto beta = read_tenant(superuser, "beta");
    const auto gamma = read_tenant(superuser, "gamma");
    auto app = cluster.as_role(database, "kidevent_app");
    add_attack_violations(app, alpha, beta, found);
    add_leftover_violations(app, alpha, found);
    const auto unknown = superuser.value("select sha256('nobody')");
    add_entering_violations(app, "an unknown capability", unknown, tables, found);
    add_entering_violations(app, "a capability that is too short", "\\x00", tables, found);
    if (app.attempt("select tenancy.enter($1)", {gamma.capability}).rows != std::vector<sql_row>{{gamma.id}})
        found.push_back("gamma cannot be entered before it is suspended");
    cluster.as_role(database, "kidevent_platform")
        .attempt("select tenancy.revoke_capability($1)", {gamma.id});
    add_entering_violations(app, "a revoked capability", gamma.capability, tables, found);
    // The capability that was replaced by another one is as dead as the revoked one.
    superuser.attempt("select tenancy.renew_capability($1)", {gamma.id});
    add_entering_violations(app, "a replaced capability", gamma.capability, tables, found);
    add_role_violations(database, tables, found);
}

} // namespace kidevent::tests
