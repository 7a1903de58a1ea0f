-- Roles, the database and the privileges that do not belong to one table. Run by a superuser through psql,
-- as often as you like:
--   psql -v database=kidevent -v app_password=.. -v router_password=.. -v platform_password=..
--        -v migrator_password=.. -v jobs_password=.. -v backup_password=.. -f roles.sql
-- What each role may do is explained in docs/security/isolation.md.
\set ON_ERROR_STOP on
\set QUIET on

select format('create role %I', role) from (values ('kidevent_owner'), ('kidevent_migrator'), ('kidevent_app'),
    ('kidevent_router'), ('kidevent_jobs'), ('kidevent_platform'), ('kidevent_backup')) as wanted(role)
where not exists (select from pg_roles where rolname = role) \gexec

alter role kidevent_owner    nologin nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
-- BYPASSRLS: a backfill and the validation of a constraint must see every tenant's rows.
alter role kidevent_migrator login nosuperuser nocreatedb nocreaterole noreplication bypassrls password :'migrator_password';
alter role kidevent_app      login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'app_password';
alter role kidevent_router   login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'router_password';
alter role kidevent_jobs     login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'jobs_password';
alter role kidevent_platform login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'platform_password';
alter role kidevent_backup   login nosuperuser nocreatedb nocreaterole noreplication bypassrls password :'backup_password';
grant kidevent_owner to kidevent_migrator;
grant pg_read_all_data to kidevent_backup;

select format('create database %I owner kidevent_owner template template0 encoding ''UTF8''', :'database')
where not exists (select from pg_database where datname = :'database') \gexec

revoke all on database :"database" from public;
grant connect on database :"database" to kidevent_migrator, kidevent_app, kidevent_router, kidevent_jobs, kidevent_platform,
    kidevent_backup;
-- Statement logs must not hold the secrets and personal details that travel as parameters.
alter database :"database" set log_parameter_max_length = 0;
alter database :"database" set log_parameter_max_length_on_error = 0;

\connect :"database"

revoke all on schema public from public;
grant usage on schema public to kidevent_app, kidevent_migrator;
grant create, usage on schema public to kidevent_owner;

-- Functions through which a statement could leave something behind for the next tenant on the same connection, name
-- another tenant, or disturb other connections of its role. What needs them gets them back by name.
do $$
declare f regprocedure;
begin
    for f in select oid::regprocedure from pg_proc where pronamespace = 'pg_catalog'::regnamespace
             and (proname in ('set_config', 'pg_notify', 'pg_cancel_backend', 'pg_terminate_backend', 'pg_advisory_lock',
                              'pg_advisory_lock_shared', 'pg_try_advisory_lock', 'pg_try_advisory_lock_shared')
                  or proname ~ '^(lo_|loread|lowrite)')
    loop
        execute format('revoke execute on function %s from public', f);
    end loop;
end $$;
grant execute on function pg_catalog.set_config(text, text, boolean) to kidevent_owner, kidevent_migrator, kidevent_backup;
grant execute on function pg_catalog.pg_notify(text, text) to kidevent_owner;
grant execute on function pg_catalog.pg_try_advisory_lock(bigint), pg_catalog.pg_advisory_lock(bigint) to kidevent_migrator;
