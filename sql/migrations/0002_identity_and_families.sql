-- People: households, accounts, logins and children.

create table households (
    tenant_id  uuid        not null,
    id         uuid        not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id)
);
select tenancy.protect('households');
grant select, insert on households to kidevent_app;

create table accounts (
    tenant_id     uuid        not null,
    id            uuid        not null,
    email         text        not null check (length(email) between 3 and 254),  -- normalised: trimmed, lower case
    password_hash text,                            -- argon2id, PHC string; null until the person chose a password
    role          text        not null check (role in ('guardian', 'staff', 'owner')),
    given_name    text        not null check (length(given_name) between 1 and 100),
    family_name   text        not null check (length(family_name) between 1 and 100),
    household_id  uuid,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    disabled_at   timestamptz,
    primary key (tenant_id, id),
    constraint accounts_email_unique unique (tenant_id, email),
    constraint accounts_household foreign key (tenant_id, household_id) references households (tenant_id, id),
    check ((role = 'guardian') = (household_id is not null))
);
create index accounts_household on accounts (tenant_id, household_id);
select tenancy.protect('accounts');
grant select, insert, update on accounts to kidevent_app;

create table logins (
    tenant_id  uuid        not null,
    token_hash bytea       not null check (length(token_hash) = 32),
    account_id uuid        not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    primary key (tenant_id, token_hash),
    constraint logins_account foreign key (tenant_id, account_id) references accounts (tenant_id, id) on delete cascade
);
create index logins_account on logins (tenant_id, account_id);
select tenancy.protect('logins');
grant select, insert, update, delete on logins to kidevent_app;

create table children (
    tenant_id    uuid        not null,
    id           uuid        not null,
    household_id uuid        not null,
    given_name   text        not null check (length(given_name) between 1 and 100),
    family_name  text        not null check (length(family_name) between 1 and 100),
    birth_date   date        not null,
    version      integer     not null default 1,
    created_by   uuid        not null,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    removed_at   timestamptz,
    removed_by   uuid,
    primary key (tenant_id, id),
    constraint children_household foreign key (tenant_id, household_id) references households (tenant_id, id),
    constraint children_created_by foreign key (tenant_id, created_by) references accounts (tenant_id, id),
    constraint children_removed_by foreign key (tenant_id, removed_by) references accounts (tenant_id, id),
    check ((removed_at is null) = (removed_by is null))
);
create index children_household on children (tenant_id, household_id);
create index children_created_by on children (tenant_id, created_by);
create index children_removed_by on children (tenant_id, removed_by);
select tenancy.protect('children');
grant select, insert, update on children to kidevent_app;
