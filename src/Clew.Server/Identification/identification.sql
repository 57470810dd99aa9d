-- How the scanners of this house are set. Settings of ours and no facts about devices: nothing is told from the ledger, and nothing lost when it is told again.
create schema if not exists identification;

create table if not exists identification.scanner (
    name         text primary key,
    separators   text[] not null,
    prefix       text not null,
    suffix       text not null,
    folds        boolean not null,
    sends_aim    boolean not null,
    set_by       text not null,
    set_at       timestamptz not null
);
