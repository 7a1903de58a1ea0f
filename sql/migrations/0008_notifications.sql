-- What people are told: the queue and log of messages, what everybody wants, what each organisation has chosen.

-- One message to one account by one channel. It holds ids; names and titles are read when it is sent.
create table notifications (
    tenant_id     uuid        not null,
    id            uuid        not null,
    account_id    uuid        not null,
    kind          text        not null check (kind in ('registration_confirmed', 'registration_cancelled', 'event_cancelled',
                                                       'session_changed', 'session_reminder', 'daily_digest', 'account_created')),
    channel       text        not null check (channel in ('email', 'sms', 'push')),
    subject_id    uuid        not null,             -- of a registration, an event, a session, a household or an account
    about         timestamptz not null,             -- which change of it, or which start or day: see notifications/notification_plan
    dedupe_key    text        not null check (length(dedupe_key) between 1 and 200),
    state         text        not null default 'queued'
                              check (state in ('queued', 'deferred', 'sent', 'failed', 'suppressed', 'bounced')),
    attempts      integer     not null default 0 check (attempts >= 0),
    scheduled_for timestamptz not null,             -- not sent before; moved by quiet hours
    first_due_at  timestamptz not null,             -- what notifications.give_up_after counts from
    sent_at       timestamptz,
    code          integer,                          -- of the server's last reply
    detail        text        check (length(detail) <= 500),
    provider_id   text        check (length(provider_id) <= 200),
    message_id    text        check (length(message_id) <= 300),
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint notifications_account foreign key (tenant_id, account_id) references accounts (tenant_id, id),
    -- However often an event is delivered or a job runs, and whoever reminds of a session.
    constraint notifications_once unique (tenant_id, dedupe_key)
);
create index notifications_account on notifications (tenant_id, account_id, id);
create index notifications_state on notifications (tenant_id, state, id);
create index notifications_created on notifications (tenant_id, created_at);
select tenancy.protect('notifications');
grant select, insert, update, delete on notifications to kidevent_app;

-- What an account has said for a kind and a channel; without a row the kind's own default holds.
create table notification_preferences (
    tenant_id  uuid        not null,
    account_id uuid        not null,
    kind       text        not null check (kind in ('registration_confirmed', 'registration_cancelled', 'event_cancelled',
                                                    'session_changed', 'session_reminder', 'daily_digest', 'account_created')),
    channel    text        not null check (channel in ('email', 'sms', 'push')),
    enabled    boolean     not null,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, account_id, kind, channel),
    constraint notification_preferences_account foreign key (tenant_id, account_id) references accounts (tenant_id, id)
        on delete cascade
);
select tenancy.protect('notification_preferences');
grant select, insert, update, delete on notification_preferences to kidevent_app;

-- Where else than by e-mail an account can be reached, and in which language.
create table notification_contacts (
    tenant_id  uuid        not null,
    account_id uuid        not null,
    locale     text        check (length(locale) between 2 and 35),      -- null: the organisation's
    phone      text        check (length(phone) between 1 and 60),       -- E.164
    push_token text        check (length(push_token) between 1 and 500),
    version    integer     not null default 1,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, account_id),
    constraint notification_contacts_account foreign key (tenant_id, account_id) references accounts (tenant_id, id)
        on delete cascade
);
select tenancy.protect('notification_contacts');
grant select, insert, update on notification_contacts to kidevent_app;

-- What an organisation has chosen. Rows are only ever added; the one with the greatest id holds, and the others say who had
-- chosen what. Times of day are minutes after midnight on the clock of the organisation.
create table notification_rules (
    tenant_id   uuid        not null,
    id          uuid        not null,
    reminders   text        not null check (length(reminders) <= 1000),  -- "MINUTES CHANNEL" before a session, separated by commas
    quiet_from  integer     not null check (quiet_from between 0 and 1439),
    quiet_until integer     not null check (quiet_until between 0 and 1439),
    digest_at   integer     not null check (digest_at between 0 and 1439),
    reply_to    text        check (length(reply_to) between 3 and 254),
    created_by  uuid        not null,
    created_at  timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint notification_rules_created_by foreign key (tenant_id, created_by) references accounts (tenant_id, id)
);
create index notification_rules_created_by on notification_rules (tenant_id, created_by);
select tenancy.protect('notification_rules');
grant select, insert on notification_rules to kidevent_app;

-- Addresses that messages came back from. Nothing more is sent to one once it is suppressed.
create table suppressed_addresses (
    tenant_id     uuid        not null,
    id            uuid        not null,
    channel       text        not null check (channel in ('email', 'sms', 'push')),
    address       text        not null check (length(address) between 1 and 500),  -- an e-mail address in lower case
    reason        text        not null check (reason in ('bounce', 'complaint', 'manual')),
    detail        text        not null default '' check (length(detail) <= 500),
    bounces       integer     not null default 0 check (bounces >= 0),
    suppressed_at timestamptz,                      -- null: it has bounced, and may be tried again
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    primary key (tenant_id, id),
    constraint suppressed_addresses_once unique (tenant_id, channel, address)
);
select tenancy.protect('suppressed_addresses');
grant select, insert, update, delete on suppressed_addresses to kidevent_app;

-- Reminders and digests look for sessions by their start.
create index sessions_starts on sessions (tenant_id, starts_at);

-- The entered organisation's own public profile, for messages that are written in the background.
create function tenancy.current_profile()
    returns table (slug text, name text, time_zone text, locale text, branding text)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select t.slug, t.name, t.time_zone, t.locale, t.branding from tenancy.tenants t where t.id = tenancy.current_tenant()
    $$;

-- Messages that are due and not sent: of organisations that are not suspended, ready or tried before without success.
create function platform.measure_messages(out waiting bigint, out oldest_s bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    select count(*), coalesce(floor(extract(epoch from now() - min(j.created_at))), 0)::bigint
    from platform.jobs j
    where j.kind in ('send_email', 'send_short_message') and j.state <> 'dead'
      and (j.attempts > 0 or j.run_at <= now())
      and j.tenant_id in (select c.tenant_id from tenancy.capabilities c)
    $$;

grant execute on function tenancy.current_profile() to kidevent_app;
grant execute on function platform.measure_messages() to kidevent_jobs;
