-- Domain events: written in the transaction that did the work, and handed to their receivers ("sinks") by a relay.
--
-- A sequence says when an event was written, a position when it was published. Transactions commit in another order than
-- they draw sequences, so nobody may read "what is beyond the last sequence". Positions are given by one publisher at a time
-- to what has committed: whoever has seen position 7 will never see a new event at 6. Sinks go by positions.

create table platform.outbox (
    sequence     bigint      generated always as identity primary key,
    id           uuid        not null,
    tenant_id    uuid,                                     -- null: about the installation; no foreign key, which would lock
                                                           -- the tenant's row for every event
    type         text        not null check (length(type) between 1 and 200),
    subject      text        not null check (length(subject) between 1 and 200),  -- the aggregate, as in "registrations/<uuid>"
    data         json        not null check (json_typeof(data) = 'object' and length(data::text) <= 16384),
    traceparent  text        check (length(traceparent) <= 55),
    created_at   timestamptz not null default now(),
    position     bigint,
    published_at timestamptz,
    check ((position is null) = (published_at is null))
);
-- Holds only what waits to be published, so it stays small however many events are kept.
create index outbox_waiting on platform.outbox (sequence) where position is null;
create unique index outbox_position on platform.outbox (position) where position is not null;
create index outbox_tenant on platform.outbox (tenant_id, position) where position is not null;
create sequence platform.outbox_positions;

-- How far each sink has got, and which process feeds it now.
create table platform.outbox_sinks (
    name         text        primary key check (length(name) between 1 and 100),
    position     bigint      not null default 0,           -- everything up to here has been accepted
    holder       uuid,
    leased_until timestamptz not null default '-infinity',
    attempts     integer     not null default 0,           -- failures in a row
    retry_at     timestamptz not null default '-infinity',
    last_error   text,
    seen_at      timestamptz not null default now()        -- when somebody last fed it
);

-- Adds an event of the tenant that this transaction entered. Raises KE002 outside of a tenant.
create function platform.append_event(event_id uuid, event_type text, about text, payload json, trace text) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    if tenancy.current_tenant() is null then
        raise exception 'an event needs a tenant' using errcode = 'KE002';
    end if;
    insert into platform.outbox (id, tenant_id, type, subject, data, traceparent)
    values (event_id, tenancy.current_tenant(), event_type, about, payload, trace);
end $$;

-- The same for the operators of the installation, about a tenant or (null) about the installation.
create function platform.append_operator_event(event_id uuid, of_tenant uuid, event_type text, about text, payload json,
                                               trace text) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
    insert into platform.outbox (id, tenant_id, type, subject, data, traceparent)
    values (event_id, of_tenant, event_type, about, payload, trace)
    $$;

-- Publishes what has committed, and tells those who listen, in one notification however many events there are:
-- "<first position> <last position> <tenant> <tenant> ..", or "*" in place of tenants when they do not fit ("-": none).
-- Returns the number of events; 0 also while another process publishes.
create function platform.publish_events(events_max integer) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    published integer;
    first_one bigint;
    last_one  bigint;
    tenants   text;
begin
    if not pg_try_advisory_xact_lock(hashtextextended('kidevent outbox', 0)) then
        return 0;
    end if;
    -- Read after the lock was taken: the one who held it before has committed what it published.
    with waiting as materialized (
        select o.sequence from platform.outbox o where o.position is null order by o.sequence limit events_max for update
    ), numbered as materialized (
        select w.sequence, nextval('platform.outbox_positions') as position from (select sequence from waiting order by sequence) w
    ), done as (
        update platform.outbox o set position = n.position, published_at = clock_timestamp()
        from numbered n where o.sequence = n.sequence returning o.position, o.tenant_id
    )
    select count(*), min(d.position), max(d.position), coalesce(string_agg(distinct d.tenant_id::text, ' '), '-')
    into published, first_one, last_one, tenants from done d;
    if published > 0 then
        if length(tenants) > 7900 then
            tenants := '*';
        end if;
        perform pg_notify('kidevent_events', first_one || ' ' || last_one || ' ' || tenants);
    end if;
    return published;
end $$;

-- Takes or keeps the sink for `by` and returns what it has not accepted yet, in order. Nothing while another process holds
-- it, and after a failure until it is time to try again.
create function platform.claim_events(sink text, by uuid, lease_ms bigint, events_max integer)
    returns table (event_position bigint, id uuid, tenant_id uuid, slug text, type text, subject text, data json, traceparent text,
                   created_at timestamptz)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    accepted bigint;
begin
    select s.position into accepted from platform.outbox_sinks s where s.name = sink;
    if accepted is null then
        insert into platform.outbox_sinks (name) values (sink) on conflict do nothing;
    elsif not exists (select from platform.outbox o where o.position > accepted) then
        return; -- asking often costs no write
    end if;
    accepted := null;
    update platform.outbox_sinks s
    set holder = by, leased_until = clock_timestamp() + lease_ms * interval '1 ms', seen_at = clock_timestamp()
    where s.name = (select free.name from platform.outbox_sinks free
                    where free.name = sink and free.retry_at <= clock_timestamp()
                      and (free.holder = by or free.holder is null or free.leased_until <= clock_timestamp())
                    for update skip locked)
    returning s.position into accepted;
    if accepted is null then
        return;
    end if;
    return query
        select o.position, o.id, o.tenant_id, t.slug, o.type, o.subject, o.data, o.traceparent, o.created_at
        from platform.outbox o left join tenancy.tenants t on t.id = o.tenant_id
        where o.position > accepted order by o.position limit events_max;
end $$;

-- The sink has accepted everything up to a position. False: it belongs to another process by now, and nothing changed.
create function platform.accept_events(sink text, by uuid, upto bigint) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    update platform.outbox_sinks s
    set position = greatest(s.position, upto), attempts = 0, retry_at = '-infinity', last_error = null
    where s.name = sink and s.holder = by;
    return found;
end $$;

-- The sink accepted everything up to a position and failed at the next event: it is left alone for 1 s, 2 s, 4 s .. up to
-- `pause_max_ms`, times a half to one and a half.
create function platform.fail_events(sink text, by uuid, upto bigint, why text, pause_max_ms bigint) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    update platform.outbox_sinks s
    set position = greatest(s.position, upto), last_error = left(why, 500),
        attempts = case when upto > s.position then 1 else s.attempts + 1 end,
        retry_at = clock_timestamp() + (0.5 + random()) * interval '1 ms'
                   * least(pause_max_ms, 1000 * 2.0 ^ least(30, case when upto > s.position then 0 else s.attempts end)),
        holder = null, leased_until = '-infinity'
    where s.name = sink and s.holder = by;
    return found;
end $$;

-- Gives the sink back at once, so that the next process need not wait for the lease to end.
create function platform.release_sink(sink text, by uuid) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
    update platform.outbox_sinks set holder = null, leased_until = '-infinity' where name = sink and holder = by
    $$;

-- Deletes events that were published longer ago than the retention and that every sink has accepted which was fed within
-- it. Returns their number, at most `events_max`.
create function platform.purge_events(retention_s bigint, events_max integer) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    limit_time timestamptz := clock_timestamp() - retention_s * interval '1 s';
    purged     integer;
begin
    delete from platform.outbox gone
    where gone.sequence in (
        select o.sequence from platform.outbox o
        where o.published_at < limit_time
          and o.position <= all (select s.position from platform.outbox_sinks s where s.seen_at > limit_time)
        order by o.position limit events_max);
    get diagnostics purged = row_count;
    return purged;
end $$;

-- The tenant's published events after a position, for whoever was told that there are some.
create function platform.list_tenant_events(after bigint, events_max integer)
    returns table (event_position bigint, id uuid, type text, subject text, data json, traceparent text, created_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select o.position, o.id, o.type, o.subject, o.data, o.traceparent, o.created_at
    from platform.outbox o
    where o.tenant_id = tenancy.current_tenant() and o.position > after
    order by o.position limit events_max
    $$;

-- For operators: newest first, before a sequence.
create function platform.list_events(before bigint, of_type text, waiting_only boolean, events_max integer)
    returns table (event_sequence bigint, event_position bigint, id uuid, slug text, type text, subject text, data json,
                   created_at timestamptz, published_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select o.sequence, o.position, o.id, t.slug, o.type, o.subject, o.data, o.created_at, o.published_at
    from platform.outbox o left join tenancy.tenants t on t.id = o.tenant_id
    where o.sequence < before and (of_type = '' or o.type = of_type) and (not waiting_only or o.position is null)
    order by o.sequence desc limit events_max
    $$;

create function platform.outbox_stats()
    returns table (waiting bigint, oldest_waiting_s bigint, kept bigint, last_position bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select count(*) filter (where o.position is null),
           coalesce(extract(epoch from clock_timestamp() - min(o.created_at) filter (where o.position is null)), 0)::bigint,
           count(*), coalesce(max(o.position), 0)
    from platform.outbox o
    $$;

create function platform.list_sinks()
    returns table (name text, accepted bigint, behind bigint, failures integer, retry_at timestamptz, last_error text,
                   is_fed boolean)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select s.name, s.position, (select count(*) from platform.outbox o where o.position > s.position), s.attempts,
           nullif(s.retry_at, '-infinity'), s.last_error, s.holder is not null and s.leased_until > clock_timestamp()
    from platform.outbox_sinks s order by s.name
    $$;

-- Lets a sink have everything from a position on again, under the same ids. Returns how many events that are; null when
-- there is no such sink.
create function platform.replay_events(sink text, from_position bigint) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    update platform.outbox_sinks s
    set position = least(s.position, from_position - 1), attempts = 0, retry_at = '-infinity', last_error = null,
        holder = null, leased_until = '-infinity'
    where s.name = sink;
    if not found then
        return null;
    end if;
    return (select count(*) from platform.outbox o where o.position >= from_position);
end $$;

grant usage on schema platform to kidevent_app, kidevent_jobs;
grant execute on function platform.append_event(uuid, text, text, json, text), platform.list_tenant_events(bigint, integer)
    to kidevent_app;
grant execute on function platform.append_operator_event(uuid, uuid, text, text, json, text),
    platform.list_events(bigint, text, boolean, integer), platform.outbox_stats(), platform.list_sinks(),
    platform.replay_events(text, bigint) to kidevent_platform;
grant execute on function platform.publish_events(integer), platform.claim_events(text, uuid, bigint, integer),
    platform.accept_events(text, uuid, bigint), platform.fail_events(text, uuid, bigint, text, bigint),
    platform.release_sink(text, uuid), platform.purge_events(bigint, integer) to kidevent_jobs;
