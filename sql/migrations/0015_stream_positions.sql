-- The position of the entered tenant's latest event, for who begins to listen: one step of an index, however many
-- events are kept.
create function platform.last_tenant_position() returns bigint
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select coalesce(max(o.position), 0) from platform.outbox o
    where o.tenant_id = tenancy.current_tenant() and o.position is not null
    $$;
grant execute on function platform.last_tenant_position() to kidevent_app;
