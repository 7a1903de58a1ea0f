-- Second factors, API keys of organisations, and the sessions in which platform admins look into an organisation.

-- The authenticator of an account. The secret is sealed (crypto/envelope): this row is worth nothing elsewhere.
create table second_factors (
    tenant_id     uuid        not null,
    account_id    uuid        not null,
    sealed_secret text        not null check (length(sealed_secret) <= 500),
    last_step     bigint      not null default 0,   -- of the latest code that was taken: no step counts twice
    failures      integer     not null default 0,   -- wrong codes in a row
    blocked_until timestamptz,                      -- after many of them
    created_at    timestamptz not null default now(),
    confirmed_at  timestamptz,                      -- null: waits for its first code
    primary key (tenant_id, account_id),
    constraint second_factors_account foreign key (tenant_id, account_id) references accounts (tenant_id, id)
);
select tenancy.protect('second_factors');
grant select, insert, update, delete on second_factors to kidevent_app;

create table recovery_codes (
    tenant_id  uuid        not null,
    account_id uuid        not null,
    code_hash  bytea       not null check (length(code_hash) = 32),
    created_at timestamptz not null default now(),
    used_at    timestamptz,
    primary key (tenant_id, account_id, code_hash),
    constraint recovery_codes_factor foreign key (tenant_id, account_id)
        references second_factors (tenant_id, account_id) on delete cascade
);
select tenancy.protect('recovery_codes');
grant select, insert, update, delete on recovery_codes to kidevent_app;

-- What an organisation demands of its people: the latest row holds, none demands nothing. Rows are only ever added.
create table security_rules (
    tenant_id               uuid        not null,
    id                      uuid        not null,
    second_factor_for_staff boolean     not null,
    created_at              timestamptz not null default now(),
    created_by              uuid        not null,
    primary key (tenant_id, id),
    constraint security_rules_created_by foreign key (tenant_id, created_by) references accounts (tenant_id, id)
);
create index security_rules_created on security_rules (tenant_id, created_at, id);
create index security_rules_created_by on security_rules (tenant_id, created_by);
select tenancy.protect('security_rules');
grant select, insert on security_rules to kidevent_app;

create table api_keys (
    tenant_id           uuid        not null,
    id                  uuid        not null,
    name                text        not null check (length(name) between 1 and 100),
    key_hash            bytea       not null check (length(key_hash) = 32),           -- SHA-256 of the whole key
    previous_hash       bytea       check (length(previous_hash) = 32),               -- opens too, until it ends
    previous_until      timestamptz,
    scopes              text        not null check (length(scopes) <= 4000),          -- permissions, separated by blanks
    created_by          uuid        not null,                                         -- whose power it has a part of
    created_at          timestamptz not null default now(),
    rotated_at          timestamptz,
    expires_at          timestamptz not null,
    last_used_at        timestamptz,                                                  -- to the minute
    revoked_at          timestamptz,
    revoked_by          uuid,
    primary key (tenant_id, id),
    constraint api_keys_created_by foreign key (tenant_id, created_by) references accounts (tenant_id, id),
    constraint api_keys_revoked_by foreign key (tenant_id, revoked_by) references accounts (tenant_id, id),
    check ((previous_hash is null) = (previous_until is null)),
    check ((revoked_at is null) = (revoked_by is null))
);
create index api_keys_created_by on api_keys (tenant_id, created_by);
create index api_keys_revoked_by on api_keys (tenant_id, revoked_by);
select tenancy.protect('api_keys');
grant select, insert, update on api_keys to kidevent_app;

-- A platform admin's visit. Rows stay: the organisation can always see who was there, when and why.
create table support_sessions (
    tenant_id   uuid        not null,
    id          uuid        not null,
    admin_id    uuid        not null,                                                 -- of platform.admins
    admin_email text        not null check (length(admin_email) between 3 and 254),
    reason      text        not null check (length(reason) between 1 and 500),
    code_hash   bytea       check (length(code_hash) = 32),                           -- null: exchanged
    code_until  timestamptz not null,
    token_hash  bytea       check (length(token_hash) = 32),                          -- of the login; null: not entered yet
    opened_at   timestamptz not null default now(),
    entered_at  timestamptz,
    until       timestamptz not null,
    ended_at    timestamptz,                                                          -- before its time, by ..
    ended_by    text        check (length(ended_by) <= 100),                          -- "account/<uuid>", "support/<uuid>"
    primary key (tenant_id, id),
    constraint support_sessions_code unique (tenant_id, code_hash),
    constraint support_sessions_token unique (tenant_id, token_hash),
    check ((ended_at is null) = (ended_by is null)),
    check ((entered_at is null) = (token_hash is null))
);
select tenancy.protect('support_sessions');
grant select, insert, update on support_sessions to kidevent_app;

-- The same for platform admins, who cannot do without a factor.
create table platform.second_factors (
    admin_id      uuid        primary key references platform.admins on delete cascade,
    sealed_secret text        not null check (length(sealed_secret) <= 500),
    last_step     bigint      not null default 0,
    failures      integer     not null default 0,
    blocked_until timestamptz,
    created_at    timestamptz not null default now(),
    confirmed_at  timestamptz
);
create table platform.recovery_codes (
    admin_id   uuid        not null references platform.second_factors on delete cascade,
    code_hash  bytea       not null check (length(code_hash) = 32),
    created_at timestamptz not null default now(),
    used_at    timestamptz,
    primary key (admin_id, code_hash)
);
-- Failed sign-ins with an address, whether an admin has it or not; `subject` is its SHA-256.
create table platform.admin_tries (
    subject       bytea       primary key check (length(subject) = 32),
    tries         integer     not null check (tries >= 1),
    last_at       timestamptz not null default now(),
    blocked_until timestamptz not null default now()
);
grant select, insert, update, delete on platform.second_factors, platform.recovery_codes, platform.admin_tries
    to kidevent_platform;
