-- Sign-in by identity providers (OpenID Connect) that an organisation connects.

create table identity_providers (
    tenant_id             uuid        not null,
    id                    uuid        not null,
    name                  text        not null check (length(name) between 1 and 100),
    issuer                text        not null check (length(issuer) between 1 and 500),  -- compared byte for byte
    client_id             text        not null check (length(client_id) between 1 and 500),
    client_secret         text,                                -- sealed; null: the client has none
    client_authentication text        not null
        check (client_authentication in ('client_secret_basic', 'client_secret_post', 'none')),
    scopes                text        not null check (length(scopes) between 1 and 500),  -- separated by blanks
    sign_up_allowed       boolean     not null,
    links_by_email        boolean     not null,
    version               integer     not null default 1,
    created_by            uuid        not null,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    disabled_at           timestamptz,
    disabled_by           uuid,
    primary key (tenant_id, id),
    -- What a subject is stands for the issuer alone, so two clients of one issuer could not be told apart.
    constraint identity_providers_issuer_unique unique (tenant_id, issuer),
    constraint identity_providers_created_by foreign key (tenant_id, created_by) references accounts (tenant_id, id),
    constraint identity_providers_disabled_by foreign key (tenant_id, disabled_by) references accounts (tenant_id, id),
    check ((disabled_at is null) = (disabled_by is null)),
    check (client_authentication <> 'none' or client_secret is null)
);
create index identity_providers_created_by on identity_providers (tenant_id, created_by);
create index identity_providers_disabled_by on identity_providers (tenant_id, disabled_by);
select tenancy.protect('identity_providers');
grant select, insert, update, delete on identity_providers to kidevent_app;

-- Who an issuer's subjects are here. It outlives the provider's row: connected anew, the issuer means the same people.
create table external_identities (
    tenant_id    uuid        not null,
    id           uuid        not null,
    issuer       text        not null check (length(issuer) between 1 and 500),
    subject      text        not null check (length(subject) between 1 and 255),
    account_id   uuid        not null,
    email        text        not null default '' check (length(email) <= 254),  -- as it was said then
    created_at   timestamptz not null default now(),
    last_used_at timestamptz,
    primary key (tenant_id, id),
    constraint external_identities_subject_unique unique (tenant_id, issuer, subject),
    constraint external_identities_account foreign key (tenant_id, account_id)
        references accounts (tenant_id, id) on delete cascade
);
create index external_identities_account on external_identities (tenant_id, account_id);
select tenancy.protect('external_identities');
grant select, insert, update, delete on external_identities to kidevent_app;

-- Browsers that went to a provider and have not come back. Deleted by the way back, which is how it counts once.
create table provider_sign_ins (
    tenant_id    uuid        not null,
    state_hash   bytea       not null check (length(state_hash) = 32),
    browser_hash bytea       not null check (length(browser_hash) = 32),   -- of what the browser's cookie holds
    provider_id  uuid        not null,
    origin       text        not null check (length(origin) between 1 and 300),
    return_to    text        not null check (length(return_to) between 1 and 500),
    account_id   uuid,                                 -- that is to be connected; null: a sign-in
    expires_at   timestamptz not null,
    primary key (tenant_id, state_hash),
    constraint provider_sign_ins_provider foreign key (tenant_id, provider_id)
        references identity_providers (tenant_id, id) on delete cascade,
    constraint provider_sign_ins_account foreign key (tenant_id, account_id)
        references accounts (tenant_id, id) on delete cascade
);
create index provider_sign_ins_provider on provider_sign_ins (tenant_id, provider_id);
create index provider_sign_ins_account on provider_sign_ins (tenant_id, account_id);
create index provider_sign_ins_expires on provider_sign_ins (tenant_id, expires_at);
select tenancy.protect('provider_sign_ins');
grant select, insert, update, delete on provider_sign_ins to kidevent_app;
