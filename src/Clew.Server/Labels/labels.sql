-- Printers, and what was printed on them. Not told from the ledger: that a label was printed is no fact about a device; that it was put
-- on is one (labelVerified), and is said as such.
create schema if not exists labels;

create table if not exists labels.printer (
    name         text primary key,
    host         text not null,
    port         int not null,
    dots_per_mm  int not null,
    font         text not null
);

-- state: 0 waiting, 1 printing, 2 stopped, 3 sent, 4 confirmed
create table if not exists labels.print_job (
    number       bigint generated always as identity primary key,
    request      text not null,
    sender       text not null,
    content      bytea not null,
    template     text not null,
    printer      text references labels.printer,
    labels       int not null,
    state        smallint not null default 0,
    trouble      text,
    lease        timestamptz,
    made_at      timestamptz not null,
    unique (sender, request)
);

-- How often it was started: who goes on says which start it has seen, so that a second click, or a second operator, starts nothing again.
alter table labels.print_job add column if not exists attempt int not null default 0;

-- state: 0 waiting, 1 sent, 2 confirmed. A label is marked as sent before its first byte leaves: it may then be missing, never there twice.
create table if not exists labels.print_label (
    job          bigint not null references labels.print_job,
    place        int not null,
    data         text not null,
    state        smallint not null default 0,
    sent_at      timestamptz,
    primary key (job, place)
);

-- Labels that were sent again because somebody said so.
create table if not exists labels.print_again (
    job          bigint not null,
    place        int not null,
    asked_at     timestamptz not null,
    asked_by     text not null,
    reason       text not null,
    foreign key (job, place) references labels.print_label
);
create index if not exists print_again_job on labels.print_again (job, place);
