-- People and systems who may come in. Secrets only as hashes.
create schema if not exists access;

create table if not exists access.person (
    name         text primary key,
    name_en      text not null,
    name_zh      text not null,
    role         text not null,
    party        text,
    password     text not null
);

create table if not exists access.system_key (
    name         text primary key,
    role         text not null,
    party        text,
    hash         bytea not null unique
);

-- What cookies are sealed with, so that every server on this database opens what another sealed.
create table if not exists access.seal (
    name         text primary key,
    xml          text not null
);
