-- The audit log: who did what to which record. Append only, and a chain of hashes for each organisation.
--
-- Entries are written in the transaction of the deed, without a lock and without knowing their place, so that nobody waits
-- for anybody. A sealer gives them their place in the chain some moments later: a number, and the SHA-256 of the hash before
-- and the entry's text. No role has a right on these tables; the functions below add, seal and read, and nothing changes an
-- entry. Whoever can get past that (a superuser, a restored backup) breaks the chain, and `kidevent audit verify` says where.

-- What an entry must look like is checked by the function that inserts it: PostgreSQL prepares the checks of a table anew for
-- every statement, which took longer than all the rest of an entry.
create table platform.audit_entries (
    tenant_id   uuid        not null,                       -- nil: the installation itself; no foreign key, which would lock
                                                            -- the tenant's row for every entry
    id          uuid        not null,
    happened_at timestamptz not null default clock_timestamp(),
    actor       text        not null,                       -- "account/<uuid>" and the like, "system" or "anonymous"
    role        text        not null,
    action      text        not null,                       -- "event.published"
    subject     text        not null,                       -- "events/<uuid>", or empty
    request_id  text        not null,
    address     text        not null,                       -- the network of the sender, not the sender
    details     json        not null,
    sequence    bigint,                                     -- its place in the chain; null, as the two below: not sealed yet
    hash        bytea,
    sealed_at   timestamptz,
    primary key (tenant_id, id)
);
-- Holds only what waits to be sealed, so it stays small however many entries are kept.
create index audit_entries_unsealed on platform.audit_entries (tenant_id, happened_at, id) where sequence is null;
create unique index audit_entries_sequence on platform.audit_entries (tenant_id, sequence) where sequence is not null;
create index audit_entries_time on platform.audit_entries (tenant_id, happened_at, id);
create index audit_entries_subject on platform.audit_entries (tenant_id, subject, happened_at);

-- The head of each chain, which says how long it is: without it the last entries could be cut off unnoticed. The signature
-- is made with a key that the database does not have.
create table platform.audit_chains (
    tenant_id      uuid        primary key,
    sequence       bigint      not null default 0,          -- of the last sealed entry
    hash           bytea       not null default decode(repeat('00', 32), 'hex') check (length(hash) = 32),
    pruned_through bigint      not null default 0,          -- entries up to here are past their retention and gone
    anchor         bytea       not null default decode(repeat('00', 32), 'hex') check (length(anchor) = 32),  -- hash of that one
    signature      bytea       check (length(signature) = 64),
    signed_by      bytea       check (length(signed_by) = 32),   -- the public key
    changed_at     timestamptz not null default clock_timestamp(),
    check (pruned_through between 0 and sequence),
    check ((signature is null) = (signed_by is null))
);
create index audit_chains_unsigned on platform.audit_chains (tenant_id) where signature is null;

-- How many refused attempts of a minute were kept, and how many were not.
create table platform.audit_denied (
    tenant_id uuid        not null,
    minute    timestamptz not null,
    kept      integer     not null default 0,
    left_out  bigint      not null default 0,
    primary key (tenant_id, minute)
);

create function platform.require_tenant() returns uuid
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
begin
    if tenancy.current_tenant() is null then
        raise exception 'an entry of the audit log needs a tenant' using errcode = 'KE002';
    end if;
    return tenancy.current_tenant();
end $$;

-- Adds an entry; for the functions below, which are all that adds any. Each field but the last is a line of what is hashed.
create function platform.insert_audit_entry(of_tenant uuid, entry_id uuid, by text, acts_as text, what text, about text,
                                            request text, network text, more json) returns void
    language plpgsql volatile set search_path = pg_catalog, pg_temp
    as $$
begin
    if by not in ('anonymous', 'system') and (length(by) <> strpos(by, '/') + 36
           or left(by, strpos(by, '/')) not in ('account/', 'api_key/', 'support/', 'admin/'))
       or length(acts_as) not between 1 and 40 or length(what) not between 3 and 80
       or about <> '' and length(about) <> strpos(about, '/') + 36 or length(about) > 80
       or length(request) > 100 or length(network) > 45
       or strpos(by || acts_as || what || about || request || network, e'\n') > 0
       or json_typeof(more) <> 'object' or length(more::text) > 4096 then
        raise exception 'this is no entry of the audit log' using errcode = 'check_violation';
    end if;
    insert into platform.audit_entries (tenant_id, id, actor, role, action, subject, request_id, address, details)
    values (of_tenant, entry_id, by, acts_as, what, about, request, network, more);
end $$;

-- Of the tenant that this transaction entered. Raises KE002 outside of a tenant.
create function platform.append_audit_entry(entry_id uuid, by text, acts_as text, what text, about text, request text,
                                            network text, more json) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform platform.insert_audit_entry(platform.require_tenant(), entry_id, by, acts_as, what, about, request, network, more);
end $$;

-- The same for the operators of the installation, about a tenant or (null) about the installation.
create function platform.append_operator_audit_entry(of_tenant uuid, entry_id uuid, by text, acts_as text, what text,
                                                     about text, request text, network text, more json) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform platform.insert_audit_entry(coalesce(of_tenant, '00000000-0000-0000-0000-000000000000'), entry_id, by, acts_as, what,
                                        about, request, network, more);
end $$;

-- A refused attempt: kept while fewer than `per_minute_max` were in this minute, else counted. True: it was kept. For the
-- two functions below.
create function platform.keep_denied_attempt(of_tenant uuid, entry_id uuid, by text, acts_as text, what text, about text,
                                             request text, network text, more json, per_minute_max bigint) returns boolean
    language plpgsql volatile set search_path = pg_catalog, pg_temp
    as $$
declare
    this_one timestamptz := date_trunc('minute', clock_timestamp());
    kept_yet integer;
begin
    insert into platform.audit_denied (tenant_id, minute) values (of_tenant, this_one) on conflict do nothing;
    select d.kept into kept_yet from platform.audit_denied d where d.tenant_id = of_tenant and d.minute = this_one for update;
    if kept_yet >= per_minute_max then
        update platform.audit_denied d set left_out = d.left_out + 1 where d.tenant_id = of_tenant and d.minute = this_one;
        return false;
    end if;
    update platform.audit_denied d set kept = d.kept + 1 where d.tenant_id = of_tenant and d.minute = this_one;
    perform platform.insert_audit_entry(of_tenant, entry_id, by, acts_as, what, about, request, network, more);
    return true;
end $$;

create function platform.append_denied_attempt(entry_id uuid, by text, acts_as text, what text, about text, request text,
                                               network text, more json, per_minute_max bigint) returns boolean
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
    select platform.keep_denied_attempt(platform.require_tenant(), entry_id, by, acts_as, what, about, request, network, more,
                                        per_minute_max)
    $$;

create function platform.append_operator_denied_attempt(of_tenant uuid, entry_id uuid, by text, acts_as text, what text,
                                                        about text, request text, network text, more json,
                                                        per_minute_max bigint) returns boolean
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
    select platform.keep_denied_attempt(coalesce(of_tenant, '00000000-0000-0000-0000-000000000000'), entry_id, by, acts_as,
                                        what, about, request, network, more, per_minute_max)
    $$;

-- Attempts that a worker did not even ask about: counted with those of this minute that were not kept.
create function platform.count_denied_attempts(attempts bigint) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
    insert into platform.audit_denied as d (tenant_id, minute, left_out)
    values (platform.require_tenant(), date_trunc('minute', clock_timestamp()), greatest(attempts, 0))
    on conflict (tenant_id, minute) do update set left_out = d.left_out + excluded.left_out
    $$;

-- What is hashed. One field to a line; only the last may hold anything, and JSON on one line has no line breaks. `details`
-- is json, not jsonb: its text comes back as it was written.
create function platform.audit_text(number bigint, entry platform.audit_entries) returns text
    language sql stable set search_path = pg_catalog, pg_temp
    as $$
    select concat_ws(e'\n', 'kidevent-audit-1', entry.tenant_id, number, entry.id,
                     (extract(epoch from entry.happened_at) * 1000000)::bigint, entry.actor, entry.role, entry.action,
                     entry.subject, entry.request_id, entry.address, entry.details::text)
    $$;

-- Says of each minute that is over how many attempts were not kept.
create function platform.tell_of_denied_attempts() returns void
    language sql volatile set search_path = pg_catalog, pg_temp
    as $$
    with over as (
        delete from platform.audit_denied gone
        using (select d.tenant_id, d.minute from platform.audit_denied d
               where d.minute < date_trunc('minute', clock_timestamp()) limit 1000 for update skip locked) as closed
        where gone.tenant_id = closed.tenant_id and gone.minute = closed.minute
        returning gone.tenant_id, gone.minute, gone.left_out)
    insert into platform.audit_entries (tenant_id, id, actor, role, action, subject, request_id, address, details)
    select o.tenant_id, gen_random_uuid(), 'system', 'system', 'attempts.left_out', '', '', '',
           json_build_object('minute', to_char(o.minute at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'count', o.left_out)
    from over o where o.left_out > 0
    $$;

-- Puts up to `entries_max` entries into their chains and returns the new heads, to be signed in this transaction. A chain
-- that another process works on is left to it.
create function platform.seal_audit_entries(entries_max integer)
    returns table (chain uuid, head bigint, head_hash bytea, head_pruned bigint, head_anchor bytea, sealed integer)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    chains uuid[];
    share  integer;
    entry  platform.audit_entries;
begin
    perform platform.tell_of_denied_attempts();
    with recursive waiting as (
        (select e.tenant_id from platform.audit_entries e where e.sequence is null order by e.tenant_id limit 1)
        union all
        select (select e.tenant_id from platform.audit_entries e where e.sequence is null and e.tenant_id > w.tenant_id
                order by e.tenant_id limit 1)
        from waiting w where w.tenant_id is not null
    )
    select array_agg(w.tenant_id) into chains
    from (select w.tenant_id from waiting w where w.tenant_id is not null limit entries_max) w;
    share := greatest(1, entries_max / greatest(1, coalesce(cardinality(chains), 0)));
    foreach chain in array coalesce(chains, '{}') loop
        -- The first sealing makes the head, which nobody else sees until it commits: they would wait for it.
        continue when not pg_try_advisory_xact_lock(hashtextextended('kidevent audit chain ' || chain, 0));
        if not exists (select from platform.audit_chains c where c.tenant_id = chain) then
            insert into platform.audit_chains (tenant_id) values (chain) on conflict do nothing;
        end if;
        select c.sequence, c.hash, c.pruned_through, c.anchor into head, head_hash, head_pruned, head_anchor
        from platform.audit_chains c where c.tenant_id = chain for update skip locked;
        continue when not found;
        sealed := 0;
        -- Read after the lock was taken: whoever held it before has committed what it sealed.
        for entry in select e.* from platform.audit_entries e where e.tenant_id = chain and e.sequence is null
                     order by e.happened_at, e.id limit share loop
            head := head + 1;
            head_hash := sha256(head_hash || convert_to(platform.audit_text(head, entry), 'UTF8'));
            update platform.audit_entries e set sequence = head, hash = head_hash, sealed_at = clock_timestamp()
            where e.tenant_id = chain and e.id = entry.id;
            sealed := sealed + 1;
        end loop;
        continue when sealed = 0;
        update platform.audit_chains c
        set sequence = head, hash = head_hash, signature = null, signed_by = null, changed_at = clock_timestamp()
        where c.tenant_id = chain;
        return next;
    end loop;
end $$;

-- Removes entries that were sealed longer ago than the retention, from the beginning of their chains on, and remembers the
-- hash that the rest goes on from. Returns the heads that changed, to be signed in this transaction.
create function platform.prune_audit_entries(retention_s bigint, entries_max integer)
    returns table (chain uuid, head bigint, head_hash bytea, head_pruned bigint, head_anchor bytea, removed integer)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    limit_time timestamptz := clock_timestamp() - retention_s * interval '1 s';
begin
    for chain, head, head_hash, head_pruned, head_anchor in
        select c.tenant_id, c.sequence, c.hash, c.pruned_through, c.anchor from platform.audit_chains c
        where exists (select from platform.audit_entries e
                      where e.tenant_id = c.tenant_id and e.sequence = c.pruned_through + 1 and e.sealed_at < limit_time)
        order by c.changed_at limit 100 for update skip locked loop
        with old as (
            select e.sequence, e.hash, e.sealed_at from platform.audit_entries e
            where e.tenant_id = chain and e.sequence > head_pruned order by e.sequence limit entries_max
        ), kept as (
            select min(o.sequence) as first from old o where o.sealed_at >= limit_time
        )
        select o.sequence, o.hash into head_pruned, head_anchor from old o, kept k
        where o.sequence < coalesce(k.first, o.sequence + 1) order by o.sequence desc limit 1;
        delete from platform.audit_entries e where e.tenant_id = chain and e.sequence <= head_pruned;
        get diagnostics removed = row_count;
        update platform.audit_chains c
        set pruned_through = head_pruned, anchor = head_anchor, signature = null, signed_by = null,
            changed_at = clock_timestamp()
        where c.tenant_id = chain;
        return next;
    end loop;
end $$;

-- The signature of a head, in the transaction that made it.
create function platform.sign_audit_head(of_tenant uuid, at_sequence bigint, at_pruned bigint, made bytea, by_key bytea)
    returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
    update platform.audit_chains c set signature = made, signed_by = by_key
    where c.tenant_id = of_tenant and c.sequence = at_sequence and c.pruned_through = at_pruned and c.signature is null
    $$;

-- Heads that nobody signed, because there was no key when they were made; locked, to be signed in this transaction.
create function platform.list_unsigned_audit_heads(heads_max integer)
    returns table (chain uuid, head bigint, head_hash bytea, head_pruned bigint, head_anchor bytea, sealed integer)
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
    select c.tenant_id, c.sequence, c.hash, c.pruned_through, c.anchor, 0
    from platform.audit_chains c where c.signature is null and c.sequence > 0 limit heads_max for update skip locked
    $$;

-- The tenant's entries before a place, newest first. Empty texts and nulls do not filter.
create function platform.list_audit_entries(before timestamptz, before_id uuid, by text, what text, about text,
                                            from_time timestamptz, to_time timestamptz, entries_max bigint)
    returns table (id uuid, happened_at timestamptz, actor text, role text, action text, subject text, request_id text,
                   address text, details json, entry_sequence bigint, hash bytea)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select e.id, e.happened_at, e.actor, e.role, e.action, e.subject, e.request_id, e.address, e.details, e.sequence, e.hash
    from platform.audit_entries e
    where e.tenant_id = tenancy.current_tenant() and (e.happened_at, e.id) < (before, before_id)
      and (by = '' or e.actor = by) and (what = '' or e.action = what) and (about = '' or e.subject = about)
      and (from_time is null or e.happened_at >= from_time) and (to_time is null or e.happened_at < to_time)
    order by e.happened_at desc, e.id desc limit entries_max
    $$;

-- For operators, who verify and export: all chains with what waits to be sealed; a chain's entries after a number.
create function platform.list_audit_chains()
    returns table (tenant_id uuid, slug text, head bigint, hash bytea, pruned_through bigint, anchor bytea, signature bytea,
                   signed_by bytea, unsealed bigint, oldest_unsealed_s bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    -- A chain whose head was removed is listed, too: with its entries and a head that says there are none.
    with recursive owners as (
        (select e.tenant_id from platform.audit_entries e order by e.tenant_id limit 1)
        union all
        select (select e.tenant_id from platform.audit_entries e where e.tenant_id > o.tenant_id order by e.tenant_id limit 1)
        from owners o where o.tenant_id is not null
    ), all_of_them as (
        select o.tenant_id from owners o where o.tenant_id is not null union select c.tenant_id from platform.audit_chains c
    )
    select a.tenant_id, coalesce(t.slug, ''), coalesce(c.sequence, 0), coalesce(c.hash, decode(repeat('00', 32), 'hex')),
           coalesce(c.pruned_through, 0), coalesce(c.anchor, decode(repeat('00', 32), 'hex')), c.signature, c.signed_by,
           coalesce(w.waiting, 0), coalesce(extract(epoch from clock_timestamp() - w.oldest), 0)::bigint
    from all_of_them a
    left join platform.audit_chains c on c.tenant_id = a.tenant_id
    left join (select e.tenant_id, count(*) as waiting, min(e.happened_at) as oldest from platform.audit_entries e
               where e.sequence is null group by e.tenant_id) w on w.tenant_id = a.tenant_id
    left join tenancy.tenants t on t.id = a.tenant_id
    order by 2, 1
    $$;

create function platform.read_audit_chain(of_tenant uuid, after bigint, entries_max integer)
    returns table (entry_sequence bigint, id uuid, happened_at timestamptz, actor text, role text, action text, subject text,
                   request_id text, address text, details json, hash bytea)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select e.sequence, e.id, e.happened_at, e.actor, e.role, e.action, e.subject, e.request_id, e.address, e.details, e.hash
    from platform.audit_entries e
    where e.tenant_id = of_tenant and e.sequence > after order by e.sequence limit entries_max
    $$;

-- The first and the last number of the sealed entries that happened in a time; nulls when there are none.
create function platform.audit_range(of_tenant uuid, from_time timestamptz, to_time timestamptz)
    returns table (first_one bigint, last_one bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select min(e.sequence), max(e.sequence) from platform.audit_entries e
    where e.tenant_id = of_tenant and e.sequence is not null
      and (from_time is null or e.happened_at >= from_time) and (to_time is null or e.happened_at < to_time)
    $$;

create function platform.audit_stats() returns table (unsealed bigint, oldest_unsealed_s bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select count(*), coalesce(extract(epoch from clock_timestamp() - min(e.happened_at)), 0)::bigint
    from platform.audit_entries e where e.sequence is null
    $$;

grant execute on function platform.append_audit_entry(uuid, text, text, text, text, text, text, json),
    platform.append_denied_attempt(uuid, text, text, text, text, text, text, json, bigint),
    platform.count_denied_attempts(bigint),
    platform.list_audit_entries(timestamptz, uuid, text, text, text, timestamptz, timestamptz, bigint) to kidevent_app;
grant execute on function platform.append_operator_audit_entry(uuid, uuid, text, text, text, text, text, text, json),
    platform.append_operator_denied_attempt(uuid, uuid, text, text, text, text, text, text, json, bigint),
    platform.list_audit_chains(), platform.read_audit_chain(uuid, bigint, integer),
    platform.audit_range(uuid, timestamptz, timestamptz) to kidevent_platform;
grant execute on function platform.seal_audit_entries(integer), platform.prune_audit_entries(bigint, integer),
    platform.sign_audit_head(uuid, bigint, bigint, bytea, bytea), platform.list_unsigned_audit_heads(integer),
    platform.audit_stats() to kidevent_jobs;
