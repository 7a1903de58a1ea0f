-- Accounts that organisations can live with: verified addresses, links in messages, sessions that can be ended, delays after
-- failed sign-ins, managers, staff that is limited to events.

-- Who is here already has been believed so far, and stays so.
alter table accounts
    drop constraint accounts_role_check,
    add constraint accounts_role check (role in ('guardian', 'staff', 'manager', 'owner')),
    add column email_verified_at timestamptz default now(),
    add column language          text check (length(language) between 2 and 35),   -- null: the organisation's
    add column limited_to_events boolean not null default false,                   -- to those in account_events
    add constraint accounts_limited check (not limited_to_events or role = 'staff');
alter table accounts alter column email_verified_at drop default;

create table account_events (
    tenant_id  uuid not null,
    account_id uuid not null,
    event_id   uuid not null,
    primary key (tenant_id, account_id, event_id),
    constraint account_events_account foreign key (tenant_id, account_id) references accounts (tenant_id, id),
    constraint account_events_event foreign key (tenant_id, event_id) references events (tenant_id, id)
);
create index account_events_event on account_events (tenant_id, event_id);
select tenancy.protect('account_events');
grant select, insert, delete on account_events to kidevent_app;

-- A login can be named without its token, and recognised by whose it is.
alter table logins
    add column id           uuid        not null default gen_random_uuid(),
    add column last_seen_at timestamptz not null default now(),        -- coarse: see identity.last_seen_step
    add column device       text        check (length(device) <= 60),  -- "Firefox on Linux"; made from the user agent
    add constraint logins_id unique (tenant_id, id);
alter table logins alter column id drop default;

-- Links in messages. The token in a link is this id and an HMAC over it under a key that is not in the database.
create table account_links (
    tenant_id         uuid        not null,
    id                uuid        not null,
    purpose           text        not null check (purpose in ('email_verification', 'password_reset', 'email_change',
                                                              'staff_invitation', 'household_invitation')),
    account_id        uuid,                         -- whose; of an invitation: who has accepted it
    email             text        not null check (length(email) between 3 and 254),  -- where it is sent; what it confirms
    staff_role        text        check (staff_role in ('staff', 'manager', 'owner')),  -- that an invitation gives
    limited_to_events boolean     not null default false,
    event_ids         uuid[]      not null default '{}',
    household_id      uuid,                         -- of an invitation of a guardian
    login_id          uuid,                         -- the login that asked, which goes on when the others end
    created_by        uuid,                         -- null: whoever knows the address
    created_at        timestamptz not null default now(),
    expires_at        timestamptz not null,
    used_at           timestamptz,
    revoked_at        timestamptz,
    primary key (tenant_id, id),
    constraint account_links_account foreign key (tenant_id, account_id) references accounts (tenant_id, id),
    constraint account_links_household foreign key (tenant_id, household_id) references households (tenant_id, id),
    constraint account_links_created_by foreign key (tenant_id, created_by) references accounts (tenant_id, id),
    check (account_id is not null or purpose in ('staff_invitation', 'household_invitation')),
    check ((staff_role is not null) = (purpose = 'staff_invitation')),
    check ((household_id is not null) = (purpose = 'household_invitation'))
);
create index account_links_account on account_links (tenant_id, account_id);
create index account_links_household on account_links (tenant_id, household_id);
create index account_links_created_by on account_links (tenant_id, created_by);
create index account_links_email on account_links (tenant_id, email);
create index account_links_expires on account_links (tenant_id, expires_at);
select tenancy.protect('account_links');
grant select, insert, update, delete on account_links to kidevent_app;

-- Messages about accounts: links, and notices of what was done. Written by a job that knows the id and nothing else.
create table account_mails (
    tenant_id  uuid        not null,
    id         uuid        not null,
    purpose    text        not null check (purpose in ('email_verification', 'password_reset', 'email_change',
                                                       'staff_invitation', 'household_invitation', 'password_changed',
                                                       'email_changed')),
    account_id uuid,                                -- whom it is about; null: somebody who is invited
    link_id    uuid,                                -- null: a notice
    email      text        not null check (length(email) between 3 and 254),
    state      text        not null default 'queued' check (state in ('queued', 'deferred', 'sent', 'failed', 'suppressed')),
    attempts   integer     not null default 0 check (attempts >= 0),
    detail     text        check (length(detail) <= 500),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint account_mails_account foreign key (tenant_id, account_id) references accounts (tenant_id, id),
    constraint account_mails_link foreign key (tenant_id, link_id) references account_links (tenant_id, id) on delete cascade
);
create index account_mails_account on account_mails (tenant_id, account_id);
create index account_mails_link on account_mails (tenant_id, link_id);
create index account_mails_created on account_mails (tenant_id, created_at);
select tenancy.protect('account_mails');
grant select, insert, update, delete on account_mails to kidevent_app;

-- What was tried with an address, whether anybody has it or not. The address is not in it: `subject` is an HMAC.
create table account_tries (
    tenant_id     uuid        not null,
    deed          text        not null check (deed in ('sign_in', 'mail')),
    subject       bytea       not null check (length(subject) = 32),
    tries         integer     not null check (tries >= 1),   -- since `since`
    since         timestamptz not null default now(),
    last_at       timestamptz not null default now(),
    blocked_until timestamptz not null default now(),
    primary key (tenant_id, subject, deed)
);
create index account_tries_last on account_tries (tenant_id, last_at);
select tenancy.protect('account_tries');
grant select, insert, update, delete on account_tries to kidevent_app;

-- An empty household goes when its guardian joins another one; it is locked while it is looked at, which asks for UPDATE.
grant update, delete on households to kidevent_app;

-- Workers remember for moments who a login belongs to; this tells all machines to ask again.
create function tenancy.announce_accounts() returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
    select pg_notify('kidevent_accounts', tenancy.current_tenant()::text) where tenancy.current_tenant() is not null
    $$;
grant execute on function tenancy.announce_accounts() to kidevent_app;
