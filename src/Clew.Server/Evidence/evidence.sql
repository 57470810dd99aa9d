-- Files by the hash of their bytes, each stored once.
create schema if not exists evidence;

create table if not exists evidence.file (
    sha256       bytea primary key,
    media_type   text not null,
    name         text not null,
    stored_at    timestamptz not null,
    bytes        bytea not null
);
