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

-- What regulators' databases say of products. Imported and not told from the ledger: the bytes of every file are kept as evidence, and
-- imported again they give the same rows.
create table if not exists identification.regulator_record (
    registry     text not null,
    record       text not null,
    version      int not null,
    version_date date,
    fields       jsonb not null,
    source       bytea not null,
    imported_at  timestamptz not null,
    imported_by  text not null,
    primary key (registry, record)
);

-- Every device identifier that a record names; role: 0 primary, 1 package, 2 unit of use, 3 direct mark, 4 secondary, 5 previous.
create table if not exists identification.regulator_device (
    device       text not null,
    registry     text not null,
    record       text not null,
    role         smallint not null,
    quantity     int,
    primary key (device, registry, record, role),
    foreign key (registry, record) references identification.regulator_record
);
create index if not exists regulator_device_record on identification.regulator_device (registry, record);
