-- People and systems who may come in, and who of them is in. Secrets only as hashes; what must be read again is sealed.
-- Nothing here follows from the ledger: it holds who was given what by whom, and never a secret.
create schema if not exists access;

create table if not exists access.person (
    name         text primary key,
    name_en      text not null,
    name_zh      text not null,
    role         text not null,
    party        text,
    password     text
);
alter table access.person alter column password drop not null;
alter table access.person add column if not exists stamp text not null default '';       -- changes with every secret
alter table access.person add column if not exists failures int not null default 0;      -- since the last success
alter table access.person add column if not exists locked_until timestamptz;
alter table access.person add column if not exists otp_key text;                         -- of the authenticator app, sealed
alter table access.person add column if not exists has_otp boolean not null default false;
alter table access.person add column if not exists otp_used text[] not null default '{}'; -- the last codes, each of which is good once
alter table access.person add column if not exists recovery text[] not null default '{}'; -- hashes of codes for a lost phone
alter table access.person add column if not exists made_at timestamptz not null default now();
alter table access.person add column if not exists disabled_at timestamptz;
alter table access.person add column if not exists last_in timestamptz;
create unique index if not exists person_lower on access.person (lower(name));

-- A link with which somebody sets a password: at the beginning, and when it was lost.
create table if not exists access.invitation (
    hash         bytea primary key,
    person       text not null references access.person,
    made_by      text not null,
    ends_at      timestamptz not null
);
create index if not exists invitation_person on access.invitation (person);

-- Who is signed in where. The cookie holds only what this is the hash of.
create table if not exists access.session (
    hash         bytea primary key,
    id           uuid not null unique,
    person       text not null references access.person,
    begun_at     timestamptz not null,
    seen_at      timestamptz not null,
    ends_at      timestamptz not null,
    address      text not null,
    browser      text not null
);
alter table access.session add column if not exists signed_at timestamptz;              -- when it first signed something
create index if not exists session_person on access.session (person);

create table if not exists access.api_key (
    id           uuid primary key,
    name         text not null,              -- the system's; while one key is exchanged for another it has two
    role         text not null,
    party        text,
    only_deeds   text[],                     -- of what the role may, only this; null: all of it
    hash         bytea not null unique,
    made_at      timestamptz not null,
    made_by      text not null,
    ends_at      timestamptz,
    withdrawn_at timestamptz,
    last_used_at timestamptz,
    last_address text
);
create index if not exists api_key_name on access.api_key (name);

-- Keys of version 8 and before.
do $$
begin
    if to_regclass('access.system_key') is not null then
        insert into access.api_key (id, name, role, party, hash, made_at, made_by) select gen_random_uuid(), name, role, party, hash, now(), 'system:clew' from access.system_key;
        drop table access.system_key;
    end if;
end $$;

-- What cookies are sealed with, so that every server on this database opens what another sealed.
create table if not exists access.seal (
    name         text primary key,
    xml          text not null
);
