-- Sites whose pages may use an organisation's API (CORS): the owner's list, and a copy of it for the router, which
-- has to know it with the organisation and may not read tenants' rows.

create table cors_origins (
    tenant_id      uuid        not null,
    origin         text        not null check (length(origin) between 1 and 300),  -- as browsers write it
    allows_cookies boolean     not null default false,
    created_at     timestamptz not null default now(),
    primary key (tenant_id, origin)
);
select tenancy.protect('cors_origins');
grant select, insert, update, delete on cors_origins to kidevent_app;

alter table tenancy.tenants add column cors_origins text not null default '';  -- with blanks between; '+': cookies too

-- Announces the organisation by the trigger on tenancy.tenants, so that every worker asks for it anew.
create function tenancy.copy_cors_origins() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    entered constant uuid := tenancy.current_tenant();
begin
    -- Of two changes at once the later one waits here, and the statement after this sees what the earlier one left.
    perform from tenancy.tenants t where t.id = entered for no key update;
    update tenancy.tenants t
    set cors_origins = coalesce((select string_agg(case when c.allows_cookies then '+' else '' end || c.origin, ' '
                                                   order by c.origin)
                                 from public.cors_origins c where c.tenant_id = entered), '')
    where t.id = entered;
    return null;
end $$;
create trigger cors_origins_copy after insert or update or delete on cors_origins
    for each statement execute function tenancy.copy_cors_origins();

drop function tenancy.resolve(text);
create function tenancy.resolve(wanted_slug text)
    returns table (id uuid, slug text, name text, time_zone text, locale text, currency text, plan text, branding text,
                   suspended boolean, secret bytea, weight integer, requests_in_flight_max integer,
                   requests_waiting_max integer, requests_per_second integer, requests_burst integer,
                   database_milliseconds_per_second integer, features text, cors_origins text)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select t.id, t.slug, t.name, t.time_zone, t.locale, t.currency, t.plan, t.branding, t.suspended_at is not null,
           c.secret, p.weight, p.requests_in_flight_max, p.requests_waiting_max, p.requests_per_second,
           p.requests_burst, p.database_milliseconds_per_second, p.features, t.cors_origins
    from tenancy.tenants t
    join tenancy.plans p on p.name = t.plan
    left join tenancy.capabilities c on c.tenant_id = t.id
    where t.slug = wanted_slug
    $$;
grant execute on function tenancy.resolve(text) to kidevent_router;
