-- What is offered and who takes part.

create table events (
    tenant_id    uuid        not null,
    id           uuid        not null,
    title        text        not null check (length(title) between 1 and 200),
    title_folded text        not null,             -- lower case, for search: lower() is not leakproof, an index on it is not used
    description  text        not null default '' check (length(description) <= 10000),
    location     text        not null default '' check (length(location) <= 300),
    category     text        not null default '' check (length(category) <= 60),
    time_zone    text        not null check (length(time_zone) between 1 and 64),
    source_uid   text        check (length(source_uid) between 1 and 255),  -- UID of an imported calendar entry
    version      integer     not null default 1,
    created_by   uuid,                              -- null: imported by an operator
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    published_at timestamptz,
    published_by uuid,
    cancelled_at timestamptz,
    cancelled_by uuid,
    -- A summary of the event's sessions, rewritten in the transaction that changes one (null without sessions).
    starts_at    timestamptz,
    ends_at      timestamptz,
    age_min      integer,
    age_max      integer,
    price_minor  bigint,
    sessions     integer     not null default 0,
    primary key (tenant_id, id),
    constraint events_source_unique unique (tenant_id, source_uid),
    constraint events_created_by foreign key (tenant_id, created_by) references accounts (tenant_id, id),
    constraint events_published_by foreign key (tenant_id, published_by) references accounts (tenant_id, id),
    constraint events_cancelled_by foreign key (tenant_id, cancelled_by) references accounts (tenant_id, id)
);
create index events_public on events (tenant_id, starts_at, id) where published_at is not null and cancelled_at is null;
create index events_newest on events (tenant_id, created_at, id);
create index events_created_by on events (tenant_id, created_by);
create index events_published_by on events (tenant_id, published_by);
create index events_cancelled_by on events (tenant_id, cancelled_by);
select tenancy.protect('events');
grant select, insert, update on events to kidevent_app;

create table sessions (
    tenant_id   uuid        not null,
    id          uuid        not null,
    event_id    uuid        not null,
    starts_at   timestamptz not null,
    ends_at     timestamptz not null,
    time_zone   text        not null check (length(time_zone) between 1 and 64),
    capacity    integer     not null check (capacity between 1 and 100000),
    seats_taken integer     not null default 0 check (seats_taken >= 0),
    age_min     integer     not null check (age_min between 0 and 25),   -- whole years on the day the session starts
    age_max     integer     not null check (age_max between 0 and 25),
    price_minor bigint      not null check (price_minor between 0 and 1000000000),
    currency    text        not null check (currency ~ '^[A-Z]{3}$'),
    version     integer     not null default 1,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint sessions_event foreign key (tenant_id, event_id) references events (tenant_id, id),
    constraint sessions_start_unique unique (tenant_id, event_id, starts_at),
    constraint sessions_not_oversold check (seats_taken <= capacity),
    constraint sessions_period check (ends_at > starts_at),
    constraint sessions_ages check (age_min <= age_max)
);
select tenancy.protect('sessions');
grant select, insert, update on sessions to kidevent_app;

create table registrations (
    tenant_id     uuid        not null,
    id            uuid        not null,
    session_id    uuid        not null,
    child_id      uuid        not null,
    household_id  uuid        not null,
    price_minor   bigint      not null,
    currency      text        not null,
    version       integer     not null default 1,
    registered_by uuid        not null,
    registered_at timestamptz not null default now(),
    cancelled_at  timestamptz,
    cancelled_by  uuid,
    primary key (tenant_id, id),
    constraint registrations_session foreign key (tenant_id, session_id) references sessions (tenant_id, id),
    constraint registrations_child foreign key (tenant_id, child_id) references children (tenant_id, id),
    constraint registrations_household foreign key (tenant_id, household_id) references households (tenant_id, id),
    constraint registrations_registered_by foreign key (tenant_id, registered_by) references accounts (tenant_id, id),
    constraint registrations_cancelled_by foreign key (tenant_id, cancelled_by) references accounts (tenant_id, id),
    check ((cancelled_at is null) = (cancelled_by is null))
);
-- A child takes part in a session once; a cancelled registration may be followed by a new one.
create unique index registrations_once on registrations (tenant_id, session_id, child_id) where cancelled_at is null;
create index registrations_child on registrations (tenant_id, child_id);
create index registrations_household on registrations (tenant_id, household_id, id);
create index registrations_registered_by on registrations (tenant_id, registered_by);
create index registrations_cancelled_by on registrations (tenant_id, cancelled_by);
select tenancy.protect('registrations');
grant select, insert, update on registrations to kidevent_app;

-- Answers that were given to requests with an Idempotency-Key; written in the transaction that does the work.
create table idempotency_keys (
    tenant_id   uuid        not null,
    account_id  uuid        not null,
    key         text        not null check (length(key) between 1 and 255),
    fingerprint bytea       not null check (length(fingerprint) = 32),  -- of method, path and body
    status      integer     not null,
    location    text        not null default '',
    etag        text        not null default '',
    body        text        not null,
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null,
    primary key (tenant_id, account_id, key),
    constraint idempotency_keys_account foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);
select tenancy.protect('idempotency_keys');
grant select, insert, delete on idempotency_keys to kidevent_app;
