#pragma once
// What must hold in the catalog of every migrated database: each lint is a query whose rows are violations.
// The tests of this folder run them against the schema and against weakened copies of it.

#include "support/sql_session.hpp"

#include <string>
#include <vector>

namespace kidevent::tests {

struct lint {
    const char* name;
    const char* sql; // one text column
};

// Relations of the application; what the lints share. A lint's text follows.
inline const std::string lint_prologue = R"sql(
with
our_schemas as (select oid, nspname from pg_namespace
    where nspname not in ('pg_catalog', 'information_schema') and nspname !~ '^pg_(toast|temp)'),
ours as (select c.*, n.nspname, format('%I.%I', n.nspname, c.relname) as name
    from pg_class c join our_schemas n on n.oid = c.relnamespace),
-- Queues of the machinery: no serving role has a right on them, their rows carry a tenant_id as a value.
machinery as (select o.* from ours o where o.name in ('platform.jobs', 'platform.job_slots',
    'platform.outbox', 'platform.outbox_sinks', 'platform.webhook_queue', 'platform.audit_entries',
    'platform.audit_chains', 'platform.audit_denied')),
tenant_tables as (select o.* from ours o where o.relkind in ('r', 'p') and o.name <> 'tenancy.capabilities'
    and o.oid not in (select oid from machinery)
    and exists (select from pg_attribute a
                where a.attrelid = o.oid and a.attname = 'tenant_id' and not a.attisdropped)),
serving as (select * from pg_roles
    where rolname in ('kidevent_app', 'kidevent_router', 'kidevent_jobs', 'kidevent_platform')),
functions as (select f.*, f.oid::regprocedure::text as name
    from pg_proc f join our_schemas n on n.oid = f.pronamespace),
tenant_column as (select attrelid, attnum from pg_attribute where attname = 'tenant_id')
)sql";

inline const std::vector<lint> table_lints{
    {"tables that belong to no tenant are on a reviewed list", R"sql(
select name from ours where relkind in ('r', 'p') and oid not in (select oid from tenant_tables)
and oid not in (select oid from machinery)
and name not in ('tenancy.tenants', 'tenancy.capabilities', 'tenancy.plans',
                 'tenancy.plan_changes', 'platform.admins', 'platform.logins',
                 'platform.second_factors', 'platform.recovery_codes', 'platform.admin_tries',
                 'public.schema_migrations'))sql"},
    {"tenant tables enable and force row level security", R"sql(
select name from tenant_tables where not relrowsecurity or not relforcerowsecurity)sql"},
    {"tenant_id is not null, a uuid, defaults to the entered tenant and leads the primary key", R"sql(
select t.name from tenant_tables t join pg_attribute a on a.attrelid = t.oid and a.attname = 'tenant_id'
left join pg_constraint p on p.conrelid = t.oid and p.contype = 'p'
left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
where not a.attnotnull or a.atttypid <> 'uuid'::regtype or p.conkey[1] is distinct from a.attnum
   or pg_get_expr(d.adbin, t.oid) is distinct from 'tenancy.current_tenant()')sql"},
    {"foreign keys between tenant tables carry tenant_id on both sides", R"sql(
select t.name || '.' || f.conname from pg_constraint f join tenant_tables t on t.oid = f.conrelid
join tenant_tables target on target.oid = f.confrelid
join tenant_column mine on mine.attrelid = f.conrelid join tenant_column its on its.attrelid = f.confrelid
where f.contype = 'f'
  and array_position(f.conkey, mine.attnum) is distinct from array_position(f.confkey, its.attnum)
   or f.contype = 'f' and array_position(f.conkey, mine.attnum) is null)sql"},
    {"foreign keys are valid", R"sql(
select t.name || '.' || f.conname from pg_constraint f join tenant_tables t on t.oid = f.conrelid
where not f.convalidated)sql"},
    // Sessions are never deleted, so a partial index is enough for who looks for the registrations of one.
    {"foreign keys have an index", R"sql(
select t.name || '.' || f.conname from pg_constraint f join tenant_tables t on t.oid = f.conrelid
where f.contype = 'f' and f.conname <> 'registrations_session' and not exists (
    select from pg_index i where i.indrelid = f.conrelid and i.indpred is null
    and (string_to_array(i.indkey::text, ' ')::smallint[])[1:cardinality(f.conkey)] @> f.conkey))sql"},
    {"every index of a tenant table leads with tenant_id", R"sql(
select t.name || ': ' || i.indexrelid::regclass from pg_index i join tenant_tables t on t.oid = i.indrelid
join tenant_column c on c.attrelid = t.oid where i.indkey[0] <> c.attnum)sql"},
    {"identifiers of tenants' rows are not counted up", R"sql(
select t.name || '.' || a.attname from pg_attribute a join tenant_tables t on t.oid = a.attrelid
left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum
where a.attidentity <> '' or pg_get_expr(d.adbin, t.oid) ~ 'nextval')sql"},
    {"there are no rewrite rules but those of views", R"sql(
select o.name || ': ' || r.rulename from pg_rewrite r join ours o on o.oid = r.ev_class
where r.rulename <> '_RETURN')sql"},
    {"tenant tables inherit from no plain table", R"sql(
select t.name from pg_inherits i join tenant_tables t on t.oid = i.inhrelid
join pg_class parent on parent.oid = i.inhparent where parent.relkind <> 'p')sql"},
};

inline const std::vector<lint> policy_lints{
    {"tenant tables carry the two policies of tenancy.protect() and no other", R"sql(
select t.name from tenant_tables t left join pg_policy p on p.polrelid = t.oid
group by t.name
having count(*) <> 2
    or count(*) filter (where p.polname = 'tenant_rows' and p.polpermissive) <> 1
    or count(*) filter (where p.polname = 'tenant_fence' and not p.polpermissive) <> 1)sql"},
    {"policies hold for everybody, for every command, and say the same for reading and writing", R"sql(
select polrelid::regclass || ': ' || polname from pg_policy
where polcmd <> '*' or polroles <> '{0}'
   or pg_get_expr(polqual, polrelid)
      is distinct from '(tenant_id = ( SELECT tenancy.current_tenant() AS current_tenant))'
   or pg_get_expr(polwithcheck, polrelid) is distinct from pg_get_expr(polqual, polrelid))sql"},
    {"policies stand only where row level security is on", R"sql(
select o.name from pg_policy p join ours o on o.oid = p.polrelid where not o.relrowsecurity)sql"},
    {"tenancy.current_tenant() is stable, plain SQL and runs as its caller", R"sql(
select name from functions where proname = 'current_tenant'
and (provolatile <> 's' or prosecdef or prolang <> (select oid from pg_language where lanname = 'sql')))sql"},
    {"nobody else touches the setting that names the tenant", R"sql(
select name from functions where prosrc ~ 'kidevent\.tenant_id'
and oid <> to_regprocedure('tenancy.current_tenant()')
and oid <> to_regprocedure('tenancy.enter(bytea)'))sql"},
    {"neither a role nor a database presets a tenant or switches row level security off", R"sql(
select setconfig::text from pg_db_role_setting
where setconfig::text ~ 'kidevent\.|row_security|session_replication_role')sql"},
    {"the two functions of the policy exist", R"sql(
select wanted from unnest(array['tenancy.current_tenant()', 'tenancy.enter(bytea)']) as wanted
where to_regprocedure(wanted) is null)sql"},
};

inline const std::vector<lint> grant_lints{
    {"views run with the rights of who asks; nothing that is stored or foreign is shown", R"sql(
select name from ours where relkind = 'v' and 'security_invoker=true' <> all (coalesce(reloptions, '{}'))
union all select name from ours where relkind in ('m', 'f'))sql"},
    {"functions with the rights of their owner are reviewed, pinned and not a superuser's", R"sql(
select name from functions f where prosecdef
and (name not in ('tenancy.enter(bytea)', 'tenancy.resolve(text)', 'tenancy.renew_capability(uuid)',
                  'tenancy.revoke_capability(uuid)', 'tenancy.announce_change()',
                  'tenancy.announce_plan_change()', 'tenancy.copy_cors_origins()',
                  'tenancy.current_profile()',
                  'tenancy.announce_accounts()', 'tenancy.notify_work(integer)',
                  'platform.measure_messages()',
                  'tenancy.enqueue_job(uuid,text,text,timestamp with time zone,integer,integer,text)',
                  'tenancy.complete_job(uuid,bigint)', 'platform.claim_jobs(text,integer,interval,uuid)',
                  'platform.extend_leases(uuid[],uuid[],bigint[],interval)',
                  'platform.finish_jobs(uuid[],uuid[],bigint[])',
                  'platform.fail_job(uuid,uuid,bigint,text,interval,boolean)', 'platform.sweep_leases()',
                  'platform.fire_schedule(text,timestamp with time zone,text,boolean,integer,integer)',
                  'platform.measure_jobs()', 'platform.count_jobs()', 'platform.retry_job(uuid)',
                  'platform.list_jobs(text,text,text,uuid,integer)', 'platform.cancel_job(uuid)',
                  'platform.append_event(uuid,text,text,json,text)',
                  'platform.append_operator_event(uuid,uuid,text,text,json,text)',
                  'platform.publish_events_quietly(integer)', 'platform.announce_events(text)',
                  'platform.publish_events(integer)', 'platform.claim_events(text,uuid,bigint,integer)',
                  'platform.accept_events(text,uuid,bigint)',
                  'platform.fail_events(text,uuid,bigint,text,bigint)', 'platform.release_sink(text,uuid)',
                  'platform.purge_events(bigint,integer)', 'platform.list_tenant_events(bigint,integer)',
                  'platform.last_tenant_position()',
                  'platform.list_events(bigint,text,boolean,integer)', 'platform.outbox_stats()',
                  'platform.list_sinks()', 'platform.replay_events(text,bigint)',
                  'platform.schedule_webhook(uuid,timestamp with time zone)',
                  'platform.settle_webhook(uuid,bigint,timestamp with time zone)',
                  'platform.claim_webhooks(bigint,integer,integer)',
                  'platform.postpone_webhook(uuid,uuid,bigint,bigint)',
                  'platform.append_audit_entry(uuid,text,text,text,text,text,text,json)',
                  'platform.append_denied_attempt(uuid,text,text,text,text,text,text,json,bigint)',
                  'platform.count_denied_attempts(bigint)',
                  'platform.list_audit_entries(timestamp with time zone,uuid,text,text,text,timestamp with time zone,timestamp with time zone,bigint)',
                  'platform.append_operator_audit_entry(uuid,uuid,text,text,text,text,text,text,json)',
                  'platform.append_operator_denied_attempt(uuid,uuid,text,text,text,text,text,text,json,bigint)',
                  'platform.list_audit_chains()',
                  'platform.read_audit_chain(uuid,bigint,integer)',
                  'platform.audit_range(uuid,timestamp with time zone,timestamp with time zone)',
                  'platform.seal_audit_entries(integer)',
                  'platform.prune_audit_entries(bigint,integer)',
                  'platform.sign_audit_head(uuid,bigint,bigint,bytea,bytea)',
                  'platform.list_unsigned_audit_heads(integer)',
                  'platform.audit_stats()')
     or proconfig is distinct from array['search_path=pg_catalog, pg_temp']
     or (select rolsuper or rolbypassrls from pg_roles where oid = f.proowner)))sql"},
    {"no function claims to be leakproof", "select name from functions where proleakproof"},
    {"there are no operators and casts of our own", R"sql(
select oprname::text from pg_operator o join our_schemas n on n.oid = o.oprnamespace
union all select c.oid::text from pg_cast c where c.oid >= 16384)sql"},
    {"everything belongs to kidevent_owner", R"sql(
select name from ours where relkind <> 'i' and relkind <> 'I' and relowner <> 'kidevent_owner'::regrole
union all select name from functions where proowner <> 'kidevent_owner'::regrole)sql"},
    {"nothing is granted to everybody", R"sql(
select o.name from ours o, aclexplode(o.relacl) g where g.grantee = 0
union all select f.name from functions f,
    aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) g where g.grantee = 0
union all select n.nspname from pg_namespace n join our_schemas s on s.oid = n.oid, aclexplode(n.nspacl) g
    where g.grantee = 0
union all select d.datname::text from pg_database d,
    aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) g
    where g.grantee = 0 and d.datname = current_database())sql"},
    {"the app role reads and writes rows of tenants and has no other right on a relation", R"sql(
select o.name || ': ' || g.privilege_type from ours o, aclexplode(o.relacl) g
where g.grantee = 'kidevent_app'::regrole and o.name <> 'public.schema_migrations'
  and (o.oid not in (select oid from tenant_tables) and o.relkind <> 'v'
       or g.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE') or g.is_grantable))sql"},
    {"router, jobs and platform have no right on a tenant's table", R"sql(
select t.name || ': ' || r.rolname from tenant_tables t, serving r
where r.rolname <> 'kidevent_app'
  and (has_table_privilege(r.oid, t.oid, 'select, insert, update, delete, truncate, references, trigger')
       or has_any_column_privilege(r.oid, t.oid, 'select, insert, update, references')))sql"},
    {"no serving role has a right on the capabilities", R"sql(
select r.rolname::text from serving r
where has_table_privilege(r.oid, 'tenancy.capabilities', 'select, insert, update, delete, truncate')
   or has_any_column_privilege(r.oid, 'tenancy.capabilities', 'select, insert, update, references'))sql"},
    {"functions are granted to who needs them", R"sql(
select f.name || ': ' || g.grantee::regrole from functions f,
    aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) g
where g.grantee in (select oid from serving)
  and (f.name, g.grantee::regrole::text) not in (
    values ('tenancy.current_tenant()', 'kidevent_app'), ('tenancy.enter(bytea)', 'kidevent_app'),
           ('tenancy.resolve(text)', 'kidevent_router'), ('tenancy.notify_work(integer)', 'kidevent_router'),
           ('tenancy.current_profile()', 'kidevent_app'), ('tenancy.announce_accounts()', 'kidevent_app'),
           ('platform.measure_messages()', 'kidevent_jobs'),
           ('tenancy.renew_capability(uuid)', 'kidevent_platform'),
           ('tenancy.revoke_capability(uuid)', 'kidevent_platform'),
           ('tenancy.enqueue_job(uuid,text,text,timestamp with time zone,integer,integer,text)',
            'kidevent_app'),
           ('tenancy.complete_job(uuid,bigint)', 'kidevent_app'),
           ('platform.claim_jobs(text,integer,interval,uuid)', 'kidevent_jobs'),
           ('platform.extend_leases(uuid[],uuid[],bigint[],interval)', 'kidevent_jobs'),
           ('platform.finish_jobs(uuid[],uuid[],bigint[])', 'kidevent_jobs'),
           ('platform.fail_job(uuid,uuid,bigint,text,interval,boolean)', 'kidevent_jobs'),
           ('platform.sweep_leases()', 'kidevent_jobs'),
           ('platform.fire_schedule(text,timestamp with time zone,text,boolean,integer,integer)',
            'kidevent_jobs'),
           ('platform.measure_jobs()', 'kidevent_jobs'), ('platform.count_jobs()', 'kidevent_platform'),
           ('platform.list_jobs(text,text,text,uuid,integer)', 'kidevent_platform'),
           ('platform.retry_job(uuid)', 'kidevent_platform'),
           ('platform.cancel_job(uuid)', 'kidevent_platform'),
           ('platform.append_event(uuid,text,text,json,text)', 'kidevent_app'),
           ('platform.list_tenant_events(bigint,integer)', 'kidevent_app'),
           ('platform.last_tenant_position()', 'kidevent_app'),
           ('platform.append_operator_event(uuid,uuid,text,text,json,text)', 'kidevent_platform'),
           ('platform.list_events(bigint,text,boolean,integer)', 'kidevent_platform'),
           ('platform.outbox_stats()', 'kidevent_platform'), ('platform.list_sinks()', 'kidevent_platform'),
           ('platform.replay_events(text,bigint)', 'kidevent_platform'),
           ('platform.publish_events(integer)', 'kidevent_jobs'),
           ('platform.publish_events_quietly(integer)', 'kidevent_jobs'),
           ('platform.announce_events(text)', 'kidevent_jobs'),
           ('platform.claim_events(text,uuid,bigint,integer)', 'kidevent_jobs'),
           ('platform.accept_events(text,uuid,bigint)', 'kidevent_jobs'),
           ('platform.fail_events(text,uuid,bigint,text,bigint)', 'kidevent_jobs'),
           ('platform.release_sink(text,uuid)', 'kidevent_jobs'),
           ('platform.purge_events(bigint,integer)', 'kidevent_jobs'),
           ('platform.schedule_webhook(uuid,timestamp with time zone)', 'kidevent_app'),
           ('platform.settle_webhook(uuid,bigint,timestamp with time zone)', 'kidevent_app'),
           ('platform.claim_webhooks(bigint,integer,integer)', 'kidevent_jobs'),
           ('platform.postpone_webhook(uuid,uuid,bigint,bigint)', 'kidevent_jobs'),
           ('platform.append_audit_entry(uuid,text,text,text,text,text,text,json)',
            'kidevent_app'),
           ('platform.append_denied_attempt(uuid,text,text,text,text,text,text,json,bigint)',
            'kidevent_app'),
           ('platform.count_denied_attempts(bigint)',
            'kidevent_app'),
           ('platform.list_audit_entries(timestamp with time zone,uuid,text,text,text,timestamp with time zone,timestamp with time zone,bigint)',
            'kidevent_app'),
           ('platform.append_operator_audit_entry(uuid,uuid,text,text,text,text,text,text,json)',
            'kidevent_platform'),
           ('platform.append_operator_denied_attempt(uuid,uuid,text,text,text,text,text,text,json,bigint)',
            'kidevent_platform'),
           ('platform.list_audit_chains()',
            'kidevent_platform'),
           ('platform.read_audit_chain(uuid,bigint,integer)',
            'kidevent_platform'),
           ('platform.audit_range(uuid,timestamp with time zone,timestamp with time zone)',
            'kidevent_platform'),
           ('platform.seal_audit_entries(integer)',
            'kidevent_jobs'),
           ('platform.prune_audit_entries(bigint,integer)',
            'kidevent_jobs'),
           ('platform.sign_audit_head(uuid,bigint,bigint,bytea,bytea)',
            'kidevent_jobs'),
           ('platform.list_unsigned_audit_heads(integer)', 'kidevent_jobs'),
           ('platform.audit_stats()',
            'kidevent_jobs')))sql"},
    {"nobody has a right on the machinery's queues", R"sql(
select m.name || ': ' || g.grantee::regrole from machinery m, aclexplode(m.relacl) g where g.grantee <> m.relowner
union all
select m.name || ': ' || r.rolname from machinery m, serving r
where has_table_privilege(r.oid, m.oid, 'select, insert, update, delete, truncate, references, trigger')
   or has_any_column_privilege(r.oid, m.oid, 'select, insert, update, references'))sql"},
    {"new objects are not granted by default", R"sql(
select a.oid::text from pg_default_acl a, aclexplode(a.defaclacl) g
where g.grantee in (select oid from serving) or g.grantee = 0)sql"},
};

inline const std::vector<lint> role_lints{
    {"serving roles are ordinary, members of nothing, and own nothing", R"sql(
select rolname::text from serving
where rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication or not rolcanlogin
union all select m.member::regrole || ' in ' || m.roleid::regrole from pg_auth_members m
    where m.member in (select oid from serving)
union all select o.name from ours o where o.relowner in (select oid from serving)
union all select 'a serving role is missing' where (select count(*) from serving) <> 4)sql"},
    {"nobody can become or log in as the owner but the migrator", R"sql(
select m.member::regrole::text from pg_auth_members m
where m.roleid = 'kidevent_owner'::regrole and m.member <> 'kidevent_migrator'::regrole
union all select rolname::text from pg_roles
    where rolname = 'kidevent_owner' and (rolcanlogin or rolsuper or rolbypassrls))sql"},
    {"serving roles cannot leave something behind on a connection or disturb another one", R"sql(
select r.rolname || ': ' || f.oid::regprocedure from serving r, pg_proc f
where f.pronamespace = 'pg_catalog'::regnamespace and has_function_privilege(r.oid, f.oid, 'execute')
  and (f.proname in ('set_config', 'pg_notify', 'pg_cancel_backend', 'pg_terminate_backend',
                     'pg_advisory_lock', 'pg_advisory_lock_shared',
                     'pg_try_advisory_lock', 'pg_try_advisory_lock_shared')
       or f.proname ~ '^(lo_|loread|lowrite)'))sql"},
    {"serving roles can neither create temporary tables nor schemas nor anything in a schema", R"sql(
select r.rolname::text from serving r
where has_database_privilege(r.oid, current_database(), 'temporary')
   or has_database_privilege(r.oid, current_database(), 'create')
   or exists (select from our_schemas s where has_schema_privilege(r.oid, s.oid, 'create')))sql"},
};

// One line per violation.
inline std::vector<std::string> find_lint_violations(sql_session& superuser) {
    std::vector<std::string> found;
    for (const auto* group : {&table_lints, &policy_lints, &grant_lints, &role_lints})
        for (const lint& each : *group)
            for (const auto& row : superuser.rows(lint_prologue + each.sql))
                found.push_back(std::string(each.name) + ": " + row[0].value_or("?"));
    return found;
}

} // namespace kidevent::tests
