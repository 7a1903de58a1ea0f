-- Background work: a queue that is written in the transaction whose consequence a job is, and the slots of
-- schedules that have fired. No role may touch the tables; each gets the functions that it needs.
--
-- A job is scheduled (run_at lies ahead), ready, running (until lease_until, by held_by) or dead (given up, with
-- the last error). One that is done is deleted. `token` counts the claims: whoever finishes or fails a job
-- names the token that its claim gave, so a process that was thought dead changes nothing any more.

create table platform.jobs (
    tenant_id    uuid        not null,           -- all zeros: the installation's own work
    id           uuid        not null,
    kind         text        not null check (kind ~ '^[a-z][a-z0-9_]{0,59}$'),
    payload      text        not null default '{}' check (octet_length(payload) <= 65536),  -- a JSON object
    unique_key   text        check (length(unique_key) between 1 and 200),
    priority     integer     not null check (priority between 0 and 9),                     -- 0 is first
    state        text        not null check (state in ('scheduled', 'ready', 'running', 'dead')),
    run_at       timestamptz not null,
    attempts     integer     not null default 0 check (attempts >= 0),
    attempts_max integer     not null check (attempts_max between 1 and 1000),
    token        bigint      not null default 0,
    held_by      text        check (length(held_by) <= 200),
    lease_until  timestamptz,
    last_error   text        check (length(last_error) <= 2000),
    failed_at    timestamptz,
    created_at   timestamptz not null default now(),
    primary key (tenant_id, id),
    check ((state = 'running') = (lease_until is not null and held_by is not null))
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_insert_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
-- The claim reads this one: of each tenant in its turn, the first few.
create index jobs_ready on platform.jobs (tenant_id, priority, run_at, id) where state = 'ready';
create index jobs_scheduled on platform.jobs (run_at) where state = 'scheduled';
create index jobs_leased on platform.jobs (lease_until) where state = 'running';
create unique index jobs_unique on platform.jobs (tenant_id, kind, unique_key)
    where unique_key is not null and state <> 'dead';

create table platform.job_slots (
    schedule text        not null check (length(schedule) between 1 and 60),
    slot     timestamptz not null,               -- when it was to fire
    fired_at timestamptz not null default now(),
    jobs     integer     not null,
    primary key (schedule, slot)
);

-- For the app role, inside a tenant ------------------------------------------------------------------------

-- Null when a job of the kind with this unique key is waiting or running already.
create function tenancy.enqueue_job(job_id uuid, job_kind text, job_payload text, start_at timestamptz,
                                    job_priority integer, job_attempts_max integer, job_key text) returns uuid
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    entered uuid := tenancy.current_tenant();
    made uuid;
begin
    if entered is null then
        raise exception 'a job belongs to a tenant, and none was entered' using errcode = 'KE002';
    end if;
    insert into platform.jobs (tenant_id, id, kind, payload, unique_key, priority, attempts_max, run_at, state)
    values (entered, job_id, job_kind, job_payload, job_key, job_priority, job_attempts_max,
            coalesce(start_at, now()), case when start_at > now() then 'scheduled' else 'ready' end)
    on conflict (tenant_id, kind, unique_key) where unique_key is not null and state <> 'dead' do nothing
    returning id into made;
    return made;
end $$;

-- Finishes a job in the transaction that does its work, so that both happen or neither. Raises KE003 when
-- the claim with this token is over.
create function tenancy.complete_job(job_id uuid, claim_token bigint) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    delete from platform.jobs j
    where j.tenant_id = tenancy.current_tenant() and j.id = job_id and j.token = claim_token
      and j.state = 'running';
    if not found then
        raise exception 'another process has taken the job over' using errcode = 'KE003';
    end if;
end $$;

-- For the jobs role ----------------------------------------------------------------------------------------
-- Plans of these functions are kept for the life of a connection, and the table may be empty when they are
-- made: with enable_seqscan and enable_bitmapscan off they fit a full table as well.

-- Up to `wanted` jobs, shared out evenly among the tenants that have some, beginning after `after_tenant`. A
-- suspended tenant has no capability, and its jobs wait.
create function platform.claim_jobs(holder text, wanted integer, lease interval, after_tenant uuid)
    returns table (tenant_id uuid, id uuid, kind text, payload text, attempts integer, attempts_max integer,
                   token bigint, run_at timestamptz, secret text)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    installation constant uuid := '00000000-0000-0000-0000-000000000000';
    due uuid[] := '{}';
    last uuid := after_tenant;
    next uuid;
    wrapped boolean := after_tenant is null;
    share integer;
begin
    perform set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
    update platform.jobs j set state = 'ready'
    from (select s.tenant_id, s.id from platform.jobs s where s.state = 'scheduled' and s.run_at <= now()
          order by s.run_at limit 1000 for update skip locked) as come
    where j.tenant_id = come.tenant_id and j.id = come.id;
    while cardinality(due) < wanted loop
        if last is null then
            select j.tenant_id into next from platform.jobs j where j.state = 'ready' order by j.tenant_id limit 1;
        else
            select j.tenant_id into next from platform.jobs j where j.state = 'ready' and j.tenant_id > last
            order by j.tenant_id limit 1;
        end if;
        exit when next is null and wrapped or wrapped and next > after_tenant;
        if next is null then
            wrapped := true;
        elsif next = installation or exists (select from tenancy.capabilities c where c.tenant_id = next) then
            due := due || next;
        end if;
        last := next;
    end loop;
    if due = '{}' then
        return;
    end if;
    share := greatest(wanted / cardinality(due), 1);
    return query
    with picked as materialized ( -- once, whatever joins it
        select turn.tenant_id, first.id from unnest(due) as turn(tenant_id) cross join lateral (
            select r.id from platform.jobs r where r.state = 'ready' and r.tenant_id = turn.tenant_id
            order by r.priority, r.run_at, r.id limit share for update skip locked) as first)
    update platform.jobs j
    set state = 'running', token = j.token + 1, attempts = j.attempts + 1, held_by = holder,
        lease_until = now() + lease
    from picked where j.tenant_id = picked.tenant_id and j.id = picked.id
    returning j.tenant_id, j.id, j.kind, j.payload, j.attempts, j.attempts_max, j.token, j.run_at,
              (select encode(c.secret, 'hex') from tenancy.capabilities c where c.tenant_id = j.tenant_id);
end $$;

-- The ids of those whose claim still stands.
create function platform.extend_leases(tenants uuid[], ids uuid[], tokens bigint[], lease interval)
    returns setof uuid
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
    return query
    update platform.jobs j set lease_until = now() + lease
    from unnest(tenants, ids, tokens) as held(tenant_id, id, token)
    where j.tenant_id = held.tenant_id and j.id = held.id and j.token = held.token and j.state = 'running'
    returning j.id;
end $$;

-- How many of them were still held under their tokens.
create function platform.finish_jobs(tenants uuid[], ids uuid[], tokens bigint[]) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    finished integer;
begin
    perform set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
    delete from platform.jobs j using unnest(tenants, ids, tokens) as held(tenant_id, id, token)
    where j.tenant_id = held.tenant_id and j.id = held.id and j.token = held.token and j.state = 'running';
    get diagnostics finished = row_count;
    return finished;
end $$;

-- Ends a claim without success: tried again after `pause`, or dead when that is null. An attempt that is not
-- `counted` never was. False when the claim was over already.
create function platform.fail_job(tenant uuid, job_id uuid, claim_token bigint, error text, pause interval,
                                  counted boolean) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    update platform.jobs j
    set state = case when pause is null then 'dead' when pause > interval '0' then 'scheduled' else 'ready' end,
        run_at = now() + coalesce(pause, interval '0'), held_by = null, lease_until = null,
        attempts = j.attempts - case when counted then 0 else 1 end,
        last_error = coalesce(left(error, 2000), j.last_error),
        failed_at = case when error is null then j.failed_at else now() end
    where j.tenant_id = tenant and j.id = job_id and j.token = claim_token and j.state = 'running';
    return found;
end $$;

-- Takes jobs back whose holder has not extended its lease. Gives how many of them are ready again, and how
-- many are dead because that was their last attempt.
create function platform.sweep_leases(out ready integer, out dead integer)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
    with taken as (
        update platform.jobs j
        set state = case when j.attempts < j.attempts_max then 'ready' else 'dead' end, run_at = now(),
            last_error = left('the lease of ' || j.held_by || ' ended without a word', 2000), failed_at = now(),
            held_by = null, lease_until = null
        from (select s.tenant_id, s.id from platform.jobs s where s.state = 'running' and s.lease_until < now()
              order by s.lease_until limit 1000 for update skip locked) as lost
        where j.tenant_id = lost.tenant_id and j.id = lost.id
        returning j.state)
    select count(*) filter (where t.state = 'ready'), count(*) filter (where t.state = 'dead')
    into ready, dead from taken t;
end $$;

-- Enqueues what a schedule asks for at this slot: one job of the installation, or one of each tenant. Null when
-- the slot has fired already, whoever asked.
create function platform.fire_schedule(schedule_name text, at_slot timestamptz, job_kind text,
                                       for_each_tenant boolean, job_priority integer, job_attempts_max integer)
    returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    made integer;
begin
    insert into platform.job_slots (schedule, slot, jobs) values (schedule_name, at_slot, 0)
    on conflict do nothing;
    if not found then
        return null;
    end if;
    insert into platform.jobs (tenant_id, id, kind, unique_key, priority, attempts_max, run_at, state)
    select wanted.id, gen_random_uuid(), job_kind, 'schedule ' || schedule_name, job_priority, job_attempts_max,
           now(), 'ready'
    from (select t.id from tenancy.tenants t where for_each_tenant and t.suspended_at is null
          union all
          select '00000000-0000-0000-0000-000000000000' where not for_each_tenant) as wanted
    on conflict (tenant_id, kind, unique_key) where unique_key is not null and state <> 'dead' do nothing;
    get diagnostics made = row_count;
    update platform.job_slots s set jobs = made where s.schedule = schedule_name and s.slot = at_slot;
    delete from platform.job_slots s where s.schedule = schedule_name and s.slot < at_slot - interval '60 days';
    return made;
end $$;

-- For the platform role, and figures for the jobs role ---------------------------------------------------

create function platform.list_jobs(in_state text, of_kind text, at_slug text, with_id uuid, at_most integer)
    returns table (id uuid, slug text, kind text, state text, priority integer, run_at timestamptz,
                   attempts integer, attempts_max integer, held_by text, lease_until timestamptz,
                   last_error text, failed_at timestamptz, created_at timestamptz, unique_key text, payload text)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select j.id, t.slug, j.kind, j.state, j.priority, j.run_at, j.attempts, j.attempts_max, j.held_by,
           j.lease_until, j.last_error, j.failed_at, j.created_at, j.unique_key, j.payload
    from platform.jobs j left join tenancy.tenants t on t.id = j.tenant_id
    where (in_state is null or j.state = in_state) and (of_kind is null or j.kind = of_kind)
      and (at_slug is null or t.slug = at_slug) and (with_id is null or j.id = with_id)
    order by j.run_at, j.id limit at_most
    $$;

-- Lets a job that is dead or waits for its time run at once, with all its attempts before it. Gives its state
-- before; null when there is none. A running one is left alone.
create function platform.retry_job(job_id uuid) returns text
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    before text;
begin
    select j.state into before from platform.jobs j where j.id = job_id for update;
    update platform.jobs j set state = 'ready', run_at = now(), attempts = 0
    where j.id = job_id and j.state <> 'running';
    return before;
end $$;

-- Deletes a job, also one that runs: what it finishes later counts for nothing. Gives its state before; null when
-- there is none.
create function platform.cancel_job(job_id uuid) returns text
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ delete from platform.jobs j where j.id = job_id returning j.state $$;

create function platform.count_jobs()
    returns table (kind text, state text, jobs bigint, oldest timestamptz)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select j.kind, j.state, count(*), min(j.run_at) from platform.jobs j group by j.kind, j.state $$;

-- Of a suspended tenant's jobs, only those are counted that run or are dead.
create function platform.measure_jobs(out scheduled bigint, out ready bigint, out running bigint, out dead bigint,
                                      out oldest_ready_s bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select count(*) filter (where may_run and j.state in ('scheduled', 'ready') and j.run_at > now()),
           count(*) filter (where may_run and j.state in ('scheduled', 'ready') and j.run_at <= now()),
           count(*) filter (where j.state = 'running'), count(*) filter (where j.state = 'dead'),
           coalesce(floor(extract(epoch from now() - min(j.run_at) filter (
               where may_run and j.state in ('scheduled', 'ready') and j.run_at <= now()))), 0)::bigint
    from (select q.state, q.run_at, q.tenant_id = '00000000-0000-0000-0000-000000000000'
                 or q.tenant_id in (select c.tenant_id from tenancy.capabilities c) as may_run
          from platform.jobs q) as j
    $$;

grant usage on schema platform to kidevent_jobs;
grant execute on function
    tenancy.enqueue_job(uuid, text, text, timestamptz, integer, integer, text),
    tenancy.complete_job(uuid, bigint) to kidevent_app;
grant execute on function
    platform.claim_jobs(text, integer, interval, uuid), platform.extend_leases(uuid[], uuid[], bigint[], interval),
    platform.finish_jobs(uuid[], uuid[], bigint[]),
    platform.fail_job(uuid, uuid, bigint, text, interval, boolean), platform.sweep_leases(),
    platform.fire_schedule(text, timestamptz, text, boolean, integer, integer), platform.measure_jobs()
    to kidevent_jobs;
grant execute on function
    platform.list_jobs(text, text, text, uuid, integer), platform.retry_job(uuid), platform.cancel_job(uuid),
    platform.count_jobs() to kidevent_platform;

-- What has expired is deleted by a job.
create index logins_expiry on logins (tenant_id, expires_at);
create index idempotency_keys_expiry on idempotency_keys (tenant_id, expires_at);
create index logins_expiry on platform.logins (expires_at);
