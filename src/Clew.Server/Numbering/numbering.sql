-- Serials that we give out. Not told from the ledger, and so never told again from it: a number is promised before anything happens
-- to a device. The serials themselves are not kept either: rule, key and place in the range give them again at any time.
create schema if not exists numbering;

create table if not exists numbering.serial_rule (
    code         text primary key,
    pattern      text not null,
    alphabet     text not null,
    first        bigint not null,
    count        bigint not null,
    is_random    boolean not null,
    key          bytea not null,
    next         bigint not null default 0 check (next <= count),
    made_at      timestamptz not null,
    made_by      text not null
);

-- A product has its serials from one rule: two could give the same one twice.
create table if not exists numbering.serial_product (
    product      text primary key,
    rule         text not null references numbering.serial_rule
);

-- One row a request: the stretch of the range that it got.
create table if not exists numbering.serial_issue (
    rule         text not null references numbering.serial_rule,
    request      text not null,
    sender       text not null,
    product      text not null,
    start        bigint not null,
    count        int not null,
    issued_at    timestamptz not null,
    primary key (rule, sender, request),
    unique (rule, start)
);

-- Places of a stretch whose serials somebody had used already, counted from its start: they were passed over.
alter table numbering.serial_issue add column if not exists passed int[] not null default '{}';
