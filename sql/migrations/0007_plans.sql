-- What an organisation may take of an installation, and what it may use: its plan.

create table tenancy.plans (
    name                             text        primary key check (length(name) between 1 and 60),
    description                      text        not null default '' check (length(description) <= 500),
    weight                           integer     not null default 10 check (weight between 1 and 1000),
    requests_in_flight_max           integer     not null default 32 check (requests_in_flight_max between 1 and 10000),
    requests_waiting_max             integer     not null default 128 check (requests_waiting_max between 0 and 100000),
    requests_per_second              integer     not null default 0 check (requests_per_second between 0 and 1000000),
    requests_burst                   integer     not null default 0 check (requests_burst between 0 and 1000000),
    database_milliseconds_per_second integer     not null default 0
                                                 check (database_milliseconds_per_second between 0 and 1000000),
    features                         text        not null default '',   -- names, separated by blanks
    version                          integer     not null default 1,
    updated_at                       timestamptz not null default now(),
    updated_by                       text        not null
);

-- Who changed a plan, or gave an organisation another one. Rows are only ever added.
create table tenancy.plan_changes (
    id         uuid        primary key,
    plan       text        not null,
    slug       text,                        -- of the organisation that got this plan; null: the plan itself changed
    changed_at timestamptz not null default now(),
    changed_by text        not null,
    before     text,                        -- JSON: the plan's values, or the name of the organisation's plan; null: new
    after      text        not null
);
create index plan_changes_plan on tenancy.plan_changes (plan, id);

insert into tenancy.plans (name, description, features, updated_by)
values ('standard', 'What an organisation has unless it is given another plan', 'realtime webhooks', 'migration');
insert into tenancy.plans (name, description, features, updated_by)
select distinct plan, 'Taken over from the organisations that had it', 'realtime webhooks', 'migration'
from tenancy.tenants
on conflict do nothing;
alter table tenancy.tenants
    add constraint tenants_plan foreign key (plan) references tenancy.plans (name) not valid;
create index tenants_plan on tenancy.tenants (plan);

-- An empty name: whatever a worker remembers of organisations may hold the plan that changed.
create function tenancy.announce_plan_change() returns trigger
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform pg_notify('kidevent_tenants', '');
    return null;
end $$;
create trigger plans_announce after update on tenancy.plans
    for each row execute function tenancy.announce_plan_change();

drop function tenancy.resolve(text);
create function tenancy.resolve(wanted_slug text)
    returns table (id uuid, slug text, name text, time_zone text, locale text, currency text, plan text, branding text,
                   suspended boolean, secret bytea, weight integer, requests_in_flight_max integer,
                   requests_waiting_max integer, requests_per_second integer, requests_burst integer,
                   database_milliseconds_per_second integer, features text)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select t.id, t.slug, t.name, t.time_zone, t.locale, t.currency, t.plan, t.branding, t.suspended_at is not null,
           c.secret, p.weight, p.requests_in_flight_max, p.requests_waiting_max, p.requests_per_second,
           p.requests_burst, p.database_milliseconds_per_second, p.features
    from tenancy.tenants t
    join tenancy.plans p on p.name = t.plan
    left join tenancy.capabilities c on c.tenant_id = t.id
    where t.slug = wanted_slug
    $$;
grant execute on function tenancy.resolve(text) to kidevent_router;
grant select, insert, update on tenancy.plans to kidevent_platform;
grant select, insert on tenancy.plan_changes to kidevent_platform;
