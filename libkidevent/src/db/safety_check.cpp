#include "db/safety_check.hpp"

namespace kidevent::db {

namespace {

// Reads catalogs only, so that the app role may run it. `reviewed` lists the tables that carry no policy
// because they belong to the machinery or to no tenant; whoever adds a table without tenant_id adds it here,
// with its grants in mind. `fixed` holds each major version's last release that repairs row level security
// (CVE-2026-14666).
const query safety_problems{"safety.problems", R"sql(
with
serving as (
    select wanted.name, r.oid, r.rolsuper, r.rolbypassrls, r.rolcreaterole
    from unnest(array['kidevent_app', 'kidevent_router', 'kidevent_jobs', 'kidevent_platform'])
         as wanted(name)
    left join pg_roles r on r.rolname = wanted.name),
powerful as (
    select r.oid, r.rolname from pg_roles r
    where r.rolsuper or r.rolbypassrls
       or r.rolname in ('kidevent_owner', 'kidevent_migrator', 'kidevent_backup', 'pg_read_all_data',
                        'pg_write_all_data', 'pg_execute_server_program', 'pg_read_server_files',
                        'pg_write_server_files', 'pg_signal_backend')),
relations as (
    select c.oid, c.relkind, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
           format('%I.%I', n.nspname, c.relname) as name,
           exists (select from pg_attribute a
                   where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped) as of_tenant
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema')
      and n.nspname !~ '^pg_(toast|temp)'),
reviewed as (
    select unnest(array['tenancy.tenants', 'tenancy.capabilities', 'tenancy.plans',
                        'tenancy.plan_changes', 'platform.admins', 'platform.logins',
                        'platform.second_factors', 'platform.recovery_codes', 'platform.admin_tries',
                        'platform.jobs', 'platform.job_slots', 'platform.outbox', 'platform.outbox_sinks',
                        'platform.webhook_queue', 'platform.audit_entries', 'platform.audit_chains',
                        'platform.audit_denied', 'public.schema_migrations']) as name),
guarded as (
    select * from relations r
    where r.relkind in ('r', 'p') and r.of_tenant
      and not exists (select from reviewed where reviewed.name = r.name)),
kernel as (
    select '(tenant_id = ( SELECT tenancy.current_tenant() AS current_tenant))' as expression),
policies as (
    select p.polrelid,
           count(*) filter (where p.polpermissive and p.kernel) as permissive,
           count(*) filter (where not p.polpermissive and p.kernel) as restrictive,
           count(*) as total
    from (select polrelid, polpermissive,
                 polcmd = '*' and polroles = '{0}' and pg_get_expr(polqual, polrelid) = kernel.expression
                     and pg_get_expr(polwithcheck, polrelid) = kernel.expression as kernel
          from pg_policy, kernel) as p
    group by p.polrelid),
fixed as (
    select * from (values (15, 150019), (16, 160015), (17, 170011), (18, 180005)) as known(major, release))
select format('role %s does not exist: run sql/roles.sql', name) as problem from serving where oid is null
union all select format('role %s is superuser', name) from serving where rolsuper
union all select format('role %s has BYPASSRLS', name) from serving where rolbypassrls
union all select format('role %s has CREATEROLE', name) from serving where rolcreaterole
union all
select format('role %s is a member of %s', s.name, p.rolname) from serving s join powerful p on p.oid <> s.oid
where not s.rolsuper and pg_has_role(s.oid, p.oid, 'member')
union all
select format('role %s owns %s', s.name, r.name) from serving s join relations r on r.relowner = s.oid
union all
select format('role %s has a privilege on %s', s.name, r.name) from serving s, relations r
where r.name in ('tenancy.capabilities', 'platform.jobs', 'platform.audit_entries', 'platform.audit_chains')
  and not s.rolsuper and s.oid is not null
  and (has_table_privilege(s.oid, r.oid,
                           'select, insert, update, delete, truncate, references, trigger')
       or has_any_column_privilege(s.oid, r.oid, 'select, insert, update, references'))
union all
select format('role kidevent_app may execute %s', f.oid::regprocedure)
from pg_proc f, serving s
where s.name = 'kidevent_app' and not s.rolsuper
  and f.pronamespace = 'pg_catalog'::regnamespace and f.proname = 'set_config'
  and has_function_privilege(s.oid, f.oid, 'execute')
union all
select format('table %s has no tenant_id and is not on the reviewed list', r.name) from relations r
where r.relkind in ('r', 'p') and not r.of_tenant
  and not exists (select from reviewed where reviewed.name = r.name)
union all
select format('table %s has row level security disabled', name) from guarded where not relrowsecurity
union all
select format('table %s does not force row level security on its owner', name) from guarded
where not relforcerowsecurity
union all
select format('table %s does not carry exactly the two policies of tenancy.protect()', g.name)
from guarded g left join policies p on p.polrelid = g.oid
where (p.permissive, p.restrictive, p.total) is distinct from (1::bigint, 1::bigint, 2::bigint)
union all
select format('%s shows rows under the rights of its owner', r.name) from relations r, serving s
where s.name = 'kidevent_app' and not s.rolsuper
  and has_table_privilege(s.oid, r.oid, 'select')
  and (r.relkind in ('m', 'f')
       or (r.relkind = 'v' and coalesce('security_invoker=true' <> all (r.reloptions), true)))
union all
select 'function tenancy.current_tenant() is missing or not the one that was migrated'
where not exists (select from pg_proc f join pg_namespace n on n.oid = f.pronamespace
                  where n.nspname = 'tenancy' and f.proname = 'current_tenant' and f.provolatile = 's'
                    and not f.prosecdef
                    and btrim(f.prosrc) = 'select nullif(current_setting(''kidevent.tenant_id'', true),'
                                          ' '''')::uuid')
union all
select format('PostgreSQL %s lacks a repair of row level security: update to %s.%s or later',
              current_setting('server_version'), fixed.major, fixed.release % 10000)
from fixed
where current_setting('server_version_num')::integer / 10000 = fixed.major
  and current_setting('server_version_num')::integer < fixed.release
union all
select format('PostgreSQL %s is older than 15, the oldest version that is supported',
              current_setting('server_version'))
where current_setting('server_version_num')::integer < 150000
)sql"};

} // namespace

task<std::vector<std::string>> find_safety_problems(database& with) {
    auto asked = std::make_shared<batch>();
    asked->statements.push_back({&safety_problems, params{}, {}});
    const pending_rows answered{asked, 0};
    auto sent = with.run_on_lane(asked);
    co_await sent;
    std::vector<std::string> problems;
    for (const row each : answered.rows())
        problems.push_back(each.get<std::string>(0));
    co_return problems;
}

} // namespace kidevent::db
