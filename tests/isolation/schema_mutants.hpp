#pragma once
// Ways to weaken the schema or its roles by one change each, each with the check that must notice it: a lint,
// the check at start, or a behaviour. That others notice it too proves nothing about that one.

#include "support/canary_rows.hpp"

#include <string>
#include <vector>

namespace kidevent::tests {

struct mutant {
    std::string name;
    std::string script;     // run by the superuser in the seeded database or a copy of it
    std::string noticed_by; // part of a complaint that must come
    std::string undo = "";  // for what belongs to the cluster
    std::string table = ""; // whose behaviour is tried; "": that of every table
};

inline const std::string kernel_check = "(tenant_id = (select tenancy.current_tenant()))";

// Identifiers become unique across tenants, so that a foreign key can do without tenant_id.
inline std::string drop_shared_rows(const std::vector<tenant_table>& tables) {
    std::string script = "set session_replication_role = replica;";
    for (const auto& table : tables)
        script += "delete from " + table.name + " where " + table.key.front() + "::text like 'cafe%';";
    return script + "set session_replication_role = origin;";
}

inline std::string drop_foreign_keys(const std::string& table, const std::string& column) {
    return "do $$ declare c record; begin for c in select conname from pg_constraint f join pg_attribute a"
           " on a.attrelid = f.conrelid and a.attnum = any (f.conkey) where f.contype = 'f' and a.attname = '"
           + column + "' and f.conrelid = '" + table + "'::regclass loop execute format('alter table " + table
           + " drop constraint %I', c.conname); end loop; end $$;";
}

inline void add_table_mutants(const std::vector<tenant_table>& tables, const tenant_table& table,
                              std::vector<mutant>& all) {
    const auto& name = table.name;
    const auto add = [&](const std::string& what, const std::string& noticed_by, const std::string& script) {
        all.push_back({name + ": " + what, script, noticed_by, "", name});
    };
    const std::string guarded = "tenant tables enable and force row level security: ";
    const std::string carries = "tenant tables carry the two policies of tenancy.protect() and no other: ";
    const std::string policies = "policies hold for everybody, for every command, and say the same";
    const std::string views = "views run with the rights of who asks";
    const std::string column = "tenant_id is not null, a uuid, defaults to the entered tenant";
    add("row level security disabled", guarded, "alter table " + name + " disable row level security");
    add("not forced on the owner", guarded, "alter table " + name + " no force row level security");
    for (const std::string policy : {"tenant_rows", "tenant_fence"}) {
        add(policy + " dropped", carries, "drop policy " + policy + " on " + name);
        add(policy + " checks nothing", policies,
            "alter policy " + policy + " on " + name + " with check (true)");
        add(policy + " shows everything", policies,
            "alter policy " + policy + " on " + name + " using (true)");
        add(policy + " for one role", policies,
            "alter policy " + policy + " on " + name + " to kidevent_platform");
    }
    add("both policies show everything", policies,
        "alter policy tenant_rows on " + name
            + " using (true);"
              "alter policy tenant_fence on "
            + name + " using (true)");
    add("both policies check nothing", policies,
        "alter policy tenant_rows on " + name
            + " with check (true);"
              "alter policy tenant_fence on "
            + name + " with check (true)");
    add("both policies let nobody in as everybody", policies,
        "alter policy tenant_rows on " + name + " using (tenancy.current_tenant() is null or " + kernel_check
            + ");"
              "alter policy tenant_fence on "
            + name + " using (tenancy.current_tenant() is null or " + kernel_check + ")");
    add("a policy more", carries, "create policy more on " + name + " using (true)");
    add("only reading is fenced", policies,
        "drop policy tenant_fence on " + name + "; create policy tenant_fence on " + name
            + " as restrictive for select using " + kernel_check);
    add("a view with the owner's rights", views,
        "create view public.leak as select * from " + name + "; grant select on public.leak to kidevent_app");
    add("a materialized view", views,
        "create materialized view public.leak as select * from " + name
            + "; grant select on public.leak to kidevent_app");
    add("granted to everybody",
        "nothing is granted to everybody: ", "grant select on " + name + " to public");
    add("truncate granted", "the app role reads and writes rows of tenants and has no other right",
        "grant truncate on " + name + " to kidevent_app");
    add("granted to the platform", "router, jobs and platform have no right on a tenant's table: ",
        "grant select on " + name + " to kidevent_platform");
    add("owned by the app role", "everything belongs to kidevent_owner: ",
        "grant create on schema public to kidevent_app; alter table " + name
            + " owner to kidevent_app; revoke create on schema public from kidevent_app");
    add("tenant_id may be null and is not the key", column,
        "alter table " + name + " drop constraint " + name + "_pkey cascade; alter table " + name
            + " alter tenant_id drop not null");
    add("tenant_id has no default", column, "alter table " + name + " alter tenant_id drop default");
    add("an index without tenant_id", "every index of a tenant table leads with tenant_id: ",
        "create index on " + name + " (" + table.key.front() + ")");
    for (const auto& each : table.columns)
        if (!each.references_table.empty())
            add("a foreign key without tenant_id: " + each.name,
                "foreign keys between tenant tables carry tenant_id on both sides: ",
                drop_shared_rows(tables) + "create unique index leak on " + each.references_table + " ("
                    + each.references_column + ");" + drop_foreign_keys(name, each.name) + "alter table "
                    + name + " add foreign key (" + each.name + ") references " + each.references_table + " ("
                    + each.references_column + ") not valid");
}

inline std::string enter_function(const std::string& body, const std::string& traits) {
    return "create or replace function tenancy.enter(capability bytea) returns uuid language plpgsql "
           "volatile "
           + traits
           + " as $$ declare entered uuid; applied text; begin"
             " select c.tenant_id into entered from tenancy.capabilities c where c.secret = capability; "
           + body + " return entered; end $$";
}

inline std::vector<mutant> list_enter_mutants() {
    const std::string pinned = "security definer set search_path = pg_catalog, pg_temp";
    const std::string refuse =
        "if entered is null then raise exception 'unknown' using errcode = 'KE001'; end if;";
    const std::string apply =
        "applied := set_config('kidevent.tenant_id', coalesce(entered::text, ''), true);";
    return {
        {"enter: an unknown capability is not refused", enter_function(apply, pinned),
         "an unknown capability, enter alone: "},
        {"enter: the session stays entered",
         enter_function(refuse + "applied := set_config('kidevent.tenant_id', entered::text, false);",
                        pinned),
         "begin; enter; commit; leaves its tenant behind"},
        {"enter: the search path is not pinned", enter_function(refuse + apply, "security definer"),
         "functions with the rights of their owner are reviewed"},
        {"enter: another error",
         enter_function("if entered is null then raise exception 'unknown'; end if;" + apply, pinned),
         "an unknown capability, enter alone: 'P0001' instead of KE001"},
        {"enter: a null capability is anybody's",
         enter_function(
             "if capability is null then select id into entered from tenancy.tenants limit 1; end if;"
                 + refuse + apply,
             pinned),
         "select tenancy.enter(null): accepted"},
        {"enter: nothing is entered", enter_function(refuse, pinned),
         "the transaction is not the tenant's own any more"},
        {"enter: with the rights of the caller", enter_function(refuse + apply, "security invoker"),
         "gamma cannot be entered before it is suspended"},
        {"enter: owned by a superuser", "alter function tenancy.enter(bytea) owner to postgres",
         "functions with the rights of their owner are reviewed"},
    };
}

inline std::vector<mutant> list_function_mutants() {
    const std::string tenant =
        "create or replace function tenancy.current_tenant() returns uuid language sql ";
    const std::string read = "as $$ select nullif(current_setting('kidevent.tenant_id', true), '')::uuid $$";
    return {
        {"current_tenant: immutable", tenant + "immutable " + read,
         "tenancy.current_tenant() is stable, plain SQL"},
        {"current_tenant: volatile", tenant + "volatile " + read,
         "tenancy.current_tenant() is stable, plain SQL"},
        {"current_tenant: with the rights of its owner", tenant + "stable security definer " + read,
         "tenancy.current_tenant() is stable, plain SQL"},
        {"current_tenant: somebody when nobody has entered",
         tenant
             + "stable security definer as $$ select coalesce(nullif(current_setting('kidevent.tenant_id', "
               "true),"
               " '')::uuid, (select id from tenancy.tenants order by id limit 1)) $$",
         "as nobody: shows another tenant"},
        {"current_tenant: another setting",
         tenant
             + "stable as $$ select nullif(current_setting('app.tenant', true),"
               " '')::uuid $$",
         "function tenancy.current_tenant() is missing or not the one that was migrated"},
        {"revoke_capability: does nothing",
         "create or replace function tenancy.revoke_capability(of_tenant uuid) returns void language sql "
         "volatile"
         " security definer set search_path = pg_catalog, pg_temp as $$ select $$",
         "a revoked capability, enter alone: "},
        {"renew_capability: keeps the secret",
         "create or replace function tenancy.renew_capability(of_tenant uuid) returns void language sql "
         "volatile"
         " security definer set search_path = pg_catalog, pg_temp as $$ insert into tenancy.capabilities "
         "(secret,"
         " tenant_id) values (sha256(of_tenant::text::bytea), of_tenant) on conflict do nothing $$;"
         " create or replace function tenancy.revoke_capability(of_tenant uuid) returns void language sql "
         "volatile"
         " security definer set search_path = pg_catalog, pg_temp as $$ select $$",
         "a replaced capability, enter alone: "},
        {"a function that reads for its owner",
         "create function public.peek() returns setof accounts language sql security definer as"
         " $$ select * from accounts $$",
         "functions with the rights of their owner are reviewed"},
        {"a function that claims to be leakproof",
         "create function public.peek(text) returns boolean language sql leakproof as $$ select true $$;"
         " alter function public.peek(text) owner to kidevent_owner; revoke all on function "
         "public.peek(text) from public",
         "no function claims to be leakproof: "},
        {"a function that names a tenant",
         "create function tenancy.name(uuid) returns text language sql security definer as"
         " $$ select set_config('kidevent.tenant_id', $1::text, true) $$;"
         " alter function tenancy.name(uuid) owner to kidevent_owner; grant execute on function "
         "tenancy.name(uuid)"
         " to kidevent_app",
         "nobody else touches the setting that names the tenant: "},
    };
}

inline mutant granted(const std::string& what, const std::string& noticed_by, const std::string& right) {
    return {what, "grant " + right, noticed_by};
}

inline std::vector<mutant> list_audit_mutants() {
    const std::string on_queue = "nobody has a right on the machinery's queues: ";
    const std::string on_functions = "functions are granted to who needs them: ";
    return {
        granted("audit log: readable for the app role", on_queue,
                "select on platform.audit_entries to kidevent_app"),
        granted("audit log: written to directly", on_queue,
                "insert on platform.audit_entries to kidevent_app"),
        granted("audit log: entries can be removed by who seals them", on_queue,
                "delete on platform.audit_entries to kidevent_jobs"),
        granted("audit log: heads can be changed by the platform", on_queue,
                "update (hash) on platform.audit_chains to kidevent_platform"),
        granted("audit log: whole chains for the app role", on_functions,
                "execute on function platform.read_audit_chain(uuid, bigint, integer) to kidevent_app"),
        granted("audit log: sealed by the app role", on_functions,
                "execute on function platform.seal_audit_entries(integer) to kidevent_app"),
        granted("audit log: kept without a bound", on_functions,
                "execute on function platform.keep_denied_attempt(uuid, uuid, text, text, text, text, text,"
                " text, json, bigint) to kidevent_app"),
    };
}

inline std::vector<mutant> list_grant_mutants() {
    const std::string on_secrets = "no serving role has a right on the capabilities: ";
    const std::string on_tables = "the app role reads and writes rows of tenants and has no other right";
    const std::string on_functions = "functions are granted to who needs them: ";
    const std::string on_connection = "serving roles cannot leave something behind on a connection";
    const std::string to_create = "serving roles can neither create temporary tables nor schemas";
    const std::string to_public = "nothing is granted to everybody: ";
    const std::string on_queue = "nobody has a right on the machinery's queues: ";
    return {
        granted("capabilities: readable for the app role", on_secrets,
                "select on tenancy.capabilities to kidevent_app"),
        granted("capabilities: one column readable", on_secrets,
                "select (secret) on tenancy.capabilities to kidevent_app"),
        granted("capabilities: readable for the router", on_secrets,
                "select on tenancy.capabilities to kidevent_router"),
        granted("capabilities: writable for the platform", on_secrets,
                "insert on tenancy.capabilities to kidevent_platform"),
        granted("tenants: readable for the app role", on_tables, "select on tenancy.tenants to kidevent_app"),
        granted("admins: readable for the app role", on_tables,
                "usage on schema platform to kidevent_app; grant select on"
                " platform.admins to kidevent_app"),
        granted("resolve: for the app role", on_functions,
                "execute on function tenancy.resolve(text) to kidevent_app"),
        granted("resolve: for everybody", to_public, "execute on function tenancy.resolve(text) to public"),
        granted("renew_capability: for the app role", on_functions,
                "execute on function tenancy.renew_capability(uuid) to kidevent_app"),
        granted("enter: for the platform", on_functions,
                "execute on function tenancy.enter(bytea) to kidevent_platform"),
        granted("jobs: readable for the app role", on_queue, "select on platform.jobs to kidevent_app"),
        granted("jobs: readable for who runs them", on_queue, "select on platform.jobs to kidevent_jobs"),
        granted("jobs: one column writable for the platform", on_queue,
                "update (tenant_id) on platform.jobs to kidevent_platform"),
        granted("claim_jobs: for the app role", on_functions,
                "usage on schema platform to kidevent_app; grant execute on function"
                " platform.claim_jobs(text, integer, interval, uuid) to kidevent_app"),
        granted(
            "claim_jobs: for the platform", on_functions,
            "execute on function platform.claim_jobs(text, integer, interval, uuid) to kidevent_platform"),
        granted(
            "enqueue_job: for everybody", to_public,
            "execute on function tenancy.enqueue_job(uuid, text, text, timestamptz, integer, integer, text)"
            " to public"),
        granted("list_jobs: for who runs them", on_functions,
                "execute on function platform.list_jobs(text, text, text, uuid, integer) to kidevent_jobs"),
        granted("set_config: given back", on_connection,
                "execute on function set_config(text, text, boolean) to kidevent_app"),
        granted("set_config: given to everybody", on_connection,
                "execute on function set_config(text, text, boolean) to public"),
        granted("pg_notify: given back", on_connection,
                "execute on function pg_notify(text, text) to public"),
        granted("advisory locks: given back", on_connection,
                "execute on function pg_advisory_lock(bigint) to kidevent_app"),
        granted("advisory locks: tried", on_connection,
                "execute on function pg_try_advisory_lock_shared(integer, integer) to public"),
        granted("large objects: given back", on_connection,
                "execute on function lo_create(oid) to kidevent_app"),
        granted("backends: may be ended", on_connection,
                "execute on function pg_terminate_backend(integer, bigint) to kidevent_app"),
        granted("temporary tables", to_create, "temporary on database kidevent_mutant to kidevent_app"),
        granted("temporary tables for everybody", to_public,
                "temporary on database kidevent_mutant to public"),
        granted("objects in schema public", to_create, "create on schema public to kidevent_app"),
        {"defaults: new tables are granted",
         "alter default privileges for role kidevent_owner grant select on tables"
         " to kidevent_app",
         "new objects are not granted by default: "},
    };
}

inline std::vector<mutant> list_role_mutants() {
    const std::string ordinary = "serving roles are ordinary, members of nothing, and own nothing: ";
    const std::string owner = "nobody can become or log in as the owner but the migrator: ";
    const std::string presets = "neither a role nor a database presets a tenant";
    return {
        {"role: BYPASSRLS", "alter role kidevent_app bypassrls", ordinary,
         "alter role kidevent_app nobypassrls"},
        {"role: superuser", "alter role kidevent_app superuser", ordinary,
         "alter role kidevent_app nosuperuser"},
        {"role: member of the owner", "grant kidevent_owner to kidevent_app", owner,
         "revoke kidevent_owner from kidevent_app"},
        {"role: member of the migrator", "grant kidevent_migrator to kidevent_app", ordinary,
         "revoke kidevent_migrator from kidevent_app"},
        {"role: reads all", "grant pg_read_all_data to kidevent_jobs", ordinary,
         "revoke pg_read_all_data from kidevent_jobs"},
        {"role: writes all", "grant pg_write_all_data to kidevent_app", ordinary,
         "revoke pg_write_all_data from kidevent_app"},
        {"role: the owner may log in", "alter role kidevent_owner login", owner,
         "alter role kidevent_owner nologin"},
        {"role: a tenant preset",
         "alter role kidevent_app set kidevent.tenant_id = '" + seeded_tenant_id("alpha") + "'", presets,
         "alter role kidevent_app reset kidevent.tenant_id"},
        {"database: a tenant preset",
         "alter database kidevent_mutant set kidevent.tenant_id = '" + seeded_tenant_id("alpha") + "'",
         presets},
    };
}

inline std::vector<mutant> list_schema_mutants() {
    return {
        {"a new table without policies",
         "create table public.newer (tenant_id uuid not null, id uuid, primary key"
         " (tenant_id, id)); alter table public.newer owner to kidevent_owner",
         "tenant tables enable and force row level security: public.newer"},
        {"a new table without a tenant",
         "create table public.newer (id uuid primary key);"
         " alter table public.newer owner to kidevent_owner",
         "tables that belong to no tenant are on a reviewed list: public.newer"},
        {"a new table that inherits",
         "create table public.newer () inherits (accounts);"
         " alter table public.newer owner to kidevent_owner",
         "tenant tables inherit from no plain table: public.newer"},
        {"a partition without policies",
         "create table public.parted (tenant_id uuid not null default tenancy.current_tenant(), id uuid,"
         " primary key (tenant_id, id)) partition by hash (tenant_id); select tenancy.protect('parted');"
         " create table public.part partition of public.parted for values with (modulus 1, remainder 0);"
         " alter table public.parted owner to kidevent_owner; alter table public.part owner to "
         "kidevent_owner;"
         " grant select on public.part to kidevent_app",
         "tenant tables enable and force row level security: public.part"},
        {"a sequence as an identifier", "alter table events add number bigint generated always as identity",
         "identifiers of tenants' rows are not counted up: "},
        {"a unique address across tenants",
         "update accounts set email = email || tenant_id;"
         " create unique index on accounts (email)",
         "every index of a tenant table leads with tenant_id: "},
        {"a rule", "create rule leak as on delete to logins do instead nothing",
         "there are no rewrite rules but those of views: "},
        {"an operator", "create operator public.=~ (function = texteq, leftarg = text, rightarg = text)",
         "there are no operators and casts of our own: "},
    };
}

} // namespace kidevent::tests
