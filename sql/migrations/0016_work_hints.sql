-- Hints that there is background work, sent after the commit that left it; see docs/decisions/0014-hints-of-work.md.

-- `kinds`: of work, as db/work.hpp counts them. Nobody needs a hint to survive a crash, and a commit that is not flushed
-- holds the lock that notifying takes for microseconds only.
create function tenancy.notify_work(kinds integer) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform set_config('synchronous_commit', 'off', true), pg_notify('kidevent_work', kinds::text);
end $$;

grant execute on function tenancy.notify_work(integer) to kidevent_router;
