-- The machinery of isolation: tenants, capabilities, the policy that every tenant table carries.

create schema tenancy;
create schema platform;
revoke all on schema tenancy, platform from public;
grant usage on schema tenancy to kidevent_app, kidevent_router, kidevent_platform, kidevent_migrator, kidevent_backup;
grant usage on schema platform to kidevent_platform, kidevent_migrator, kidevent_backup;
alter default privileges for role kidevent_owner revoke execute on functions from public;

create table tenancy.tenants (
    id               uuid        primary key,
    slug             text        not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    name             text        not null check (length(name) between 1 and 200),
    time_zone        text        not null check (length(time_zone) between 1 and 64),
    locale           text        not null check (length(locale) between 2 and 35),
    currency         text        not null check (currency ~ '^[A-Z]{3}$'),
    plan             text        not null check (length(plan) between 1 and 60),
    owner_email      text        not null check (length(owner_email) between 3 and 254),
    branding         text        not null default '{}',     -- a JSON object; opaque to the database
    version          integer     not null default 1,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    suspended_at     timestamptz,
    suspended_by     text,
    suspended_reason text,
    check ((suspended_at is null) = (suspended_by is null))
);

-- What a worker must present to act inside a tenant: 32 random bytes. A suspended tenant has none.
create table tenancy.capabilities (
    secret     bytea       primary key check (length(secret) = 32),
    tenant_id  uuid        not null unique references tenancy.tenants,
    created_at timestamptz not null default now()
);

-- The tenant that this transaction entered, or null. STABLE, never IMMUTABLE: a cached plan would keep its value.
create function tenancy.current_tenant() returns uuid
    language sql stable parallel safe
    as $$ select nullif(current_setting('kidevent.tenant_id', true), '')::uuid $$;

-- First statement of every batch and transaction of a tenant. Raises KE001 when the capability is unknown or was
-- revoked, so that nothing after it runs; otherwise the transaction sees that tenant's rows until it ends.
create function tenancy.enter(capability bytea) returns uuid
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    entered uuid;
    applied text;
begin
    select c.tenant_id into entered from tenancy.capabilities c where c.secret = capability;
    if entered is null then
        raise exception 'unknown or revoked capability' using errcode = 'KE001';
    end if;
    applied := set_config('kidevent.tenant_id', entered::text, true);
    return entered;
end $$;

-- Puts a tenant table behind the isolation policy. Every migration that creates one calls it.
-- Two policies with one text: another permissive policy added later is OR-ed with the first and still AND-ed with the
-- restrictive one; a restrictive policy alone would show nothing.
create function tenancy.protect(protected regclass) returns void
    language plpgsql volatile
    as $$
begin
    execute format('alter table %s alter column tenant_id set default tenancy.current_tenant()', protected);
    execute format('alter table %s enable row level security', protected);
    execute format('alter table %s force row level security', protected);
    execute format('create policy tenant_rows on %s using (tenant_id = (select tenancy.current_tenant())) '
                   'with check (tenant_id = (select tenancy.current_tenant()))', protected);
    execute format('create policy tenant_fence on %s as restrictive using (tenant_id = (select tenancy.current_tenant())) '
                   'with check (tenant_id = (select tenancy.current_tenant()))', protected);
end $$;

-- Host routing: everything a worker keeps in memory about a tenant, with the capability to enter it.
create function tenancy.resolve(wanted_slug text)
    returns table (id uuid, slug text, name text, time_zone text, locale text, currency text, plan text, branding text,
                   suspended boolean, secret bytea)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select t.id, t.slug, t.name, t.time_zone, t.locale, t.currency, t.plan, t.branding, t.suspended_at is not null, c.secret
    from tenancy.tenants t left join tenancy.capabilities c on c.tenant_id = t.id
    where t.slug = wanted_slug
    $$;

-- Gives the tenant a fresh capability; the one before it, if any, is refused from the commit on.
create function tenancy.renew_capability(of_tenant uuid) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
    insert into tenancy.capabilities (secret, tenant_id)
    values (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), of_tenant)
    on conflict (tenant_id) do update set secret = excluded.secret, created_at = now()
    $$;

create function tenancy.revoke_capability(of_tenant uuid) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ delete from tenancy.capabilities where tenant_id = of_tenant $$;

-- Workers keep tenants in memory; this tells them within a moment that one changed.
create function tenancy.announce_change() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform pg_notify('kidevent_tenants', new.slug);
    return null;
end $$;
create trigger tenants_announce after insert or update on tenancy.tenants
    for each row execute function tenancy.announce_change();

grant execute on function tenancy.current_tenant() to kidevent_app, kidevent_migrator;
grant execute on function tenancy.enter(bytea) to kidevent_app;
grant execute on function tenancy.resolve(text) to kidevent_router;
grant execute on function tenancy.renew_capability(uuid), tenancy.revoke_capability(uuid) to kidevent_platform;
grant execute on function tenancy.protect(regclass) to kidevent_migrator;
grant select, insert, update on tenancy.tenants to kidevent_platform;

create table platform.admins (
    id            uuid        primary key,
    email         text        not null unique check (length(email) between 3 and 254),
    password_hash text        not null,
    created_at    timestamptz not null default now(),
    disabled_at   timestamptz
);
create table platform.logins (
    token_hash bytea       primary key check (length(token_hash) = 32),
    admin_id   uuid        not null references platform.admins on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index logins_admin on platform.logins (admin_id);
grant select, insert, update on platform.admins to kidevent_platform;
grant select, insert, delete on platform.logins to kidevent_platform;
