-- Checkpoints that our key signed, witnesses and what they saw. Not told from the ledger: signatures of others cannot be made again.
-- What was signed last is known to the signer, outside of the database; what is here is a copy for those who ask.
create schema if not exists proof;

create table if not exists proof.checkpoint (
    size         bigint primary key,
    made_at      timestamptz not null,
    note         text not null              -- with the signatures of witnesses, as they come in
);

-- Version 9: what an authority of time said of its text (RFC 3161, a TimeStampToken).
alter table proof.checkpoint add column if not exists timestamp bytea;

-- By which keys, each signed by itself and the one before; said in the ledger as well.
create table if not exists proof.declaration (
    key          text primary key,          -- C2SP verifier key
    note         text not null,
    position     bigint not null            -- of the entry that says so
);

-- Whom we ask to co-sign.
create table if not exists proof.witness (
    key          text primary key,          -- C2SP verifier key
    address      text not null,
    seen         bigint not null default 0, -- size of the last checkpoint that it co-signed
    seen_at      timestamptz,
    trouble      text                       -- why it did not, the last time that it was asked
);

-- Ledgers of others that we co-sign, and the last that we saw of each: we never co-sign what does not continue it.
create table if not exists proof.witnessed (
    origin       text primary key,
    key          text not null,
    size         bigint not null default 0,
    note         text,
    cosigned_at  timestamptz
);

-- How far the self-audit is. One row; the lock on it is the lease of the server that reads.
create table if not exists proof.audit (
    one          int primary key check (one = 1),
    round        bigint not null,           -- rounds finished
    position     bigint not null,           -- the next entry of this round
    edge         bytea not null,            -- of the tree over those read so far
    started_at   timestamptz,
    finished_at  timestamptz,               -- of the last round that went through
    finished_size bigint not null
);
insert into proof.audit values (1, 0, 0, '', null, null, 0) on conflict do nothing;

-- How far the audit of the views is.
create table if not exists proof.view_audit (
    one          int primary key check (one = 1),
    round        bigint not null,
    told         bigint not null,           -- entries told again in this round
    size         bigint not null,
    ended_at     timestamptz,
    whole_at     timestamptz                -- when a round last found nothing
);
insert into proof.view_audit values (1, 0, 0, 0, null, null) on conflict do nothing;

-- Who spoke in a run of 4,096 entries, and of what kinds: where the audit trail is looked for. Told by whoever asks; emptied, told again.
create table if not exists proof.trail (
    block        bigint primary key,
    who          text[] not null,
    kinds        smallint[] not null
);

-- What was found to be otherwise than it was: never taken away by us.
create table if not exists proof.alarm (
    found_at     timestamptz not null,
    code         text not null,
    position     bigint,                    -- the first entry that differs; null when it is the whole
    en           text not null,
    zh           text not null,
    primary key (code, en)
);
