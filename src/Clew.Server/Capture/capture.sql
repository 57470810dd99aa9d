-- What arrived, byte for byte, kept before it is judged; what came of it; and what a person has to look at.
create schema if not exists capture;

create table if not exists capture.document (
    id           bigint primary key,
    received_at  timestamptz not null,
    sender       text not null,
    media_type   text not null,
    sha256       bytea not null,
    facts        int not null,
    admitted     int not null,
    refused      int not null,
    bytes        bytea not null,
    findings     jsonb,                      -- why facts were refused, at most a hundred; null when none was
    mends        bigint,                     -- the document that this one is the corrected form of
    parts        int not null default 0      -- how many rows of capture.part hold the bytes; 0 when they are here
);
-- Version 6: what the sender wants when one fact is refused, as capture jobs tell it.
alter table capture.document add column if not exists behaviour smallint not null default 0;
create index if not exists document_refused on capture.document (id) where refused > 0;
create index if not exists document_sender on capture.document (sender, id);
create index if not exists document_mends on capture.document (mends) where mends is not null;

create table if not exists capture.job (
    id           uuid primary key,
    document     bigint not null,
    sender       text not null,
    role         text not null,
    party        text,
    media_type   text not null,
    behaviour    smallint not null,
    created_at   timestamptz not null,
    finished_at  timestamptz,
    progress     double precision not null,  -- how far into the document, 0 to 1
    admitted     int not null,
    known        int not null,
    refused      int not null,
    findings     jsonb,
    owner        text,
    lease_until  timestamptz
);
-- How often it failed: what fails again and again is given up, so that the jobs behind it go on.
alter table capture.job add column if not exists attempts int not null default 0;
alter table capture.job add column if not exists only_deeds text[];  -- of the sender's role, what its key was narrowed to
create index if not exists job_document on capture.job (document);
create index if not exists job_open on capture.job (created_at) where finished_at is null;

-- Bytes of a document too long for one row, in order.
create table if not exists capture.part (
    document     bigint not null,
    number       int not null,
    bytes        bytea not null,
    primary key (document, number)
);
