-- The ledger: entries in the order of recording, for ever. Everything else can be told again from it.
create schema if not exists ledger;

-- One row, locked by whoever appends: positions are given under this lock and have no gaps.
create table if not exists ledger.head (
    ledger       int primary key,
    size         bigint not null,           -- the next position
    recorded_at  timestamptz not null,      -- of the last entry; time does not run backwards here
    next_item    bigint not null,
    next_link    bigint not null,
    next_order   int not null,
    next_document bigint not null,
    names_at     bigint not null,           -- size after the last change to the register: another server reads it anew
    orders_at    bigint not null,           -- the same for holds and dangling corrections
    edge         bytea                      -- right edge of the tree: the roots of its perfect trees, the largest first
) with (fillfactor = 10);
insert into ledger.head values (1, 0, '-infinity', 1, 1, 1, 1, 0, 0, null) on conflict do nothing;

-- Raised when views that were told again take the place of the old: what servers keep in memory of them is void.
alter table ledger.head add column if not exists told int not null default 1;

-- Until version 8 whoever told the views again held a row's lock here.
drop table if exists ledger.rebuild;

-- Moves the head from where its writer believes it to be, and locks it; a writer who told from an older head hears of it.
drop function if exists ledger.advance(bigint, int, bigint, timestamptz, bigint, bigint, bigint, bigint, bigint, bigint);
create or replace function ledger.advance(
    was_size bigint, was_told int, was_document bigint,
    at timestamptz, now_size bigint, now_item bigint, now_link bigint, now_document bigint, now_names bigint, now_orders bigint, now_edge bytea) returns void language plpgsql as $$
begin
    update ledger.head set size = now_size, recorded_at = coalesce(at, recorded_at), next_item = now_item, next_link = now_link, next_document = now_document,
        names_at = now_names, orders_at = now_orders, edge = now_edge
    where ledger = 1 and size = was_size and told = was_told and next_document = was_document;
    if not found then
        raise exception 'Another server moved the head.' using errcode = 'CL001';
    end if;
end $$;

create table if not exists ledger.entry (
    position     bigint not null,
    recorded_at  timestamptz not null,
    document     bigint not null,           -- capture.document that it arrived in; 0 for what we say ourselves
    leaf         bytea not null,            -- RFC 6962 leaf hash over body
    body         bytea not null,            -- canonical JSON, never decoded by the database
    primary key (position)
) partition by range (position);

-- Ten million entries a partition: small enough to detach and archive, large enough to be few.
create or replace function ledger.partition_for(at bigint) returns void language plpgsql as $$
declare
    n bigint := at / 10000000;
begin
    execute format('create table if not exists ledger.entry_%s partition of ledger.entry for values from (%s) to (%s)', n, n * 10000000, (n + 1) * 10000000);
end $$;
select ledger.partition_for(0);

-- Inner nodes of the tree over the leaves: the hash of each full tile of 256 nodes of the level below, written once when it fills.
-- Level 0 is the leaves themselves, in ledger.entry. Told again from there.
create table if not exists ledger.node (
    level        smallint not null,
    number       bigint not null,           -- along the level
    hash         bytea not null,
    primary key (level, number)
);

-- What was said under which sender's id: a resend is answered with its first receipt, for ever.
-- Not partitioned by day: an id that comes again under another day must be found as well.
create table if not exists ledger.known (
    key          uuid primary key,
    content      uuid not null,
    position     bigint not null
);

-- Lists too long for an entry, by the hash that stands in it.
create table if not exists ledger.attachment (
    sha256       bytea primary key,
    body         bytea not null
);

-- One row a batch: which position a moment of our clock means.
create table if not exists ledger.batch (
    recorded_at  timestamptz not null,
    size         bigint not null
);
create index if not exists batch_recorded on ledger.batch (recorded_at, size);

-- Facts that no longer stand, by their senders' ids; the target may come after its correction.
create table if not exists ledger.correction (
    target       uuid not null,
    position     bigint not null,
    primary key (target, position)
);
