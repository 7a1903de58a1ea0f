-- Publishing apart from announcing, for installations whose workers are told through Redis.

-- As publish_events, and tells nobody: `announcement` is what the caller has to tell, '' when nothing was published.
create function platform.publish_events_quietly(events_max integer, out published integer, out announcement text)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    first_one bigint;
    last_one  bigint;
    tenants   text;
begin
    published := 0;
    announcement := '';
    if not pg_try_advisory_xact_lock(hashtextextended('kidevent outbox', 0)) then
        return;
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
        -- A notification has room for 8000 bytes.
        if length(tenants) > 7900 then
            tenants := '*';
        end if;
        announcement := first_one || ' ' || last_one || ' ' || tenants;
    end if;
end $$;

create function platform.announce_events(announcement text) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ select pg_notify('kidevent_events', announcement) $$;

create or replace function platform.publish_events(events_max integer) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    published integer;
    announcement text;
begin
    select done.published, done.announcement into published, announcement
    from platform.publish_events_quietly(events_max) done;
    if published > 0 then
        perform platform.announce_events(announcement);
    end if;
    return published;
end $$;

grant execute on function platform.publish_events_quietly(integer), platform.announce_events(text) to kidevent_jobs;
