-- Webhooks: an organisation has its events posted to addresses of its choice.

create table webhook_endpoints (
    tenant_id             uuid        not null,
    id                    uuid        not null,
    url                   text        not null check (length(url) between 1 and 2000),
    description           text        not null default '' check (length(description) <= 200),
    types                 text        not null default '' check (length(types) <= 4000),  -- separated by blanks; '': all
    secret                text        not null,                    -- whsec_ and base64; signs
    previous_secret       text,                                    -- signs too, until it ends
    previous_secret_until timestamptz,
    version               integer     not null default 1,
    created_by            uuid        not null,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    disabled_at           timestamptz,
    disabled_by           uuid,                                    -- null: by the sender
    disabled_reason       text,
    primary key (tenant_id, id),
    constraint webhook_endpoints_created_by foreign key (tenant_id, created_by) references accounts (tenant_id, id),
    constraint webhook_endpoints_disabled_by foreign key (tenant_id, disabled_by) references accounts (tenant_id, id),
    check ((disabled_at is null) = (disabled_reason is null)),
    check ((previous_secret is null) = (previous_secret_until is null))
);
create index webhook_endpoints_created_by on webhook_endpoints (tenant_id, created_by);
create index webhook_endpoints_disabled_by on webhook_endpoints (tenant_id, disabled_by);
select tenancy.protect('webhook_endpoints');
grant select, insert, update, delete on webhook_endpoints to kidevent_app;

-- One event for one endpoint, with what came of it.
create table webhook_deliveries (
    tenant_id       uuid        not null,
    id              uuid        not null,
    endpoint_id     uuid        not null,
    event_id        uuid        not null,           -- the webhook-id, the same at every attempt
    type            text        not null,
    body            text        not null,
    attempts        integer     not null default 0,
    status_code     integer,                        -- of the last attempt; null: no answer
    error           text,                           -- of the last attempt
    created_at      timestamptz not null default now(),
    attempted_at    timestamptz,
    next_attempt_at timestamptz,                    -- null: nothing more will be tried
    delivered_at    timestamptz,
    primary key (tenant_id, id),
    constraint webhook_deliveries_endpoint foreign key (tenant_id, endpoint_id)
        references webhook_endpoints (tenant_id, id) on delete cascade,
    constraint webhook_deliveries_once unique (tenant_id, endpoint_id, event_id)
);
create index webhook_deliveries_endpoint on webhook_deliveries (tenant_id, endpoint_id, id);
select tenancy.protect('webhook_deliveries');
grant select, insert, update, delete on webhook_deliveries to kidevent_app;

-- What is due when, over all tenants. `fence` changes with every claim, so that only the latest claim can settle.
create table platform.webhook_queue (
    tenant_id    uuid        not null,
    delivery_id  uuid        not null,
    due_at       timestamptz not null,
    leased_until timestamptz not null default '-infinity',
    fence        bigint      not null default 0,
    primary key (tenant_id, delivery_id)
);
create index webhook_queue_due on platform.webhook_queue (due_at);

-- Puts a delivery of the entered tenant into the queue, or moves it.
create function platform.schedule_webhook(delivery uuid, due timestamptz) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    if tenancy.current_tenant() is null then
        raise exception 'a webhook needs a tenant' using errcode = 'KE002';
    end if;
    insert into platform.webhook_queue (tenant_id, delivery_id, due_at) values (tenancy.current_tenant(), delivery, due)
    on conflict (tenant_id, delivery_id) do update
    set due_at = excluded.due_at, leased_until = '-infinity', fence = platform.webhook_queue.fence + 1;
end $$;

-- What is due and nobody works on, for `lease_ms`. At most `per_tenant` of each tenant, so that one with many does not hold
-- up the others.
create function platform.claim_webhooks(lease_ms bigint, per_tenant integer, deliveries_max integer)
    returns table (tenant_id uuid, slug text, delivery_id uuid, fence bigint)
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
    with due as materialized (
        select q.tenant_id, q.delivery_id, q.due_at from platform.webhook_queue q
        where q.due_at <= clock_timestamp() and q.leased_until <= clock_timestamp()
        order by q.due_at limit deliveries_max * 20 for update skip locked
    ), fair as (
        select d.*, row_number() over (partition by d.tenant_id order by d.due_at) as place from due d
    ), chosen as (
        select f.tenant_id, f.delivery_id from fair f where f.place <= per_tenant order by f.place, f.due_at limit deliveries_max
    ), claimed as (
        update platform.webhook_queue q
        set leased_until = clock_timestamp() + lease_ms * interval '1 ms', fence = q.fence + 1
        from chosen c where q.tenant_id = c.tenant_id and q.delivery_id = c.delivery_id
        returning q.tenant_id, q.delivery_id, q.fence
    )
    select c.tenant_id, t.slug, c.delivery_id, c.fence from claimed c join tenancy.tenants t on t.id = c.tenant_id
    $$;

-- Ends the claim: done (null), or due again. False when the claim was lost, and nothing changed.
create function platform.settle_webhook(delivery uuid, claim_fence bigint, due timestamptz) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    if due is null then
        delete from platform.webhook_queue q
        where q.tenant_id = tenancy.current_tenant() and q.delivery_id = delivery and q.fence = claim_fence;
    else
        update platform.webhook_queue q set due_at = due, leased_until = '-infinity'
        where q.tenant_id = tenancy.current_tenant() and q.delivery_id = delivery and q.fence = claim_fence;
    end if;
    return found;
end $$;

-- For deliveries of tenants that cannot be entered now, because they are suspended.
create function platform.postpone_webhook(of_tenant uuid, delivery uuid, claim_fence bigint, pause_ms bigint) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
    update platform.webhook_queue
    set due_at = clock_timestamp() + pause_ms * interval '1 ms', leased_until = '-infinity'
    where tenant_id = of_tenant and delivery_id = delivery and fence = claim_fence
    $$;

grant execute on function platform.schedule_webhook(uuid, timestamptz), platform.settle_webhook(uuid, bigint, timestamptz)
    to kidevent_app;
grant execute on function platform.claim_webhooks(bigint, integer, integer),
    platform.postpone_webhook(uuid, uuid, bigint, bigint) to kidevent_jobs;
